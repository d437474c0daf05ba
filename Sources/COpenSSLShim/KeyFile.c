#include "KeyFile.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>
#include <string.h>

pechat_key_file_outcome key_file_keep_certificate(pechat_key_file *file, X509 *certificate) {
    if (file->certificate_count == item_limit) return PECHAT_KEY_FILE_TOO_LARGE;
    unsigned char *bytes = NULL;
    int size = i2d_X509(certificate, &bytes);
    if (size <= 0) return PECHAT_KEY_FILE_NO_MEMORY;
    file->certificates[file->certificate_count].bytes = bytes;
    file->certificates[file->certificate_count].size = (size_t)size;
    file->certificate_count += 1;
    return PECHAT_KEY_FILE_OPENED;
}

pechat_key_file_outcome key_file_keep_key(pechat_key_file *file, EVP_PKEY *key, pechat_key_file_outcome unreadable) {
    if (key == NULL) return unreadable;
    if (file->key_count == item_limit) {
        EVP_PKEY_free(key);
        return PECHAT_KEY_FILE_TOO_LARGE;
    }
    file->keys[file->key_count++] = key;
    return PECHAT_KEY_FILE_OPENED;
}

void key_file_forget_items(pechat_key_file *file) {
    for (size_t index = 0; index < file->key_count; index++) EVP_PKEY_free(file->keys[index]);
    for (size_t index = 0; index < file->certificate_count; index++)
        OPENSSL_free(file->certificates[index].bytes);
    file->key_count = 0;
    file->certificate_count = 0;
}

/* A key on its own, in whichever library context it takes. */
static pechat_key_file_outcome keep_lone_shrouded(
    pechat_key_file *file, const X509_SIG *shrouded, const secret *password
) {
    pechat_key_file_outcome outcome = key_file_keep_shrouded(file, shrouded, password, NULL);
    if (outcome != PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION || !file->needs_legacy) return outcome;
    OSSL_LIB_CTX *legacy = key_file_legacy_library();
    return legacy == NULL ? outcome : key_file_keep_shrouded(file, shrouded, password, legacy);
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
pechat_key_file_outcome key_file_read_der(
    pechat_key_file *file, const uint8_t *bytes, size_t size, const secret *password
) {
    const unsigned char *cursor = bytes;
    X509 *certificate = d2i_X509(NULL, &cursor, (long)size);
    if (certificate != NULL) {
        file->form = PECHAT_KEY_FILE_FORM_DER;
        pechat_key_file_outcome outcome = key_file_keep_certificate(file, certificate);
        X509_free(certificate);
        return outcome;
    }
    cursor = bytes;
    X509_SIG *shrouded = d2i_X509_SIG(NULL, &cursor, (long)size);
    if (shrouded != NULL) {
        file->form = PECHAT_KEY_FILE_FORM_DER;
        pechat_key_file_outcome outcome = keep_lone_shrouded(file, shrouded, password);
        X509_SIG_free(shrouded);
        return outcome;
    }
    cursor = bytes;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &cursor, (long)size);
    if (key != NULL) {
        file->form = PECHAT_KEY_FILE_FORM_DER;
        return key_file_keep_key(file, key, PECHAT_KEY_FILE_DAMAGED);
    }
    if (is_other_kind(bytes, (long)size)) return PECHAT_KEY_FILE_UNSUPPORTED_FORMAT;
    /* A SEQUENCE with a definite length of two bytes or more, or the indefinite one: ASN.1 that was cut. */
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
    pechat_key_file *file, const char *name, char *header, unsigned char *data, long size, const secret *password
) {
    if (strcmp(name, PEM_STRING_PKCS8) == 0) {
        const unsigned char *cursor = data;
        X509_SIG *shrouded = d2i_X509_SIG(NULL, &cursor, size);
        if (shrouded == NULL) return PECHAT_KEY_FILE_DAMAGED;
        pechat_key_file_outcome outcome = keep_lone_shrouded(file, shrouded, password);
        X509_SIG_free(shrouded);
        return outcome;
    }
    int encrypted = header != NULL && header[0] != 0;
    if (encrypted) {
        EVP_CIPHER_INFO cipher;
        if (PEM_get_EVP_CIPHER_INFO(header, &cipher) != 1) return PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION;
        file->old_encryption = "PEM, MD5 key derivation";
        if (cipher.cipher != NULL && PEM_do_header(&cipher, data, &size, lend_password, (void *)password) != 1)
            return PECHAT_KEY_FILE_WRONG_PASSWORD;
    }
    const unsigned char *cursor = data;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &cursor, size);
    return key_file_keep_key(file, key, encrypted ? PECHAT_KEY_FILE_WRONG_PASSWORD : PECHAT_KEY_FILE_DAMAGED);
}

pechat_key_file_outcome key_file_read_pem(
    pechat_key_file *file, const uint8_t *bytes, size_t size, const secret *password
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
            outcome = certificate == NULL ? PECHAT_KEY_FILE_DAMAGED : key_file_keep_certificate(file, certificate);
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
    const uint8_t *bytes, size_t size, const char *password, size_t password_size
) {
    pechat_key_file *file = calloc(1, sizeof *file);
    if (file == NULL) return NULL;
    if (size > INT_MAX || password_size > INT_MAX) {  /* what OpenSSL can count */
        file->outcome = PECHAT_KEY_FILE_TOO_LARGE;
        return file;
    }
    secret given = { password, (int)password_size };
    if (contains_pem_header(bytes, size)) {
        file->outcome = key_file_read_pem(file, bytes, size, &given);
    } else {
        file->outcome = key_file_read_pkcs12(file, bytes, size, given);
        if (file->form == PECHAT_KEY_FILE_FORM_UNKNOWN) file->outcome = key_file_read_der(file, bytes, size, &given);
    }
    ERR_clear_error();
    return file;
}

void pechat_key_file_free(pechat_key_file *file) {
    if (file == NULL) return;
    key_file_forget_items(file);
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
