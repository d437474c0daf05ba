#pragma once
/* What the parts of the token code share. */

#define CRYPTOKI_GNU 1
#include "CPKCS11.h"

#include <p11-kit-1/p11-kit/pkcs11.h>

enum { certificate_limit = 64, certificate_size_limit = 1 << 16, id_limit = 256 };

typedef struct { uint8_t *bytes; size_t size; } token_bytes;

/* Keep the list of modules from being changed during a fork. */
void token_modules_lock(void);
void token_modules_unlock(void);

/* The function list of a module, initialised in this process. */
struct ck_function_list *token_module_load(const char *path, unsigned long *code);
/* The slot of the one token that a wish describes. */
pechat_token_outcome token_find_slot(
    struct ck_function_list *module, const pechat_token_wish *wish, unsigned long *slot, unsigned long *flags,
    unsigned long *code);
/* Up to `limit` objects of a class with a label or an identifier, or with any. Returns how many there are. */
size_t token_find_objects(
    struct ck_function_list *module, unsigned long session, unsigned long class, const char *label,
    const token_bytes *id, unsigned long *found, size_t limit, unsigned long *code);
/* The value of an attribute in memory of its own; no bytes where there is none. */
token_bytes token_attribute(
    struct ck_function_list *module, unsigned long session, unsigned long object, unsigned long type, size_t limit);
