#include "KeyFile.h"

#include <openssl/pkcs12.h>

enum {
    /* Bags within bags. */
    depth_limit = 4,
};

static pechat_key_file_outcome add_certificate_bag(pechat_key_file *file, const PKCS12_SAFEBAG *bag) {
    if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate) return PECHAT_KEY_FILE_OPENED;
    X509 *certificate = PKCS12_SAFEBAG_get1_cert(bag);
    if (certificate == NULL) return PECHAT_KEY_FILE_DAMAGED;
    pechat_key_file_outcome outcome = key_file_keep_certificate(file, certificate);
    X509_free(certificate);
    return outcome;
}

static pechat_key_file_outcome add_bags(
    pechat_key_file *file, const STACK_OF(PKCS12_SAFEBAG) *bags, const secret *password, OSSL_LIB_CTX *context,
    int depth
) {
    if (depth > depth_limit) return PECHAT_KEY_FILE_DAMAGED;
    pechat_key_file_outcome outcome = PECHAT_KEY_FILE_OPENED;
    for (int index = 0; outcome == PECHAT_KEY_FILE_OPENED && index < sk_PKCS12_SAFEBAG_num(bags); index++) {
        const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, index);
        switch (PKCS12_SAFEBAG_get_nid(bag)) {
        case NID_keyBag:
            outcome = key_file_keep_key(
                file, EVP_PKCS82PKEY(PKCS12_SAFEBAG_get0_p8inf(bag)), PECHAT_KEY_FILE_UNSUPPORTED_FORMAT);
            break;
        case NID_pkcs8ShroudedKeyBag:
            outcome = key_file_keep_shrouded(file, PKCS12_SAFEBAG_get0_pkcs8(bag), password, context);
            break;
        case NID_certBag: outcome = add_certificate_bag(file, bag); break;
        case NID_safeContentsBag:
            outcome = add_bags(file, PKCS12_SAFEBAG_get0_safes(bag), password, context, depth + 1);
            break;
        default: break;
        }
    }
    return outcome;
}

static pechat_key_file_outcome add_safe(
    pechat_key_file *file, PKCS7 *safe, const secret *password, OSSL_LIB_CTX *context
) {
    STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
    if (PKCS7_type_is_data(safe)) {
        bags = PKCS12_unpack_p7data(safe);
        if (bags == NULL) return PECHAT_KEY_FILE_DAMAGED;
    } else if (PKCS7_type_is_encrypted(safe)) {
        if (safe->d.encrypted == NULL || safe->d.encrypted->enc_data == NULL) return PECHAT_KEY_FILE_DAMAGED;
        pechat_key_file_outcome outcome = key_file_examine_encryption(file, safe->d.encrypted->enc_data->algorithm);
        if (outcome != PECHAT_KEY_FILE_OPENED) return outcome;
        if (file->needs_legacy && context == NULL) return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
        bags = PKCS12_unpack_p7encdata(safe, password->text, password->size);
        if (bags == NULL) return PECHAT_KEY_FILE_WRONG_PASSWORD;
    } else {
        return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
    }
    pechat_key_file_outcome outcome = add_bags(file, bags, password, context, 0);
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
    return outcome;
}

/* The MAC tells a wrong password from everything else, so it comes first. It also settles which encoding of an empty
   password is meant. */
static pechat_key_file_outcome check_mac(pechat_key_file *file, PKCS12 *container, secret *password) {
    if (!PKCS12_mac_present(container)) return PECHAT_KEY_FILE_OPENED;
    const X509_ALGOR *algorithm = NULL;
    const ASN1_INTEGER *rounds = NULL;
    PKCS12_get0_mac(NULL, &algorithm, NULL, &rounds, container);
    int64_t iterations = 1;
    if (rounds != NULL && ASN1_INTEGER_get_int64(&iterations, rounds) != 1) return PECHAT_KEY_FILE_DAMAGED;
    pechat_key_file_outcome outcome = key_file_spend(file, iterations);
    if (outcome != PECHAT_KEY_FILE_OPENED) return outcome;
    if (algorithm == NULL || EVP_get_digestbyobj(algorithm->algorithm) == NULL)
        return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
    if (PKCS12_verify_mac(container, password->text, password->size)) return PECHAT_KEY_FILE_OPENED;
    if (password->size == 0) {  /* "no password" and "empty password" are two encodings of one thing */
        password->text = password->text == NULL ? "" : NULL;
        if (PKCS12_verify_mac(container, password->text, 0)) return PECHAT_KEY_FILE_OPENED;
    }
    return PECHAT_KEY_FILE_WRONG_PASSWORD;
}

static pechat_key_file_outcome read_container(
    pechat_key_file *file, const uint8_t *bytes, size_t size, secret password, OSSL_LIB_CTX *context
) {
    PKCS12 *container = PKCS12_init_ex(NID_pkcs7_data, context, NULL);
    if (container == NULL) return PECHAT_KEY_FILE_NO_MEMORY;
    const unsigned char *cursor = bytes;
    /* On failure it frees the container. */
    if (d2i_PKCS12(&container, &cursor, (long)size) == NULL) return PECHAT_KEY_FILE_UNSUPPORTED_FORMAT;
    file->form = PECHAT_KEY_FILE_FORM_PKCS12;
    pechat_key_file_outcome outcome = check_mac(file, container, &password);
    if (outcome == PECHAT_KEY_FILE_OPENED) {
        STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(container);
        if (safes == NULL) outcome = PECHAT_KEY_FILE_DAMAGED;
        for (int index = 0; outcome == PECHAT_KEY_FILE_OPENED && index < sk_PKCS7_num(safes); index++)
            outcome = add_safe(file, sk_PKCS7_value(safes, index), &password, context);
        sk_PKCS7_pop_free(safes, PKCS7_free);
    }
    PKCS12_free(container);
    return outcome;
}

pechat_key_file_outcome key_file_read_pkcs12(
    pechat_key_file *file, const uint8_t *bytes, size_t size, secret password
) {
    pechat_key_file_outcome outcome = read_container(file, bytes, size, password, NULL);
    if (outcome != PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION || !file->needs_legacy) return outcome;
    OSSL_LIB_CTX *legacy = key_file_legacy_library();
    if (legacy == NULL) return outcome;
    key_file_forget_items(file);
    return read_container(file, bytes, size, password, legacy);
}
