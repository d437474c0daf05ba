#define _DEFAULT_SOURCE
#include "Module.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct pechat_token_key {
    struct ck_function_list *module;
    pechat_token_wish wish;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    /* What follows changes when the token is opened again; sessions of an older generation are not used any more. */
    unsigned long slot, flags, object;
    unsigned generation;
    pid_t process;
    int asks_each_time, pin_was_refused;
    unsigned long *idle;
    size_t idle_count, session_count;
    token_bytes certificates[certificate_limit];
    size_t certificate_count, own_count;
    struct pechat_token_key *next;
};

/* All keys that are open. A fork waits until none of them is being changed, so that a child finds all locks free and
   every state whole; it opens everything anew, for sessions belong to the process that opened them (PKCS#11 v2.40, 5.4). */
static struct pechat_token_key *open_keys;
static pthread_mutex_t open_keys_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t fork_rule = PTHREAD_ONCE_INIT;

static void before_fork(void) {
    pthread_mutex_lock(&open_keys_lock);
    for (struct pechat_token_key *key = open_keys; key != NULL; key = key->next) pthread_mutex_lock(&key->lock);
    token_modules_lock();
}

static void in_parent(void) {
    token_modules_unlock();
    for (struct pechat_token_key *key = open_keys; key != NULL; key = key->next) pthread_mutex_unlock(&key->lock);
    pthread_mutex_unlock(&open_keys_lock);
}

static void in_child(void) {
    /* Nobody waits in the child: the other threads are not there. */
    for (struct pechat_token_key *key = open_keys; key != NULL; key = key->next)
        pthread_cond_init(&key->returned, NULL);
    in_parent();
}

static void set_fork_rule(void) { pthread_atfork(before_fork, in_parent, in_child); }

static void remember(struct pechat_token_key *key) {
    pthread_once(&fork_rule, set_fork_rule);
    pthread_mutex_lock(&open_keys_lock);
    key->next = open_keys;
    open_keys = key;
    pthread_mutex_unlock(&open_keys_lock);
}

static void forget(struct pechat_token_key *key) {
    pthread_mutex_lock(&open_keys_lock);
    for (struct pechat_token_key **place = &open_keys; *place != NULL; place = &(*place)->next) {
        if (*place != key) continue;
        *place = key->next;
        break;
    }
    pthread_mutex_unlock(&open_keys_lock);
}

static char *copy(const char *text) { return text == NULL ? NULL : strdup(text); }

static pechat_token_outcome login(pechat_token_key *key, unsigned long session, unsigned long user, unsigned long *code) {
    const pechat_token_wish *wish = &key->wish;
    /* A second try with the same PIN would only bring the token nearer to being locked. */
    if (key->pin_was_refused) return PECHAT_TOKEN_PIN_WRONG;
    if (key->flags & CKF_PROTECTED_AUTHENTICATION_PATH) {
        *code = key->module->C_Login(session, user, NULL, 0);
    } else {
        if (wish->pin == NULL) return PECHAT_TOKEN_PIN_NEEDED;
        if (key->flags & CKF_USER_PIN_LOCKED) return PECHAT_TOKEN_PIN_LOCKED;
        *code = key->module->C_Login(session, user, (unsigned char *)wish->pin, wish->pin_size);
    }
    switch (*code) {
    case CKR_OK:
    case CKR_USER_ALREADY_LOGGED_IN: return PECHAT_TOKEN_DONE;
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE: key->pin_was_refused = 1; return PECHAT_TOKEN_PIN_WRONG;
    case CKR_PIN_LOCKED: return PECHAT_TOKEN_PIN_LOCKED;
    default: return PECHAT_TOKEN_FAILED;
    }
}

/* The one private key that is meant: by its own label, or by that of its certificate. */
static pechat_token_outcome find_key(pechat_token_key *key, unsigned long session, token_bytes *id, unsigned long *code) {
    struct ck_function_list *module = key->module;
    const pechat_token_wish *wish = &key->wish;
    token_bytes wanted = { (uint8_t *)wish->id, wish->id_size };
    const token_bytes *by_id = wish->id == NULL ? NULL : &wanted;
    unsigned long found[2];
    size_t count = token_find_objects(module, session, CKO_PRIVATE_KEY, wish->object, by_id, found, 2, code);
    if (count == 0 && *code == CKR_OK && wish->object != NULL) {
        unsigned long certificate;
        if (token_find_objects(module, session, CKO_CERTIFICATE, wish->object, by_id, &certificate, 1, code) == 1) {
            token_bytes named = token_attribute(module, session, certificate, CKA_ID, id_limit);
            if (named.size > 0) count = token_find_objects(module, session, CKO_PRIVATE_KEY, NULL, &named, found, 2, code);
            free(named.bytes);
        }
    }
    if (*code != CKR_OK) return PECHAT_TOKEN_FAILED;
    if (count != 1) return count == 0 ? PECHAT_TOKEN_NO_KEY : PECHAT_TOKEN_SEVERAL_KEYS;
    key->object = found[0];
    *id = token_attribute(module, session, found[0], CKA_ID, id_limit);
    token_bytes each = token_attribute(module, session, found[0], CKA_ALWAYS_AUTHENTICATE, 16);
    key->asks_each_time = each.size > 0 && each.bytes[0] != 0;
    free(each.bytes);
    return PECHAT_TOKEN_DONE;
}

static pechat_token_outcome read_certificates(
    pechat_token_key *key, unsigned long session, const token_bytes *id, unsigned long *code
) {
    if (key->certificate_count > 0) return PECHAT_TOKEN_DONE;  /* opened again: they were read before */
    unsigned long found[certificate_limit];
    for (int others = 0; others < 2; others++) {
        const token_bytes *by_id = others ? NULL : id;
        if (!others && id->size == 0) continue;
        size_t count = token_find_objects(
            key->module, session, CKO_CERTIFICATE, NULL, by_id, found, certificate_limit, code);
        for (size_t index = 0; index < count && key->certificate_count < certificate_limit; index++) {
            token_bytes value = token_attribute(key->module, session, found[index], CKA_VALUE, certificate_size_limit);
            int known = value.size == 0;
            for (size_t other = 0; other < key->certificate_count && !known; other++)
                known = key->certificates[other].size == value.size
                    && memcmp(key->certificates[other].bytes, value.bytes, value.size) == 0;
            if (known) free(value.bytes);
            else key->certificates[key->certificate_count++] = value;
        }
        if (!others) key->own_count = key->certificate_count;
    }
    return key->certificate_count > 0 ? PECHAT_TOKEN_DONE : PECHAT_TOKEN_NO_CERTIFICATE;
}

/* Finds the token, logs in and finds the key; the lock is held. */
static pechat_token_outcome connect_token(pechat_token_key *key, unsigned long *code) {
    key->generation += 1;
    key->idle_count = key->session_count = 0;
    key->process = getpid();
    struct ck_function_list *module = token_module_load(key->wish.module, code);
    if (module == NULL) return PECHAT_TOKEN_NO_MODULE;
    key->module = module;
    pechat_token_outcome outcome = token_find_slot(key->module, &key->wish, &key->slot, &key->flags, code);
    if (outcome != PECHAT_TOKEN_DONE) return outcome;
    unsigned long session;
    *code = key->module->C_OpenSession(key->slot, CKF_SERIAL_SESSION, NULL, NULL, &session);
    if (*code != CKR_OK) return PECHAT_TOKEN_FAILED;
    token_bytes id = { NULL, 0 };
    if (key->flags & CKF_LOGIN_REQUIRED) outcome = login(key, session, CKU_USER, code);
    if (outcome == PECHAT_TOKEN_DONE) outcome = find_key(key, session, &id, code);
    if (outcome == PECHAT_TOKEN_DONE) outcome = read_certificates(key, session, &id, code);
    free(id.bytes);
    if (outcome != PECHAT_TOKEN_DONE) {
        key->module->C_CloseSession(session);
        return outcome;
    }
    key->idle[key->idle_count++] = session;
    key->session_count = 1;
    return PECHAT_TOKEN_DONE;
}

pechat_token_key *pechat_token_open(const pechat_token_wish *wish, pechat_token_outcome *outcome, unsigned long *code) {
    *code = CKR_OK;
    *outcome = PECHAT_TOKEN_NO_MEMORY;
    pechat_token_key *key = calloc(1, sizeof *key);
    if (key == NULL) return NULL;
    key->wish = *wish;
    if (key->wish.session_limit == 0) key->wish.session_limit = 1;
    key->wish.module = copy(wish->module);
    key->wish.token = copy(wish->token);
    key->wish.manufacturer = copy(wish->manufacturer);
    key->wish.model = copy(wish->model);
    key->wish.serial = copy(wish->serial);
    key->wish.object = copy(wish->object);
    uint8_t *id = wish->id == NULL ? NULL : malloc(wish->id_size + 1);
    if (id != NULL) memcpy(id, wish->id, wish->id_size);
    key->wish.id = id;
    uint8_t *pin = wish->pin == NULL ? NULL : malloc(wish->pin_size + 1);
    if (pin != NULL) memcpy(pin, wish->pin, wish->pin_size);
    key->wish.pin = pin;
    pthread_mutex_init(&key->lock, NULL);
    pthread_cond_init(&key->returned, NULL);
    key->idle = calloc(key->wish.session_limit, sizeof *key->idle);
    if (key->idle != NULL && key->wish.module != NULL) *outcome = connect_token(key, code);
    if (*outcome == PECHAT_TOKEN_DONE) {
        remember(key);
        return key;
    }
    pechat_token_close(key);
    return NULL;
}

void pechat_token_close(pechat_token_key *key) {
    if (key == NULL) return;
    forget(key);
    if (key->module != NULL && key->process == getpid())
        for (size_t index = 0; index < key->idle_count; index++) key->module->C_CloseSession(key->idle[index]);
    for (size_t index = 0; index < key->certificate_count; index++) free(key->certificates[index].bytes);
    if (key->wish.pin != NULL) explicit_bzero((void *)key->wish.pin, key->wish.pin_size);
    const void *owned[] = {
        key->wish.module, key->wish.token, key->wish.manufacturer, key->wish.model, key->wish.serial, key->wish.object,
        key->wish.id, key->wish.pin, key->idle,
    };
    for (size_t index = 0; index < sizeof owned / sizeof owned[0]; index++) free((void *)owned[index]);
    pthread_cond_destroy(&key->returned);
    pthread_mutex_destroy(&key->lock);
    free(key);
}

const uint8_t *pechat_token_certificate(const pechat_token_key *key, size_t index, size_t *size) {
    if (index >= key->certificate_count) return NULL;
    *size = key->certificates[index].size;
    return key->certificates[index].bytes;
}

size_t pechat_token_own_certificates(const pechat_token_key *key) { return key->own_count; }

/* What is lent for one signature. */
typedef struct { unsigned long session, object; unsigned generation; } lease;

/* An idle session, a new one, or the next that another thread gives back; the lock is held. */
static pechat_token_outcome take(pechat_token_key *key, lease *taken, unsigned long *code) {
    while (key->idle_count == 0) {
        if (key->session_count < key->wish.session_limit) {
            unsigned long session;
            *code = key->module->C_OpenSession(key->slot, CKF_SERIAL_SESSION, NULL, NULL, &session);
            if (*code == CKR_OK) {
                key->idle[key->idle_count++] = session;
                key->session_count += 1;
                continue;
            }
            if (*code != CKR_SESSION_COUNT || key->session_count == 0) return PECHAT_TOKEN_FAILED;
        }
        pthread_cond_wait(&key->returned, &key->lock);
    }
    *taken = (lease){ key->idle[--key->idle_count], key->object, key->generation };
    return PECHAT_TOKEN_DONE;
}

static void give_back(pechat_token_key *key, const lease *taken, int is_broken) {
    if (taken->generation == key->generation) {
        if (is_broken) {
            key->module->C_CloseSession(taken->session);
            key->session_count -= 1;
        } else {
            key->idle[key->idle_count++] = taken->session;
        }
    }
    pthread_cond_signal(&key->returned);
}

static unsigned long sign(
    pechat_token_key *key, const lease *taken, pechat_token_mechanism kind, const uint8_t *bytes, size_t byte_count,
    uint8_t *signature, unsigned long *size, pechat_token_outcome *outcome
) {
    static const struct { unsigned long digest, mask, salt; } pss[] = {
        { CKM_SHA256, CKG_MGF1_SHA256, 32 }, { CKM_SHA384, CKG_MGF1_SHA384, 48 }, { CKM_SHA512, CKG_MGF1_SHA512, 64 },
    };
    struct ck_rsa_pkcs_pss_params parameters;
    struct ck_mechanism mechanism = { CKM_RSA_PKCS, NULL, 0 };
    if (kind == PECHAT_TOKEN_ECDSA) mechanism.mechanism = CKM_ECDSA;
    if (kind >= PECHAT_TOKEN_RSA_PSS_SHA256 && kind <= PECHAT_TOKEN_RSA_PSS_SHA512) {
        size_t row = kind - PECHAT_TOKEN_RSA_PSS_SHA256;
        parameters = (struct ck_rsa_pkcs_pss_params){ pss[row].digest, pss[row].mask, pss[row].salt };
        mechanism = (struct ck_mechanism){ CKM_RSA_PKCS_PSS, &parameters, sizeof parameters };
    }
    unsigned long code = key->module->C_SignInit(taken->session, &mechanism, taken->object);
    if (code != CKR_OK) return code;
    if (key->asks_each_time) {
        pthread_mutex_lock(&key->lock);
        *outcome = login(key, taken->session, CKU_CONTEXT_SPECIFIC, &code);
        pthread_mutex_unlock(&key->lock);
        if (*outcome != PECHAT_TOKEN_DONE) return code;
    }
    return key->module->C_Sign(taken->session, (unsigned char *)bytes, byte_count, signature, size);
}

/* Whether the sessions are gone, so that opening everything once more can help. */
static int is_lost(unsigned long code) {
    switch (code) {
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_DEVICE_REMOVED:
    case CKR_DEVICE_ERROR:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_SLOT_ID_INVALID:
    case CKR_OBJECT_HANDLE_INVALID:
    case CKR_KEY_HANDLE_INVALID:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_CRYPTOKI_NOT_INITIALIZED: return 1;
    default: return 0;
    }
}

static pechat_token_outcome outcome_of(unsigned long code) {
    switch (code) {
    case CKR_OK: return PECHAT_TOKEN_DONE;
    case CKR_MECHANISM_INVALID:
    case CKR_MECHANISM_PARAM_INVALID:
    case CKR_KEY_TYPE_INCONSISTENT:
    case CKR_KEY_FUNCTION_NOT_PERMITTED:
    case CKR_DATA_LEN_RANGE: return PECHAT_TOKEN_UNSUITABLE;
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT: return PECHAT_TOKEN_ABSENT;
    default: return PECHAT_TOKEN_FAILED;
    }
}

pechat_token_outcome pechat_token_sign(
    pechat_token_key *key, pechat_token_mechanism mechanism, const uint8_t *bytes, size_t byte_count,
    uint8_t *signature, size_t *size, unsigned long *code
) {
    const unsigned long room = *size;
    for (int attempt = 0;; attempt++) {
        lease taken = { 0, 0, 0 };
        pthread_mutex_lock(&key->lock);
        pechat_token_outcome outcome = PECHAT_TOKEN_DONE;
        if (key->process != getpid() || key->session_count == 0) outcome = connect_token(key, code);
        if (outcome == PECHAT_TOKEN_DONE) outcome = take(key, &taken, code);
        unsigned generation = key->generation;
        pthread_mutex_unlock(&key->lock);
        if (outcome == PECHAT_TOKEN_DONE) {
            unsigned long written = room;
            *code = sign(key, &taken, mechanism, bytes, byte_count, signature, &written, &outcome);
            if (outcome == PECHAT_TOKEN_DONE) outcome = outcome_of(*code);
            *size = written;
            pthread_mutex_lock(&key->lock);
            give_back(key, &taken, outcome != PECHAT_TOKEN_DONE);
            pthread_mutex_unlock(&key->lock);
        }
        if (outcome == PECHAT_TOKEN_DONE || attempt > 0 || !is_lost(*code)) return outcome;
        /* One thread opens everything again; the others find a new generation and go on with it. */
        pthread_mutex_lock(&key->lock);
        if (key->generation == generation) {
            unsigned long ignored;
            if (connect_token(key, &ignored) != PECHAT_TOKEN_DONE) key->session_count = 0;
            pthread_cond_broadcast(&key->returned);
        }
        pthread_mutex_unlock(&key->lock);
    }
}
