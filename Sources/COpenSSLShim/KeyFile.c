#include "COpenSSLShim.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Rounds of one key derivation, and of all that one file asks for. Honest files use 1 000 to 600 000 for each of
       their three parts; more is a way to keep a server busy. */
    iteration_limit = 2000000,
    iteration_budget = 4000000,
    /* Keys and certificates that one file may hold. */
    item_limit = 64,
    /* Bags within bags. */
    depth_limit = 4,
};

struct pechat_key_file {
    pechat_key_file_outcome outcome;
    pechat_key_file_form form;
    const char *old_encryption;
    int needs_legacy;
    int64_t iterations;
    EVP_PKEY *keys[item_limit];
    size_t key_count;
    struct { uint8_t *bytes; size_t size; } certificates[item_limit];
    size_t certificate_count;
};

/* What a password is tried as; text always ends in NUL. */
typedef struct {
    char *text;
    int size;
} secret;

static OSSL_LIB_CTX *legacy_context;
static pthread_once_t legacy_once = PTHREAD_ONCE_INIT;

/* RC2 and RC4 live in a provider of their own; it is never added to the context of the process. */
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

static int add_certificate(pechat_key_file *file, X509 *certificate) {
    if (file->certificate_count == item_limit) return 0;
    unsigned char *bytes = NULL;
    int size = i2d_X509(certificate, &bytes);
    if (size <= 0) return 0;
    file->certificates[file->certificate_count].bytes = bytes;
    file->certificates[file->certificate_count].size = (size_t)size;
    file->certificate_count += 1;
    return 1;
}

static int add_key(pechat_key_file *file, EVP_PKEY *key) {
    if (key == NULL) return 0;
    if (file->key_count == item_limit) {
        EVP_PKEY_free(key);
        return 0;
    }
    file->keys[file->key_count++] = key;
    return 1;
}

static pechat_key_file_outcome spend(pechat_key_file *file, int64_t iterations) {
    if (iterations < 1 || iterations > iteration_limit) return PECHAT_KEY_FILE_TOO_MANY_ITERATIONS;
    file->iterations += iterations;
    if (file->iterations > iteration_budget) return PECHAT_KEY_FILE_TOO_MANY_ITERATIONS;
    return PECHAT_KEY_FILE_OPENED;
}

/* Looks at how something is encrypted before any round of the key derivation runs. */
static pechat_key_file_outcome examine_encryption(pechat_key_file *file, const X509_ALGOR *algorithm) {
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
    return outcome == PECHAT_KEY_FILE_OPENED ? spend(file, iterations) : outcome;
}

static pechat_key_file_outcome add_shrouded(
    pechat_key_file *file, const X509_SIG *shrouded, const secret *password, OSSL_LIB_CTX *context
) {
    const X509_ALGOR *algorithm = NULL;
    X509_SIG_get0(shrouded, &algorithm, NULL);
    pechat_key_file_outcome outcome = examine_encryption(file, algorithm);
    if (outcome != PECHAT_KEY_FILE_OPENED) return outcome;
    if (file->needs_legacy && context == NULL) return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
    PKCS8_PRIV_KEY_INFO *plain = PKCS8_decrypt_ex(shrouded, password->text, password->size, context, NULL);
    if (plain == NULL) return PECHAT_KEY_FILE_WRONG_PASSWORD;
    EVP_PKEY *key = EVP_PKCS82PKEY(plain);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return add_key(file, key) ? PECHAT_KEY_FILE_OPENED : PECHAT_KEY_FILE_UNSUPPORTED_FORMAT;
}

static pechat_key_file_outcome add_bags(
    pechat_key_file *file, const STACK_OF(PKCS12_SAFEBAG) *bags, const secret *password, OSSL_LIB_CTX *context,
    int depth
) {
    if (depth > depth_limit) return PECHAT_KEY_FILE_DAMAGED;
    for (int index = 0; index < sk_PKCS12_SAFEBAG_num(bags); index++) {
        const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, index);
        pechat_key_file_outcome outcome = PECHAT_KEY_FILE_OPENED;
        switch (PKCS12_SAFEBAG_get_nid(bag)) {
        case NID_keyBag:
            if (!add_key(file, EVP_PKCS82PKEY(PKCS12_SAFEBAG_get0_p8inf(bag))))
                outcome = PECHAT_KEY_FILE_UNSUPPORTED_FORMAT;
            break;
        case NID_pkcs8ShroudedKeyBag:
            outcome = add_shrouded(file, PKCS12_SAFEBAG_get0_pkcs8(bag), password, context);
            break;
        case NID_certBag:
            if (PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate) {
                X509 *certificate = PKCS12_SAFEBAG_get1_cert(bag);
                if (certificate == NULL || !add_certificate(file, certificate)) outcome = PECHAT_KEY_FILE_DAMAGED;
                X509_free(certificate);
            }
            break;
        case NID_safeContentsBag:
            outcome = add_bags(file, PKCS12_SAFEBAG_get0_safes(bag), password, context, depth + 1);
            break;
        default: break;
        }
        if (outcome != PECHAT_KEY_FILE_OPENED) return outcome;
    }
    return PECHAT_KEY_FILE_OPENED;
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
        pechat_key_file_outcome outcome = examine_encryption(file, safe->d.encrypted->enc_data->algorithm);
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

/* The MAC tells a wrong password from everything else, so it comes first. */
static pechat_key_file_outcome check_mac(pechat_key_file *file, PKCS12 *container, secret *password) {
    if (!PKCS12_mac_present(container)) return PECHAT_KEY_FILE_OPENED;
    const X509_ALGOR *algorithm = NULL;
    const ASN1_INTEGER *rounds = NULL;
    PKCS12_get0_mac(NULL, &algorithm, NULL, &rounds, container);
    int64_t iterations = 1;
    if (rounds != NULL && ASN1_INTEGER_get_int64(&iterations, rounds) != 1) return PECHAT_KEY_FILE_DAMAGED;
    pechat_key_file_outcome outcome = spend(file, iterations);
    if (outcome != PECHAT_KEY_FILE_OPENED) return outcome;
    if (algorithm == NULL || EVP_get_digestbyobj(algorithm->algorithm) == NULL)
        return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
    if (PKCS12_verify_mac(container, password->text, password->size)) return PECHAT_KEY_FILE_OPENED;
    if (password->size == 0) {  /* "no password" and "empty password" are two encodings of one thing */
        char *other = password->text == NULL ? "" : NULL;
        if (PKCS12_verify_mac(container, other, 0)) {
            free(password->text);
            password->text = other == NULL ? NULL : strdup(other);
            return PECHAT_KEY_FILE_OPENED;
        }
    }
    return PECHAT_KEY_FILE_WRONG_PASSWORD;
}

static void forget_items(pechat_key_file *file) {
    for (size_t index = 0; index < file->key_count; index++) EVP_PKEY_free(file->keys[index]);
    for (size_t index = 0; index < file->certificate_count; index++)
        OPENSSL_free(file->certificates[index].bytes);
    file->key_count = 0;
    file->certificate_count = 0;
}

static pechat_key_file_outcome read_container(
    pechat_key_file *file, const uint8_t *bytes, size_t size, secret *password, OSSL_LIB_CTX *context
) {
    PKCS12 *container = PKCS12_init_ex(NID_pkcs7_data, context, NULL);
    if (container == NULL) return PECHAT_KEY_FILE_NO_MEMORY;
    const unsigned char *cursor = bytes;
    if (d2i_PKCS12(&container, &cursor, (long)size) == NULL) return PECHAT_KEY_FILE_UNSUPPORTED_FORMAT;
    file->form = PECHAT_KEY_FILE_FORM_PKCS12;
    pechat_key_file_outcome outcome = check_mac(file, container, password);
    if (outcome == PECHAT_KEY_FILE_OPENED) {
        STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(container);
        if (safes == NULL) outcome = PECHAT_KEY_FILE_DAMAGED;
        for (int index = 0; outcome == PECHAT_KEY_FILE_OPENED && index < sk_PKCS7_num(safes); index++)
            outcome = add_safe(file, sk_PKCS7_value(safes, index), password, context);
        sk_PKCS7_pop_free(safes, PKCS7_free);
    }
    PKCS12_free(container);
    return outcome;
}

static pechat_key_file_outcome read_pkcs12(
    pechat_key_file *file, const uint8_t *bytes, size_t size, secret *password
) {
    pechat_key_file_outcome outcome = read_container(file, bytes, size, password, NULL);
    if (outcome != PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION || !file->needs_legacy) return outcome;
    pthread_once(&legacy_once, load_legacy);
    if (legacy_context == NULL) return outcome;
    forget_items(file);
    return read_container(file, bytes, size, password, legacy_context);
}

/* Whole ASN.1 values that people take for key files: certificate bags, requests, revocation lists, public keys. */
static int is_other_kind(const uint8_t *bytes, long size) {
    const unsigned char *cursor = bytes;
    PKCS7 *bag = d2i_PKCS7(NULL, &cursor, size);
    PKCS7_free(bag);
    cursor = bytes;
    X509_REQ *request = d2i_X509_REQ(NULL, &cursor, size);
    X509_REQ_free(request);
    cursor = bytes;
    X509_CRL *list = d2i_X509_CRL(NULL, &cursor, size);
    X509_CRL_free(list);
    cursor = bytes;
    EVP_PKEY *public_key = d2i_PUBKEY(NULL, &cursor, size);
    EVP_PKEY_free(public_key);
    return bag != NULL || request != NULL || list != NULL || public_key != NULL;
}

/* Bytes that are no PKCS#12: a bare certificate, a bare key, a broken ASN.1 value, or something else. */
static pechat_key_file_outcome read_der(
    pechat_key_file *file, const uint8_t *bytes, size_t size, const secret *password
) {
    const unsigned char *cursor = bytes;
    X509 *certificate = d2i_X509(NULL, &cursor, (long)size);
    if (certificate != NULL) {
        file->form = PECHAT_KEY_FILE_FORM_DER;
        int added = add_certificate(file, certificate);
        X509_free(certificate);
        return added ? PECHAT_KEY_FILE_OPENED : PECHAT_KEY_FILE_NO_MEMORY;
    }
    cursor = bytes;
    X509_SIG *shrouded = d2i_X509_SIG(NULL, &cursor, (long)size);
    if (shrouded != NULL) {
        file->form = PECHAT_KEY_FILE_FORM_DER;
        pechat_key_file_outcome outcome = add_shrouded(file, shrouded, password, NULL);
        X509_SIG_free(shrouded);
        return outcome;
    }
    cursor = bytes;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &cursor, (long)size);
    if (key != NULL) {
        file->form = PECHAT_KEY_FILE_FORM_DER;
        return add_key(file, key) ? PECHAT_KEY_FILE_OPENED : PECHAT_KEY_FILE_NO_MEMORY;
    }
    if (is_other_kind(bytes, (long)size)) return PECHAT_KEY_FILE_UNSUPPORTED_FORMAT;
    /* A SEQUENCE with a definite length of two bytes or more, or the indefinite one: ASN.1 that was cut or overwritten. */
    int sequence = size >= 4 && bytes[0] == 0x30 && (bytes[1] == 0x80 || (bytes[1] >= 0x81 && bytes[1] <= 0x84));
    return sequence ? PECHAT_KEY_FILE_DAMAGED : PECHAT_KEY_FILE_UNSUPPORTED_FORMAT;
}

static int lend_password(char *buffer, int capacity, int writing, void *context) {
    const secret *password = context;
    (void)writing;
    if (password->text == NULL || password->size > capacity) return -1;
    memcpy(buffer, password->text, (size_t)password->size);
    return password->size;
}

static pechat_key_file_outcome read_pem_key(
    pechat_key_file *file, const char *name, char *header, unsigned char *data, long size, secret *password
) {
    if (strcmp(name, PEM_STRING_PKCS8) == 0) {
        const unsigned char *cursor = data;
        X509_SIG *shrouded = d2i_X509_SIG(NULL, &cursor, size);
        if (shrouded == NULL) return PECHAT_KEY_FILE_DAMAGED;
        pechat_key_file_outcome outcome = add_shrouded(file, shrouded, password, NULL);
        if (outcome == PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION && file->needs_legacy) {
            pthread_once(&legacy_once, load_legacy);
            if (legacy_context != NULL) outcome = add_shrouded(file, shrouded, password, legacy_context);
        }
        X509_SIG_free(shrouded);
        return outcome;
    }
    int encrypted = header != NULL && header[0] != 0;
    if (encrypted) {
        EVP_CIPHER_INFO cipher;
        if (PEM_get_EVP_CIPHER_INFO(header, &cipher) != 1) return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
        file->old_encryption = "PEM, MD5 key derivation";
        if (cipher.cipher != NULL && PEM_do_header(&cipher, data, &size, lend_password, password) != 1)
            return PECHAT_KEY_FILE_WRONG_PASSWORD;
    }
    const unsigned char *cursor = data;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &cursor, size);
    if (key == NULL) return encrypted ? PECHAT_KEY_FILE_WRONG_PASSWORD : PECHAT_KEY_FILE_DAMAGED;
    return add_key(file, key) ? PECHAT_KEY_FILE_OPENED : PECHAT_KEY_FILE_NO_MEMORY;
}

static pechat_key_file_outcome read_pem(
    pechat_key_file *file, const uint8_t *bytes, size_t size, secret *password
) {
    file->form = PECHAT_KEY_FILE_FORM_PEM;
    BIO *source = BIO_new_mem_buf(bytes, (int)size);
    if (source == NULL) return PECHAT_KEY_FILE_NO_MEMORY;
    pechat_key_file_outcome outcome = PECHAT_KEY_FILE_OPENED;
    int blocks = 0;
    int foreign = 0;
    while (outcome == PECHAT_KEY_FILE_OPENED) {
        char *name = NULL, *header = NULL;
        unsigned char *data = NULL;
        long length = 0;
        ERR_clear_error();
        if (PEM_read_bio(source, &name, &header, &data, &length) != 1) {
            if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) outcome = PECHAT_KEY_FILE_DAMAGED;
            break;
        }
        blocks += 1;
        size_t name_length = strlen(name);
        if (strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0) {
            const unsigned char *cursor = data;
            X509 *certificate = d2i_X509(NULL, &cursor, length);
            if (certificate == NULL || !add_certificate(file, certificate)) outcome = PECHAT_KEY_FILE_DAMAGED;
            X509_free(certificate);
        } else if (strcmp(name, "OPENSSH PRIVATE KEY") == 0) {
            foreign = 1;
        } else if (name_length >= 11 && strcmp(name + name_length - 11, "PRIVATE KEY") == 0) {
            outcome = read_pem_key(file, name, header, data, length, password);
        } else if (strcmp(name, PEM_STRING_ECPARAMETERS) != 0) {
            foreign = 1;
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, (size_t)length);
    }
    BIO_free(source);
    ERR_clear_error();
    if (outcome != PECHAT_KEY_FILE_OPENED) return outcome;
    if (blocks == 0) return PECHAT_KEY_FILE_DAMAGED;  /* a BEGIN line was seen, but no complete block */
    if (foreign && file->key_count == 0 && file->certificate_count == 0) return PECHAT_KEY_FILE_UNSUPPORTED_FORMAT;
    return PECHAT_KEY_FILE_OPENED;
}

static int contains_pem_header(const uint8_t *bytes, size_t size) {
    static const char mark[] = "-----BEGIN ";
    size_t length = sizeof mark - 1;
    for (size_t start = 0; start + length <= size; start++) {
        if (bytes[start] == '-' && memcmp(bytes + start, mark, length) == 0) return 1;
        if (bytes[start] == 0) return 0;
    }
    return 0;
}

pechat_key_file *pechat_key_file_open(
    const uint8_t *bytes, size_t size, const uint8_t *password, size_t password_size
) {
    pechat_key_file *file = calloc(1, sizeof *file);
    if (file == NULL) return NULL;
    secret given = { NULL, (int)password_size };
    if (password != NULL) {
        given.text = malloc(password_size + 1);
        if (given.text == NULL) {
            free(file);
            return NULL;
        }
        memcpy(given.text, password, password_size);
        given.text[password_size] = 0;
    }
    if (contains_pem_header(bytes, size)) {
        file->outcome = read_pem(file, bytes, size, &given);
    } else {
        file->outcome = read_pkcs12(file, bytes, size, &given);
        if (file->form == PECHAT_KEY_FILE_FORM_UNKNOWN) file->outcome = read_der(file, bytes, size, &given);
    }
    if (given.text != NULL) {
        OPENSSL_cleanse(given.text, (size_t)given.size);
        free(given.text);
    }
    ERR_clear_error();
    return file;
}

void pechat_key_file_free(pechat_key_file *file) {
    if (file == NULL) return;
    forget_items(file);
    free(file);
}

pechat_key_file_outcome pechat_key_file_get_outcome(const pechat_key_file *file) { return file->outcome; }

pechat_key_file_form pechat_key_file_get_form(const pechat_key_file *file) { return file->form; }

const char *pechat_key_file_get_old_encryption(const pechat_key_file *file) { return file->old_encryption; }

size_t pechat_key_file_key_count(const pechat_key_file *file) { return file->key_count; }

EVP_PKEY *pechat_key_file_copy_key(const pechat_key_file *file, size_t index) {
    if (index >= file->key_count) return NULL;
    EVP_PKEY_up_ref(file->keys[index]);
    return file->keys[index];
}

size_t pechat_key_file_certificate_count(const pechat_key_file *file) { return file->certificate_count; }

const uint8_t *pechat_key_file_certificate(const pechat_key_file *file, size_t index, size_t *size) {
    if (index >= file->certificate_count) return NULL;
    *size = file->certificates[index].size;
    return file->certificates[index].bytes;
}
