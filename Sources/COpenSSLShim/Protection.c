#include "KeyFile.h"

#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <pthread.h>

enum {
    /* Rounds of one key derivation, and of all that one file asks for. Honest files use 1 000 to 600 000 for each of
       their three parts; more is a way to keep a server busy. */
    iteration_limit = 2000000,
    iteration_budget = 4000000,
};

static OSSL_LIB_CTX *legacy_context;
static pthread_once_t legacy_once = PTHREAD_ONCE_INIT;

static void load_legacy(void) {
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    if (context == NULL) return;
    OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(context, "legacy");
    OSSL_PROVIDER *standard = OSSL_PROVIDER_load(context, "default");
    if (legacy != NULL && standard != NULL) {
        legacy_context = context;
        return;
    }
    OSSL_PROVIDER_unload(legacy);
    OSSL_PROVIDER_unload(standard);
    OSSL_LIB_CTX_free(context);
}

OSSL_LIB_CTX *key_file_legacy_library(void) {
    pthread_once(&legacy_once, load_legacy);
    return legacy_context;
}

pechat_key_file_outcome key_file_spend(pechat_key_file *file, int64_t iterations) {
    if (iterations < 1 || iterations > iteration_limit) return PECHAT_KEY_FILE_TOO_MANY_ITERATIONS;
    file->iterations += iterations;
    if (file->iterations > iteration_budget) return PECHAT_KEY_FILE_TOO_MANY_ITERATIONS;
    return PECHAT_KEY_FILE_OPENED;
}

pechat_key_file_outcome key_file_examine_encryption(pechat_key_file *file, const X509_ALGOR *algorithm) {
    const ASN1_OBJECT *object = NULL;
    int type = 0;
    const void *value = NULL;
    X509_ALGOR_get0(&object, &type, &value, algorithm);
    int nid = OBJ_obj2nid(object);
    int64_t iterations = 0;
    pechat_key_file_outcome outcome = PECHAT_KEY_FILE_OPENED;
    if (type != V_ASN1_SEQUENCE) return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
    if (nid == NID_pbes2) {
        PBE2PARAM *scheme = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
        if (scheme == NULL) return PECHAT_KEY_FILE_DAMAGED;
        if (OBJ_obj2nid(scheme->keyfunc->algorithm) == NID_id_pbkdf2) {
            PBKDF2PARAM *derivation = ASN1_TYPE_unpack_sequence(
                ASN1_ITEM_rptr(PBKDF2PARAM), scheme->keyfunc->parameter);
            if (derivation == NULL || ASN1_INTEGER_get_int64(&iterations, derivation->iter) != 1)
                outcome = PECHAT_KEY_FILE_DAMAGED;
            PBKDF2PARAM_free(derivation);
        } else {
            outcome = PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
        }
        int cipher = OBJ_obj2nid(scheme->encryption->algorithm);
        if (cipher == NID_rc2_cbc || cipher == NID_des_cbc) {
            file->old_encryption = OBJ_nid2sn(cipher);
            file->needs_legacy = 1;
        }
        PBE2PARAM_free(scheme);
    } else {
        PBEPARAM *scheme = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
        if (scheme == NULL) return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
        if (ASN1_INTEGER_get_int64(&iterations, scheme->iter) != 1) outcome = PECHAT_KEY_FILE_DAMAGED;
        PBEPARAM_free(scheme);
        switch (nid) {
        case NID_pbe_WithSHA1And40BitRC2_CBC: file->old_encryption = "RC2-40"; file->needs_legacy = 1; break;
        case NID_pbe_WithSHA1And128BitRC2_CBC: file->old_encryption = "RC2-128"; file->needs_legacy = 1; break;
        case NID_pbe_WithSHA1And128BitRC4: file->old_encryption = "RC4-128"; file->needs_legacy = 1; break;
        case NID_pbe_WithSHA1And40BitRC4: file->old_encryption = "RC4-40"; file->needs_legacy = 1; break;
        case NID_pbe_WithSHA1And3_Key_TripleDES_CBC:
        case NID_pbe_WithSHA1And2_Key_TripleDES_CBC:
            if (file->old_encryption == NULL) file->old_encryption = "3DES";
            break;
        default: file->old_encryption = "PBES1"; file->needs_legacy = 1; break;
        }
    }
    return outcome == PECHAT_KEY_FILE_OPENED ? key_file_spend(file, iterations) : outcome;
}

pechat_key_file_outcome key_file_keep_shrouded(
    pechat_key_file *file, const X509_SIG *shrouded, const secret *password, OSSL_LIB_CTX *context
) {
    const X509_ALGOR *algorithm = NULL;
    X509_SIG_get0(shrouded, &algorithm, NULL);
    pechat_key_file_outcome outcome = key_file_examine_encryption(file, algorithm);
    if (outcome != PECHAT_KEY_FILE_OPENED) return outcome;
    if (file->needs_legacy && context == NULL) return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
    PKCS8_PRIV_KEY_INFO *plain = PKCS8_decrypt_ex(shrouded, password->text, password->size, context, NULL);
    if (plain == NULL) return PECHAT_KEY_FILE_WRONG_PASSWORD;
    EVP_PKEY *key = EVP_PKCS82PKEY(plain);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return key_file_keep_key(file, key, PECHAT_KEY_FILE_UNSUPPORTED_FORMAT);
}
