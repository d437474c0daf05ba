#include "COpenSSLShim.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    /* Certificates that one answer may be about. */
    single_limit = 256,
};

static X509 *read_certificate(const uint8_t *bytes, size_t size) {
    const unsigned char *cursor = bytes;
    return d2i_X509(NULL, &cursor, (long)size);
}

uint8_t *pechat_ocsp_request(
    const uint8_t *certificate_der, size_t certificate_size, const uint8_t *issuer_der, size_t issuer_size,
    const uint8_t *nonce, size_t nonce_size, size_t *size
) {
    X509 *certificate = read_certificate(certificate_der, certificate_size);
    X509 *issuer = read_certificate(issuer_der, issuer_size);
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    uint8_t *bytes = NULL;
    if (certificate != NULL && issuer != NULL && request != NULL) {
        /* SHA-1 names the issuer here, it protects nothing, and many responders know no other. */
        OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), certificate, issuer);
        if (id != NULL && OCSP_request_add0_id(request, id) == NULL) {
            OCSP_CERTID_free(id);
            id = NULL;
        }
        int done = id != NULL;
        if (done && nonce != NULL) done = OCSP_request_add1_nonce(request, (unsigned char *)nonce, (int)nonce_size) == 1;
        int length = done ? i2d_OCSP_REQUEST(request, &bytes) : 0;
        *size = length > 0 ? (size_t)length : 0;
    }
    OCSP_REQUEST_free(request);
    X509_free(issuer);
    X509_free(certificate);
    ERR_clear_error();
    return bytes;
}

static int64_t seconds(const ASN1_TIME *value) {
    struct tm parts;
    if (value == NULL || ASN1_TIME_to_tm(value, &parts) != 1) return PECHAT_NO_TIME;
    return timegm(&parts);
}

/* The newest statement about a certificate, whatever digest its identifier is made with. */
static OCSP_SINGLERESP *find_single(OCSP_BASICRESP *basic, X509 *certificate, X509 *issuer) {
    OCSP_SINGLERESP *found = NULL;
    int64_t newest = PECHAT_NO_TIME;
    int count = OCSP_resp_count(basic);
    for (int index = 0; index < count && index < single_limit; index++) {
        OCSP_SINGLERESP *single = OCSP_resp_get0(basic, index);
        const OCSP_CERTID *theirs = OCSP_SINGLERESP_get0_id(single);
        ASN1_OBJECT *digest = NULL;
        OCSP_id_get0_info(NULL, &digest, NULL, NULL, (OCSP_CERTID *)theirs);
        const EVP_MD *algorithm = EVP_get_digestbyobj(digest);
        int nid = algorithm == NULL ? NID_undef : EVP_MD_get_type(algorithm);
        if (nid != NID_sha1 && nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512) continue;
        OCSP_CERTID *ours = OCSP_cert_to_id(algorithm, certificate, issuer);
        int is_same = ours != NULL && OCSP_id_cmp(ours, theirs) == 0;
        OCSP_CERTID_free(ours);
        if (!is_same) continue;
        ASN1_GENERALIZEDTIME *this_update = NULL;
        OCSP_single_get0_status(single, NULL, NULL, &this_update, NULL);
        int64_t time = seconds(this_update);
        if (time == PECHAT_NO_TIME || (found != NULL && time <= newest)) continue;
        found = single;
        newest = time;
    }
    return found;
}

/* Whether the issuer, or a responder that it certified for that, signed. Times are looked at elsewhere. */
static int is_authorised(OCSP_BASICRESP *basic, X509 *issuer) {
    const X509_ALGOR *algorithm = OCSP_resp_get0_tbs_sigalg(basic);
    const ASN1_OBJECT *name = NULL;
    X509_ALGOR_get0(&name, NULL, NULL, algorithm);
    int digest = NID_undef;
    int nid = OBJ_obj2nid(name);
    /* PSS names its digest elsewhere; the library checks that it is one that it knows. */
    if (nid != NID_rsassaPss && (!OBJ_find_sigid_algs(nid, &digest, NULL) || digest == NID_md5 || digest == NID_sha1))
        return 0;
    X509_STORE *store = X509_STORE_new();
    STACK_OF(X509) *helpers = sk_X509_new_null();
    int done = 0;
    if (store != NULL && helpers != NULL && X509_STORE_add_cert(store, issuer) == 1 && sk_X509_push(helpers, issuer) > 0) {
        X509_VERIFY_PARAM *parameters = X509_STORE_get0_param(store);
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
        X509_VERIFY_PARAM_set_auth_level(parameters, 2);
        done = OCSP_basic_verify(basic, helpers, store, OCSP_NOEXPLICIT) == 1;
    }
    sk_X509_free(helpers);
    X509_STORE_free(store);
    return done;
}

static void read_basic(pechat_ocsp_answer *answer, OCSP_BASICRESP *basic, X509 *certificate, X509 *issuer) {
    answer->outcome = PECHAT_OCSP_NOT_ABOUT;
    OCSP_SINGLERESP *single = find_single(basic, certificate, issuer);
    if (single == NULL) return;
    answer->outcome = PECHAT_OCSP_UNAUTHORISED;
    if (!is_authorised(basic, issuer)) return;
    X509 *signer = NULL;
    STACK_OF(X509) *helpers = sk_X509_new_null();
    if (helpers == NULL || sk_X509_push(helpers, issuer) <= 0 || OCSP_resp_get0_signer(basic, &signer, helpers) != 1) {
        sk_X509_free(helpers);
        return;
    }
    answer->signer_not_before = seconds(X509_get0_notBefore(signer));
    answer->signer_not_after = seconds(X509_get0_notAfter(signer));
    sk_X509_free(helpers);
    ASN1_GENERALIZEDTIME *revoked = NULL, *this_update = NULL, *next_update = NULL;
    int reason = -1;
    int status = OCSP_single_get0_status(single, &reason, &revoked, &this_update, &next_update);
    answer->produced_at = seconds(OCSP_resp_get0_produced_at(basic));
    answer->this_update = seconds(this_update);
    answer->next_update = seconds(next_update);
    answer->revoked_at = seconds(revoked);
    answer->reason = reason;
    ASN1_GENERALIZEDTIME *cutoff = OCSP_SINGLERESP_get1_ext_d2i(single, NID_id_pkix_OCSP_archiveCutoff, NULL, NULL);
    answer->archive_cutoff = seconds(cutoff);
    ASN1_GENERALIZEDTIME_free(cutoff);
    answer->outcome = status == V_OCSP_CERTSTATUS_GOOD ? PECHAT_OCSP_GOOD
        : status == V_OCSP_CERTSTATUS_REVOKED ? PECHAT_OCSP_REVOKED
        : PECHAT_OCSP_UNKNOWN;
}

pechat_ocsp_answer pechat_ocsp_read(
    const uint8_t *response_der, size_t response_size, const uint8_t *certificate_der, size_t certificate_size,
    const uint8_t *issuer_der, size_t issuer_size
) {
    pechat_ocsp_answer answer = {.outcome = PECHAT_OCSP_UNREADABLE, .response_status = -1};
    const unsigned char *cursor = response_der;
    OCSP_RESPONSE *response = response_size > 1 << 20 ? NULL : d2i_OCSP_RESPONSE(NULL, &cursor, (long)response_size);
    X509 *certificate = read_certificate(certificate_der, certificate_size);
    X509 *issuer = read_certificate(issuer_der, issuer_size);
    if (response != NULL && certificate != NULL && issuer != NULL && cursor == response_der + response_size) {
        answer.response_status = OCSP_response_status(response);
        OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
        if (answer.response_status != OCSP_RESPONSE_STATUS_SUCCESSFUL) answer.outcome = PECHAT_OCSP_UNSUCCESSFUL;
        else if (basic != NULL) read_basic(&answer, basic, certificate, issuer);
        OCSP_BASICRESP_free(basic);
    }
    X509_free(issuer);
    X509_free(certificate);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
    return answer;
}
