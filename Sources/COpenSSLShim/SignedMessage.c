#include "COpenSSLShim.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>

enum {
    /* Certificates, lists and attributes of each kind that one message may hold. */
    part_limit = 64,
};

typedef struct {
    uint8_t *bytes;
    size_t size;
} blob;

struct pechat_signed_message {
    int is_intact;
    int is_weak;
    blob parts[PECHAT_SIGNED_MESSAGE_PART_COUNT][part_limit];
    size_t counts[PECHAT_SIGNED_MESSAGE_PART_COUNT];
};

/* Takes over what an i2d function allocated; 1 or 0. */
static int keep(pechat_signed_message *message, pechat_signed_message_part part, uint8_t *bytes, int size) {
    if (bytes == NULL || size < 0 || message->counts[part] == part_limit) {
        OPENSSL_free(bytes);
        return 0;
    }
    blob *slot = &message->parts[part][message->counts[part]++];
    slot->bytes = bytes;
    slot->size = (size_t)size;
    return 1;
}

static int keep_certificate(pechat_signed_message *message, pechat_signed_message_part part, X509 *certificate) {
    uint8_t *bytes = NULL;
    int size = i2d_X509(certificate, &bytes);
    return keep(message, part, bytes, size);
}

static int keep_certificates(pechat_signed_message *message, CMS_ContentInfo *cms) {
    STACK_OF(X509) *all = CMS_get1_certs(cms);
    int done = 1;
    for (int index = 0; done && index < sk_X509_num(all); index++)
        done = keep_certificate(message, PECHAT_SIGNED_MESSAGE_CERTIFICATE, sk_X509_value(all, index));
    sk_X509_pop_free(all, X509_free);
    return done;
}

static int keep_lists(pechat_signed_message *message, CMS_ContentInfo *cms) {
    STACK_OF(X509_CRL) *all = CMS_get1_crls(cms);
    int done = 1;
    for (int index = 0; done && index < sk_X509_CRL_num(all); index++) {
        uint8_t *bytes = NULL;
        int size = i2d_X509_CRL(sk_X509_CRL_value(all, index), &bytes);
        done = keep(message, PECHAT_SIGNED_MESSAGE_REVOCATION_LIST, bytes, size);
    }
    sk_X509_CRL_pop_free(all, X509_CRL_free);
    return done;
}

static int keep_attributes(pechat_signed_message *message, CMS_SignerInfo *signer) {
    for (int index = 0; index < CMS_signed_get_attr_count(signer); index++) {
        uint8_t *bytes = NULL;
        int size = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(signer, index), &bytes);
        if (!keep(message, PECHAT_SIGNED_MESSAGE_ATTRIBUTE, bytes, size)) return 0;
    }
    return 1;
}

static int keep_content(pechat_signed_message *message, CMS_ContentInfo *cms) {
    uint8_t *type = NULL;
    int type_size = i2d_ASN1_OBJECT(CMS_get0_eContentType(cms), &type);
    if (!keep(message, PECHAT_SIGNED_MESSAGE_CONTENT_TYPE, type, type_size)) return 0;
    ASN1_OCTET_STRING **content = CMS_get0_content(cms);
    if (content == NULL || *content == NULL) return 0;
    int size = ASN1_STRING_length(*content);
    return keep(
        message, PECHAT_SIGNED_MESSAGE_CONTENT, OPENSSL_memdup(ASN1_STRING_get0_data(*content), (size_t)size), size);
}

static int read_message(pechat_signed_message *message, CMS_ContentInfo *cms) {
    if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed || !keep_content(message, cms)) return 0;
    STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);
    if (sk_CMS_SignerInfo_num(signers) != 1) return 0;
    CMS_SignerInfo *signer = sk_CMS_SignerInfo_value(signers, 0);
    if (CMS_signed_get_attr_count(signer) <= 0) return 0;
    /* The path is somebody else's business, hence no store. */
    unsigned int flags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY;
    message->is_intact = CMS_verify(cms, NULL, NULL, NULL, NULL, flags) == 1;
    /* Set by the verification, also where it failed afterwards. */
    X509 *certificate = NULL;
    X509_ALGOR *digest = NULL;
    CMS_SignerInfo_get0_algs(signer, NULL, &certificate, &digest, NULL);
    const ASN1_OBJECT *digest_name = NULL;
    X509_ALGOR_get0(&digest_name, NULL, NULL, digest);
    int nid = OBJ_obj2nid(digest_name);
    message->is_weak = nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512;
    return certificate != NULL && keep_certificate(message, PECHAT_SIGNED_MESSAGE_SIGNER, certificate)
        && keep_certificates(message, cms) && keep_lists(message, cms) && keep_attributes(message, signer);
}

pechat_signed_message *pechat_signed_message_open(const uint8_t *bytes, size_t size) {
    if (bytes == NULL || size > 1 << 24) return NULL;
    const unsigned char *cursor = bytes;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &cursor, (long)size);
    if (cms == NULL) return NULL;
    pechat_signed_message *message = calloc(1, sizeof *message);
    if (message != NULL && (cursor != bytes + size || !read_message(message, cms))) {
        pechat_signed_message_free(message);
        message = NULL;
    }
    CMS_ContentInfo_free(cms);
    return message;
}

void pechat_signed_message_free(pechat_signed_message *message) {
    if (message == NULL) return;
    for (int part = 0; part < PECHAT_SIGNED_MESSAGE_PART_COUNT; part++)
        for (size_t index = 0; index < message->counts[part]; index++) OPENSSL_free(message->parts[part][index].bytes);
    free(message);
}

int pechat_signed_message_is_intact(const pechat_signed_message *message) {
    return message->is_intact;
}

int pechat_signed_message_is_weak(const pechat_signed_message *message) {
    return message->is_weak;
}

const uint8_t *pechat_signed_message_get(
    const pechat_signed_message *message, pechat_signed_message_part part, size_t index, size_t *size
) {
    if (index >= message->counts[part]) return NULL;
    *size = message->parts[part][index].size;
    return message->parts[part][index].bytes;
}
