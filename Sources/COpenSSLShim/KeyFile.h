#pragma once
/* What the readers of the forms share: the file while it is read, and what its parts may cost. */

#include "COpenSSLShim.h"

enum {
    /* Keys and certificates that one file may hold. */
    item_limit = 64,
};

struct pechat_key_file {
    pechat_key_file_outcome outcome;
    pechat_key_file_form form;
    /* Static text, or NULL. */
    const char *old_encryption;
    /* Whether something in the file takes RC2 or RC4. */
    int needs_legacy;
    /* Rounds of key derivation asked for so far. */
    int64_t iterations;
    EVP_PKEY *keys[item_limit];
    size_t key_count;
    struct { uint8_t *bytes; size_t size; } certificates[item_limit];
    size_t certificate_count;
};

/* What a password is tried as: lent text that ends in NUL, or NULL for none. */
typedef struct {
    const char *text;
    int size;
} secret;

/* Keeps a copy of a certificate in DER. */
pechat_key_file_outcome key_file_keep_certificate(pechat_key_file *file, X509 *certificate);
/* Takes a key over, also where it fails; NULL, a key that could not be read, gives `unreadable`. */
pechat_key_file_outcome key_file_keep_key(pechat_key_file *file, EVP_PKEY *key, pechat_key_file_outcome unreadable);
/* Gives up what was read so far. */
void key_file_forget_items(pechat_key_file *file);

/* Accounts for rounds of a key derivation before they run. */
pechat_key_file_outcome key_file_spend(pechat_key_file *file, int64_t iterations);
/* Looks at how something is encrypted before any round of the key derivation runs. */
pechat_key_file_outcome key_file_examine_encryption(pechat_key_file *file, const X509_ALGOR *algorithm);
/* A library context with RC2 and RC4, which is never that of the process; NULL where there is no legacy provider. */
OSSL_LIB_CTX *key_file_legacy_library(void);
/* Decrypts and keeps a key; without a context with RC2 and RC4, one that takes them is UNSUPPORTED_PROTECTION. */
pechat_key_file_outcome key_file_keep_shrouded(
    pechat_key_file *file, const X509_SIG *shrouded, const secret *password, OSSL_LIB_CTX *context);

/* Reads PKCS#12; leaves the form unknown where it is none. */
pechat_key_file_outcome key_file_read_pkcs12(pechat_key_file *file, const uint8_t *bytes, size_t size, secret password);
/* Reads the blocks of PEM text. */
pechat_key_file_outcome key_file_read_pem(
    pechat_key_file *file, const uint8_t *bytes, size_t size, const secret *password);
/* Reads one certificate or key in DER. */
pechat_key_file_outcome key_file_read_der(
    pechat_key_file *file, const uint8_t *bytes, size_t size, const secret *password);
