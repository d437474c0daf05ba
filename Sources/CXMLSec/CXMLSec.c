#include "CXMLSec.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>
#include <xmlsec/transforms.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

/* The size that the library was built with; other defines give another size and silent memory corruption. */
_Static_assert(sizeof(xmlSecDSigCtx) == 1032, "The defines differ from pkg-config --cflags xmlsec1-openssl");

struct pechat_signature_key {
    xmlSecKeyPtr key;
};

struct pechat_signature_check {
    xmlDocPtr document;
    xmlSecDSigCtxPtr context;
    pechat_signature_outcome outcome;
};

static _Thread_local char last_error[256];

static void note_error(
    const char *file, int line, const char *function, const char *object, const char *subject, int reason,
    const char *message)
{
    (void)file;
    (void)line;
    if (last_error[0] != 0) {
        return;
    }
    snprintf(
        last_error, sizeof last_error, "%s: %s %s (%d) %s", function ? function : "", object ? object : "",
        subject ? subject : "", reason, message ? message : "");
}

const char *pechat_xmlsec_last_error(void)
{
    return last_error;
}

int pechat_xmlsec_start(void)
{
    xmlExternalEntityLoader loader = xmlGetExternalEntityLoader();
    int done = xmlSecInit() >= 0 && xmlSecCheckVersion() == 1 && xmlSecOpenSSLInit() >= 0;
    /* Both starts put callbacks of their own in place, which print. */
    xmlSecErrorsSetCallback(note_error);
    xmlSetExternalEntityLoader(loader);
    /* Without callbacks no file and no address can be opened, whatever a reference says. */
    xmlSecIOCleanupCallbacks();
    return done;
}

/* Counts the ds:Signature elements, with the first in *found; no recursion, so depth costs nothing. */
static size_t find_signatures(xmlNodePtr root, xmlNodePtr *found)
{
    size_t count = 0;
    xmlNodePtr node = root;
    while (node != NULL) {
        if (node->type == XML_ELEMENT_NODE && xmlSecCheckNodeName(node, xmlSecNodeSignature, xmlSecDSigNs)) {
            if (count == 0) {
                *found = node;
            }
            count += 1;
        }
        if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
            node = node->children;
            continue;
        }
        while (node != NULL && node != root && node->next == NULL) {
            node = node->parent;
        }
        node = node == NULL || node == root ? NULL : node->next;
    }
    return count;
}

/* The allow-lists of a context; 1 or 0. */
static int set_up(xmlSecDSigCtxPtr context, bool allow_xpath)
{
    context->flags |= XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS | XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES;
    context->enabledReferenceUris = xmlSecTransformUriTypeEmpty | xmlSecTransformUriTypeSameDocument;
    xmlSecTransformId for_references[] = {
        xmlSecTransformEnvelopedId, xmlSecTransformExclC14NId, xmlSecTransformInclC14NId,
        xmlSecTransformSha256Id, xmlSecTransformSha384Id, xmlSecTransformSha512Id,
    };
    xmlSecTransformId for_signature[] = {
        xmlSecTransformExclC14NId,    xmlSecTransformInclC14NId,    xmlSecTransformRsaSha256Id,
        xmlSecTransformRsaSha384Id,   xmlSecTransformRsaSha512Id,   xmlSecTransformEcdsaSha256Id,
        xmlSecTransformEcdsaSha384Id, xmlSecTransformEcdsaSha512Id,
    };
    for (size_t index = 0; index < sizeof for_references / sizeof *for_references; index += 1) {
        if (xmlSecDSigCtxEnableReferenceTransform(context, for_references[index]) < 0) {
            return 0;
        }
    }
    if (allow_xpath && xmlSecDSigCtxEnableReferenceTransform(context, xmlSecTransformXPathId) < 0) {
        return 0;
    }
    for (size_t index = 0; index < sizeof for_signature / sizeof *for_signature; index += 1) {
        if (xmlSecDSigCtxEnableSignatureTransform(context, for_signature[index]) < 0) {
            return 0;
        }
    }
    return 1;
}

static pechat_signature_outcome outcome_of(xmlSecDSigCtxPtr context, int result)
{
    if (result < 0) {
        return PECHAT_SIGNATURE_UNSUPPORTED;
    }
    if (context->status == xmlSecDSigStatusSucceeded) {
        return PECHAT_SIGNATURE_VALID;
    }
    xmlSecSize count = xmlSecPtrListGetSize(&context->signedInfoReferences);
    for (xmlSecSize index = 0; index < count; index += 1) {
        xmlSecDSigReferenceCtxPtr reference = xmlSecPtrListGetItem(&context->signedInfoReferences, index);
        if (reference == NULL || reference->status != xmlSecDSigStatusSucceeded) {
            return PECHAT_SIGNATURE_DIGEST_MISMATCH;
        }
    }
    return PECHAT_SIGNATURE_VALUE_WRONG;
}

static pechat_signature_outcome run(
    pechat_signature_check *check, const uint8_t *document, int document_size, const pechat_signature_key *key,
    bool allow_xpath)
{
    check->document = xmlReadMemory(
        (const char *)document, document_size, NULL, NULL,
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES | XML_PARSE_IGNORE_ENC);
    if (check->document == NULL || check->document->intSubset != NULL || check->document->extSubset != NULL) {
        return PECHAT_SIGNATURE_NO_SINGLE_SIGNATURE;
    }
    xmlNodePtr signature = NULL;
    if (find_signatures(xmlDocGetRootElement(check->document), &signature) != 1) {
        return PECHAT_SIGNATURE_NO_SINGLE_SIGNATURE;
    }
    const xmlChar *identifiers[] = {BAD_CAST "Id", NULL};
    xmlSecAddIDs(check->document, signature, identifiers);

    check->context = xmlSecDSigCtxCreate(NULL);
    if (check->context == NULL || !set_up(check->context, allow_xpath)) {
        return PECHAT_SIGNATURE_NO_MEMORY;
    }
    /* The context owns the key from here on. */
    check->context->signKey = xmlSecKeyDuplicate(key->key);
    if (check->context->signKey == NULL) {
        return PECHAT_SIGNATURE_NO_MEMORY;
    }
    return outcome_of(check->context, xmlSecDSigCtxVerify(check->context, signature));
}

/* The key alone, without the certificate it came in: copies of it cost a reference count only. */
static xmlSecKeyPtr bare_key(xmlSecKeyPtr full)
{
    xmlSecKeyDataPtr value = xmlSecKeyDataDuplicate(xmlSecKeyGetValue(full));
    xmlSecKeyPtr bare = value == NULL ? NULL : xmlSecKeyCreate();
    if (bare == NULL || xmlSecKeySetValue(bare, value) < 0) {
        if (bare != NULL) {
            xmlSecKeyDestroy(bare);
        }
        if (value != NULL) {
            xmlSecKeyDataDestroy(value);
        }
        return NULL;
    }
    return bare;
}

pechat_signature_key *pechat_signature_key_make(const uint8_t *certificate, size_t size)
{
    last_error[0] = 0;
    xmlSecKeyPtr full = size > INT_MAX ? NULL : xmlSecOpenSSLAppKeyLoadMemory(
        certificate, (xmlSecSize)size, xmlSecKeyDataFormatCertDer, NULL, NULL, NULL);
    if (full == NULL) {
        return NULL;
    }
    xmlSecKeyPtr bare = bare_key(full);
    xmlSecKeyDestroy(full);
    pechat_signature_key *key = bare == NULL ? NULL : calloc(1, sizeof *key);
    if (key == NULL) {
        if (bare != NULL) {
            xmlSecKeyDestroy(bare);
        }
        return NULL;
    }
    key->key = bare;
    return key;
}

void pechat_signature_key_free(pechat_signature_key *key)
{
    if (key != NULL) {
        xmlSecKeyDestroy(key->key);
        free(key);
    }
}

pechat_signature_check *pechat_signature_check_make(
    const uint8_t *document, size_t document_size, const pechat_signature_key *key, bool allow_xpath)
{
    pechat_signature_check *check = calloc(1, sizeof *check);
    if (check == NULL) {
        return NULL;
    }
    last_error[0] = 0;
    if (document_size > INT_MAX) {
        check->outcome = PECHAT_SIGNATURE_UNSUPPORTED;
        return check;
    }
    check->outcome = run(check, document, (int)document_size, key, allow_xpath);
    return check;
}

void pechat_signature_check_free(pechat_signature_check *check)
{
    if (check == NULL) {
        return;
    }
    if (check->context != NULL) {
        xmlSecDSigCtxDestroy(check->context);
    }
    if (check->document != NULL) {
        xmlFreeDoc(check->document);
    }
    free(check);
}

pechat_signature_outcome pechat_signature_check_outcome(const pechat_signature_check *check)
{
    return check->outcome;
}

size_t pechat_signature_check_reference_count(const pechat_signature_check *check)
{
    return check->context == NULL ? 0 : xmlSecPtrListGetSize(&check->context->signedInfoReferences);
}

const uint8_t *pechat_signature_check_reference(const pechat_signature_check *check, size_t index, size_t *size)
{
    *size = 0;
    if (index >= pechat_signature_check_reference_count(check)) {
        return NULL;
    }
    xmlSecDSigReferenceCtxPtr reference =
        xmlSecPtrListGetItem(&check->context->signedInfoReferences, (xmlSecSize)index);
    xmlSecBufferPtr buffer = reference == NULL ? NULL : xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
    if (buffer == NULL) {
        return NULL;
    }
    *size = xmlSecBufferGetSize(buffer);
    return xmlSecBufferGetData(buffer);
}
