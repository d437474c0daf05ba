#include "COpenSSLShim.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <pthread.h>

static EVP_MD *sha256;
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;

static void fetch_sha256(void) {
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

int pechat_sha256(const uint8_t *bytes, size_t size, uint8_t *digest32) {
    pthread_once(&sha256_once, fetch_sha256);
    if (sha256 == NULL) return 0;
    return EVP_Digest(bytes, size, digest32, NULL, sha256, NULL) == 1;
}

size_t pechat_bio_bytes(BIO *bio, const uint8_t **bytes) {
    char *start = NULL;
    long size = BIO_get_mem_data(bio, &start);
    *bytes = (const uint8_t *)start;
    return size > 0 ? (size_t)size : 0;
}

EVP_PKEY *pechat_make_rsa(size_t bits) {
    return EVP_RSA_gen(bits);
}

EVP_PKEY *pechat_make_ec(const char *curve) {
    return EVP_EC_gen(curve);
}

int pechat_add_extension(X509 *certificate, X509 *issuer, int nid, const char *text) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, text);
    if (extension == NULL) return 0;
    int done = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return done;
}

unsigned long pechat_name_flags(void) {
    return XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
}
