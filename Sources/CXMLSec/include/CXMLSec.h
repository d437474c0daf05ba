#pragma once
/* The core of XML signature verification around libxmlsec1, whose headers no Swift file can read: they depend on
   defines that SwiftPM drops. Opaque handles and bytes only; what is allowed is fixed inside. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a check came to. */
typedef enum {
    /* Every reference has its digest and the signature value belongs to the key. */
    PECHAT_SIGNATURE_VALID = 0,
    /* A reference has another digest; the signature value was not looked at. */
    PECHAT_SIGNATURE_DIGEST_MISMATCH,
    /* The digests are right and the signature value is not that of the key. */
    PECHAT_SIGNATURE_VALUE_WRONG,
    /* Something in the signature is malformed or not on the allow-lists. */
    PECHAT_SIGNATURE_UNSUPPORTED,
    /* The document is not well-formed, has a document type, or has not exactly one ds:Signature. */
    PECHAT_SIGNATURE_NO_SINGLE_SIGNATURE,
    PECHAT_SIGNATURE_NO_MEMORY,
} pechat_signature_outcome;

typedef struct pechat_signature_key pechat_signature_key;
typedef struct pechat_signature_check pechat_signature_check;

/* Starts libxmlsec1 and its OpenSSL part; call once, after xmlInitParser. 1 or 0. The process-wide entity loader of
   libxml2, which the start replaces, is put back, so nothing else may compile schemas meanwhile. */
int pechat_xmlsec_start(void);

/* Reads the public key of a DER certificate; NULL where it cannot be read. A key is never changed afterwards, so any
   number of threads may check with it at once. */
pechat_signature_key *pechat_signature_key_make(const uint8_t *certificate, size_t size);
void pechat_signature_key_free(pechat_signature_key *key);

/* Checks the one ds:Signature of a UTF-8 document against a public key; KeyInfo is never read.
   Allows same-document references, the enveloped-signature transform, both canonical forms without comments, SHA-2,
   RSA and ECDSA, and the XPath transform where the caller has compared its expression with known ones.
   Thread-safe; NULL only where memory is exhausted. */
pechat_signature_check *pechat_signature_check_make(
    const uint8_t *document, size_t document_size, const pechat_signature_key *key, bool allow_xpath);
void pechat_signature_check_free(pechat_signature_check *check);

pechat_signature_outcome pechat_signature_check_outcome(const pechat_signature_check *check);
/* The references that were processed, in the order of ds:SignedInfo; after a mismatch the last one is the culprit. */
size_t pechat_signature_check_reference_count(const pechat_signature_check *check);
/* The bytes that a reference digested, lent until the check is freed. */
const uint8_t *pechat_signature_check_reference(const pechat_signature_check *check, size_t index, size_t *size);

/* What libxmlsec1 complained about first during the last check on this thread; empty where it did not. */
const char *pechat_xmlsec_last_error(void);
