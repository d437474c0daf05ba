#pragma once
/* OpenSSL macros that Swift cannot import, as functions, and the one task that is all macros: opening a key file. */

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stddef.h>
#include <stdint.h>

/* What opening a key file came to; the order is the order of the diagnosis. */
typedef enum {
    PECHAT_KEY_FILE_OPENED = 0,
    PECHAT_KEY_FILE_UNSUPPORTED_FORMAT,
    PECHAT_KEY_FILE_DAMAGED,
    /* More bytes, keys or certificates than one file may hold. */
    PECHAT_KEY_FILE_TOO_LARGE,
    PECHAT_KEY_FILE_TOO_MANY_ITERATIONS,
    PECHAT_KEY_FILE_WRONG_PASSWORD,
    PECHAT_KEY_FILE_UNSUPPORTED_PROTECTION,
    PECHAT_KEY_FILE_NO_MEMORY,
} pechat_key_file_outcome;

/* The forms that are told apart. */
typedef enum {
    PECHAT_KEY_FILE_FORM_UNKNOWN = 0,
    PECHAT_KEY_FILE_FORM_PKCS12,
    PECHAT_KEY_FILE_FORM_PEM,
    PECHAT_KEY_FILE_FORM_DER,
} pechat_key_file_form;

/* An opened key file: keys and certificates in the order of the file. Owned by the caller. */
typedef struct pechat_key_file pechat_key_file;

/* Opens PKCS#12, PEM or DER bytes. The password is UTF-8 and ends in a NUL that its size does not count; NULL means
   that none was given. It is read where it lies; no copy of it is made here. Returns NULL only where memory is
   exhausted. Thread-safe. */
pechat_key_file *pechat_key_file_open(
    const uint8_t *bytes, size_t size, const char *password, size_t password_size);
/* Frees the file; its keys that were not taken are cleared. */
void pechat_key_file_free(pechat_key_file *file);

pechat_key_file_outcome pechat_key_file_get_outcome(const pechat_key_file *file);
pechat_key_file_form pechat_key_file_get_form(const pechat_key_file *file);
/* The name of an outdated encryption that was met, such as "RC2-40-CBC", or NULL. Static text. */
const char *pechat_key_file_get_old_encryption(const pechat_key_file *file);
size_t pechat_key_file_key_count(const pechat_key_file *file);
/* A new reference to a key, in the default library context; the caller frees it. */
EVP_PKEY *pechat_key_file_copy_key(const pechat_key_file *file, size_t index);
size_t pechat_key_file_certificate_count(const pechat_key_file *file);
/* The DER bytes of a certificate, lent until the file is freed. */
const uint8_t *pechat_key_file_certificate(const pechat_key_file *file, size_t index, size_t *size);

/* The parts of a CMS message with one signer. */
typedef enum {
    /* The type of the content, an object identifier in DER. */
    PECHAT_SIGNED_MESSAGE_CONTENT_TYPE = 0,
    PECHAT_SIGNED_MESSAGE_CONTENT,
    PECHAT_SIGNED_MESSAGE_SIGNER,
    PECHAT_SIGNED_MESSAGE_CERTIFICATE,
    PECHAT_SIGNED_MESSAGE_REVOCATION_LIST,
    PECHAT_SIGNED_MESSAGE_ATTRIBUTE,
    PECHAT_SIGNED_MESSAGE_PART_COUNT,
} pechat_signed_message_part;

/* A CMS message that was read to its end. Owned by the caller. */
typedef struct pechat_signed_message pechat_signed_message;

/* Reads a message with its content inside and one signer whose certificate is there; NULL for everything else. */
pechat_signed_message *pechat_signed_message_open(const uint8_t *bytes, size_t size);
void pechat_signed_message_free(pechat_signed_message *message);
/* Whether digest and signature are good; says nothing about trust. */
int pechat_signed_message_is_intact(const pechat_signed_message *message);
/* Whether the signer digested with something else than SHA-256, SHA-384 or SHA-512. */
int pechat_signed_message_is_weak(const pechat_signed_message *message);
/* One part in DER, or the bare bytes of the content, lent until the message is freed; NULL where there is none. */
const uint8_t *pechat_signed_message_get(
    const pechat_signed_message *message, pechat_signed_message_part part, size_t index, size_t *size);

/* What an OCSP answer says about one certificate. */
typedef enum {
    PECHAT_OCSP_UNREADABLE = 0,
    /* The responder gave an error instead of an answer. */
    PECHAT_OCSP_UNSUCCESSFUL,
    /* It says nothing about this certificate. */
    PECHAT_OCSP_NOT_ABOUT,
    /* Not signed by the issuer or by a responder of its own, or with a digest that is too weak. */
    PECHAT_OCSP_UNAUTHORISED,
    PECHAT_OCSP_GOOD,
    PECHAT_OCSP_REVOKED,
    PECHAT_OCSP_UNKNOWN,
} pechat_ocsp_outcome;

/* Stands for a time that is not given. */
static const int64_t PECHAT_NO_TIME = INT64_MIN;

/* Times are seconds since 1970; they are set from PECHAT_OCSP_GOOD on. */
typedef struct {
    pechat_ocsp_outcome outcome;
    int response_status;
    /* CRLReason, or -1. */
    int reason;
    int64_t produced_at, this_update, next_update, revoked_at, archive_cutoff;
    int64_t signer_not_before, signer_not_after;
} pechat_ocsp_answer;

/* Reads an answer and checks who signed it; times are for the caller to judge. */
pechat_ocsp_answer pechat_ocsp_read(
    const uint8_t *response_der, size_t response_size, const uint8_t *certificate_der, size_t certificate_size,
    const uint8_t *issuer_der, size_t issuer_size);
/* A request about one certificate, with a nonce unless that is NULL; the caller frees it with OPENSSL_free. */
uint8_t *pechat_ocsp_request(
    const uint8_t *certificate_der, size_t certificate_size, const uint8_t *issuer_der, size_t issuer_size,
    const uint8_t *nonce, size_t nonce_size, size_t *size);

/* SHA-256 with the algorithm fetched once; 1 or 0. */
int pechat_sha256(const uint8_t *bytes, size_t size, uint8_t *digest32);
/* The bytes of a memory BIO, lent while it lives. */
size_t pechat_bio_bytes(BIO *bio, const uint8_t **bytes);
/* An RSA key of so many bits, or NULL. */
EVP_PKEY *pechat_make_rsa(size_t bits);
/* An EC key on a named curve such as "P-256", or NULL. */
EVP_PKEY *pechat_make_ec(const char *curve);
/* Adds an extension in the text form of the openssl command; the issuer is needed for the authority key identifier. */
int pechat_add_extension(X509 *certificate, X509 *issuer, int nid, const char *text);
/* How names are written: RFC 4514, in UTF-8 instead of an escape for every byte above ASCII. */
unsigned long pechat_name_flags(void);
