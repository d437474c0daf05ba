#pragma once
/* A private key on a PKCS#11 token: found, logged in to, and used from many threads through a pool of sessions.

   The module is opened by name and asked for its function list; it is initialised once for the process and stays. */

#include <stddef.h>
#include <stdint.h>

/* What an operation came to. */
typedef enum {
    PECHAT_TOKEN_DONE = 0,
    /* The module cannot be loaded, or is none. */
    PECHAT_TOKEN_NO_MODULE,
    PECHAT_TOKEN_NO_MEMORY,
    /* No token of that description is there. */
    PECHAT_TOKEN_ABSENT,
    PECHAT_TOKEN_SEVERAL,
    PECHAT_TOKEN_PIN_NEEDED,
    PECHAT_TOKEN_PIN_WRONG,
    PECHAT_TOKEN_PIN_LOCKED,
    PECHAT_TOKEN_NO_KEY,
    PECHAT_TOKEN_SEVERAL_KEYS,
    PECHAT_TOKEN_NO_CERTIFICATE,
    /* The token does not know this way to sign. */
    PECHAT_TOKEN_UNSUITABLE,
    PECHAT_TOKEN_FAILED,
} pechat_token_outcome;

/* Which token and key; NULL and -1 stand for any. Texts end in a NUL; everything is copied. */
typedef struct {
    const char *module, *token, *manufacturer, *model, *serial, *object;
    const uint8_t *id;
    size_t id_size;
    int64_t slot;
    /* Not used where the token has a keypad of its own. */
    const uint8_t *pin;
    size_t pin_size;
    /* The most sessions at once. */
    size_t session_limit;
} pechat_token_wish;

/* How to sign a digest. */
typedef enum {
    /* The input is a DigestInfo in DER. */
    PECHAT_TOKEN_RSA_PKCS1 = 0,
    PECHAT_TOKEN_RSA_PSS_SHA256,
    PECHAT_TOKEN_RSA_PSS_SHA384,
    PECHAT_TOKEN_RSA_PSS_SHA512,
    /* The output is r and s side by side. */
    PECHAT_TOKEN_ECDSA,
} pechat_token_mechanism;

/* A key that was found, with the token's certificates. Owned by the caller; thread-safe but for closing. */
typedef struct pechat_token_key pechat_token_key;

/* `code` is set to what the module returned last. */
pechat_token_key *pechat_token_open(
    const pechat_token_wish *wish, pechat_token_outcome *outcome, unsigned long *code);
void pechat_token_close(pechat_token_key *key);
/* The DER bytes of a certificate, lent until the key is closed; the key's own come first. NULL beyond the last. */
const uint8_t *pechat_token_certificate(const pechat_token_key *key, size_t index, size_t *size);
/* How many of them carry the key's identifier. */
size_t pechat_token_own_certificates(const pechat_token_key *key);
/* Signs; after the loss of a session or of the token everything is opened once more. `size` is the room at `signature`
   and becomes what was written. */
pechat_token_outcome pechat_token_sign(
    pechat_token_key *key, pechat_token_mechanism mechanism, const uint8_t *bytes, size_t byte_count,
    uint8_t *signature, size_t *size, unsigned long *code);
