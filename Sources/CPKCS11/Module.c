#include "Module.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Modules that were loaded; a process has few, and they stay until it ends: others may use them too. */
static struct { char *path; struct ck_function_list *functions; } modules[8];
static size_t module_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void token_modules_lock(void) { pthread_mutex_lock(&lock); }
void token_modules_unlock(void) { pthread_mutex_unlock(&lock); }

static int initialize(struct ck_function_list *functions, unsigned long *code) {
    struct ck_c_initialize_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = CKF_OS_LOCKING_OK;
    *code = functions->C_Initialize(&arguments);
    return *code == CKR_OK || *code == CKR_CRYPTOKI_ALREADY_INITIALIZED;
}

static struct ck_function_list *open_module(const char *path, unsigned long *code) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return NULL;
    struct ck_function_list *functions = NULL;
    unsigned long (*list)(struct ck_function_list **) = dlsym(handle, "C_GetFunctionList");
    if (list == NULL || (*code = list(&functions)) != CKR_OK || functions == NULL || !initialize(functions, code)) {
        dlclose(handle);
        return NULL;
    }
    return functions;
}

struct ck_function_list *token_module_load(const char *path, unsigned long *code) {
    struct ck_function_list *functions = NULL;
    pthread_mutex_lock(&lock);
    for (size_t index = 0; index < module_count && functions == NULL; index++) {
        if (strcmp(modules[index].path, path) != 0) continue;
        functions = modules[index].functions;
        /* Once more, for child processes and for those that finalised the module (PKCS#11 v2.40 §5.4). */
        if (!initialize(functions, code)) {
            pthread_mutex_unlock(&lock);
            return NULL;
        }
    }
    if (functions == NULL && module_count < sizeof modules / sizeof modules[0]) {
        functions = open_module(path, code);
        char *name = functions == NULL ? NULL : strdup(path);
        if (name != NULL) {
            modules[module_count].path = name;
            modules[module_count++].functions = functions;
        }
    }
    pthread_mutex_unlock(&lock);
    return functions;
}

/* Fields of a token are padded with blanks and end in no NUL. */
static int matches(const char *wanted, const unsigned char *field, size_t size) {
    if (wanted == NULL) return 1;
    while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == 0)) size--;
    return strlen(wanted) == size && memcmp(wanted, field, size) == 0;
}

pechat_token_outcome token_find_slot(
    struct ck_function_list *module, const pechat_token_wish *wish, unsigned long *slot, unsigned long *flags,
    unsigned long *code
) {
    unsigned long slots[256];
    unsigned long count = sizeof slots / sizeof slots[0];
    *code = module->C_GetSlotList(1, slots, &count);
    if (*code != CKR_OK) return PECHAT_TOKEN_FAILED;
    size_t found = 0;
    for (unsigned long index = 0; index < count; index++) {
        if (wish->slot >= 0 && slots[index] != (unsigned long)wish->slot) continue;
        struct ck_token_info info;
        if (module->C_GetTokenInfo(slots[index], &info) != CKR_OK) continue;
        if (!(info.flags & CKF_TOKEN_INITIALIZED)) continue;
        if (!matches(wish->token, info.label, sizeof info.label)) continue;
        if (!matches(wish->manufacturer, info.manufacturer_id, sizeof info.manufacturer_id)) continue;
        if (!matches(wish->model, info.model, sizeof info.model)) continue;
        if (!matches(wish->serial, info.serial_number, sizeof info.serial_number)) continue;
        *slot = slots[index];
        *flags = info.flags;
        found += 1;
    }
    return found == 1 ? PECHAT_TOKEN_DONE : found == 0 ? PECHAT_TOKEN_ABSENT : PECHAT_TOKEN_SEVERAL;
}

size_t token_find_objects(
    struct ck_function_list *module, unsigned long session, unsigned long class, const char *label,
    const token_bytes *id, unsigned long *found, size_t limit, unsigned long *code
) {
    struct ck_attribute template[3] = {{ CKA_CLASS, &class, sizeof class }};
    unsigned long count = 1;
    if (label != NULL) template[count++] = (struct ck_attribute){ CKA_LABEL, (void *)label, strlen(label) };
    if (id != NULL) template[count++] = (struct ck_attribute){ CKA_ID, id->bytes, id->size };
    *code = module->C_FindObjectsInit(session, template, count);
    if (*code != CKR_OK) return 0;
    size_t total = 0;
    while (total < limit) {
        unsigned long got = 0;
        *code = module->C_FindObjects(session, found + total, limit - total, &got);
        if (*code != CKR_OK || got == 0) break;
        total += got;
    }
    module->C_FindObjectsFinal(session);
    return total;
}

token_bytes token_attribute(
    struct ck_function_list *module, unsigned long session, unsigned long object, unsigned long type, size_t limit
) {
    token_bytes value = { NULL, 0 };
    struct ck_attribute attribute = { type, NULL, 0 };
    if (module->C_GetAttributeValue(session, object, &attribute, 1) != CKR_OK) return value;
    if (attribute.value_len == 0 || attribute.value_len > limit) return value;
    attribute.value = malloc(attribute.value_len);
    if (attribute.value == NULL) return value;
    if (module->C_GetAttributeValue(session, object, &attribute, 1) != CKR_OK || attribute.value_len > limit) {
        free(attribute.value);
        return value;
    }
    value.bytes = attribute.value;
    value.size = attribute.value_len;
    return value;
}
