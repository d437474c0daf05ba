#define _GNU_SOURCE
#include "CHTTPClient.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* curl.h wraps these in macros that check types; the pointers below are the bare functions. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

static struct {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *handle);
    void (*easy_reset)(CURL *handle);
    CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
    CURLcode (*easy_perform)(CURL *handle);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    int is_ready;
} library;

static void *function(void *handle, const char *name) { return dlsym(handle, name); }

/* The Debian flavours differ in their TLS library only. */
static void load(void) {
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) handle = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return;
    library.global_init = function(handle, "curl_global_init");
    library.easy_init = function(handle, "curl_easy_init");
    library.easy_cleanup = function(handle, "curl_easy_cleanup");
    library.easy_reset = function(handle, "curl_easy_reset");
    library.easy_setopt = function(handle, "curl_easy_setopt");
    library.easy_getinfo = function(handle, "curl_easy_getinfo");
    library.easy_perform = function(handle, "curl_easy_perform");
    library.slist_append = function(handle, "curl_slist_append");
    library.slist_free_all = function(handle, "curl_slist_free_all");
    library.is_ready = library.global_init != NULL && library.easy_init != NULL && library.easy_cleanup != NULL
        && library.easy_reset != NULL && library.easy_setopt != NULL && library.easy_getinfo != NULL
        && library.easy_perform != NULL && library.slist_append != NULL && library.slist_free_all != NULL
        && library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

struct pechat_http_connection {
    CURL *handle;
    uint8_t *bytes;
    size_t size, capacity;
    long status;
    const pechat_http_request *request;
    int was_refused, is_too_large, is_out_of_memory;
};

pechat_http_connection *pechat_http_open(pechat_http_outcome *outcome) {
    pthread_once(&once, load);
    *outcome = PECHAT_HTTP_NO_LIBRARY;
    if (!library.is_ready) return NULL;
    *outcome = PECHAT_HTTP_NO_MEMORY;
    pechat_http_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) return NULL;
    connection->handle = library.easy_init();
    if (connection->handle == NULL) {
        free(connection);
        return NULL;
    }
    *outcome = PECHAT_HTTP_ANSWERED;
    return connection;
}

void pechat_http_close(pechat_http_connection *connection) {
    if (connection == NULL) return;
    library.easy_cleanup(connection->handle);
    free(connection->bytes);
    free(connection);
}

static size_t receive(char *bytes, size_t one, size_t count, void *context) {
    pechat_http_connection *connection = context;
    size_t added = one * count;
    if (added > connection->request->size_limit - connection->size) {
        connection->is_too_large = 1;
        return 0;
    }
    if (added > connection->capacity - connection->size) {
        size_t capacity = (connection->size + added) * 2;
        uint8_t *larger = realloc(connection->bytes, capacity);
        if (larger == NULL) {
            connection->is_out_of_memory = 1;
            return 0;
        }
        connection->bytes = larger;
        connection->capacity = capacity;
    }
    memcpy(connection->bytes + connection->size, bytes, added);
    connection->size += added;
    return added;
}

/* Judges the address that the name was resolved to, so that no second resolution can differ from the first. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    pechat_http_connection *connection = context;
    const pechat_http_request *request = connection->request;
    const struct sockaddr *named = &address->addr;
    int allowed = 0;
    (void)purpose;
    if (address->family == AF_INET) {
        const struct sockaddr_in *internet = (const struct sockaddr_in *)named;
        allowed = request->judge(request->judge_context, (const uint8_t *)&internet->sin_addr, 4);
    } else if (address->family == AF_INET6) {
        const struct sockaddr_in6 *internet = (const struct sockaddr_in6 *)named;
        allowed = request->judge(request->judge_context, (const uint8_t *)&internet->sin6_addr, 16);
    }
    if (!allowed) {
        connection->was_refused = 1;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static pechat_http_outcome outcome_of(const pechat_http_connection *connection, CURLcode code) {
    if (connection->is_out_of_memory) return PECHAT_HTTP_NO_MEMORY;
    if (connection->is_too_large) return PECHAT_HTTP_TOO_LARGE;
    switch (code) {
    case CURLE_OK: return PECHAT_HTTP_ANSWERED;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return PECHAT_HTTP_BAD_URL;
    case CURLE_COULDNT_RESOLVE_HOST: return PECHAT_HTTP_NO_SUCH_HOST;
    case CURLE_COULDNT_CONNECT: return connection->was_refused ? PECHAT_HTTP_REFUSED_ADDRESS : PECHAT_HTTP_NO_CONNECTION;
    case CURLE_OPERATION_TIMEDOUT: return PECHAT_HTTP_TIMED_OUT;
    case CURLE_FILESIZE_EXCEEDED: return PECHAT_HTTP_TOO_LARGE;
    case CURLE_OUT_OF_MEMORY: return PECHAT_HTTP_NO_MEMORY;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE: return PECHAT_HTTP_BAD_CERTIFICATE;
    default: return PECHAT_HTTP_BROKEN;
    }
}

static CURLcode prepare(pechat_http_connection *connection, struct curl_slist *fields) {
    const pechat_http_request *request = connection->request;
    CURL *handle = connection->handle;
    CURLcode failure = CURLE_OK;
#define SET(option, value) if (failure == CURLE_OK) failure = library.easy_setopt(handle, option, value)
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    /* The environment decides nothing: a proxy would also hide the address from the judge. */
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, request->connect_milliseconds);
    SET(CURLOPT_TIMEOUT_MS, request->total_milliseconds);
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->size_limit);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_WRITEFUNCTION, receive);
    SET(CURLOPT_WRITEDATA, connection);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, connection);
    SET(CURLOPT_HTTPHEADER, fields);
    if (request->authorities != NULL) {
        struct curl_blob blob = { (void *)request->authorities, request->authorities_size, CURL_BLOB_COPY };
        SET(CURLOPT_CAINFO_BLOB, &blob);
    }
    if (request->body != NULL) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
        SET(CURLOPT_POSTFIELDS, (const char *)request->body);
    }
#undef SET
    return failure;
}

static int add(struct curl_slist **list, const char *line) {
    struct curl_slist *longer = library.slist_append(*list, line);
    if (longer == NULL) return 0;
    *list = longer;
    return 1;
}

pechat_http_outcome pechat_http_exchange(pechat_http_connection *connection, const pechat_http_request *request) {
    connection->request = request;
    connection->size = 0;
    connection->status = 0;
    connection->was_refused = connection->is_too_large = connection->is_out_of_memory = 0;
    library.easy_reset(connection->handle);
    struct curl_slist *fields = NULL;
    int is_whole = add(&fields, "User-Agent: pechat") && add(&fields, "Accept: */*") && add(&fields, "Expect:");
    for (const char *line = request->fields; is_whole && *line != 0; line += strlen(line) + 1)
        is_whole = add(&fields, line);
    if (!is_whole) {
        library.slist_free_all(fields);
        return PECHAT_HTTP_NO_MEMORY;
    }
    CURLcode code = prepare(connection, fields);
    if (code == CURLE_OK) code = library.easy_perform(connection->handle);
    if (code == CURLE_OK) library.easy_getinfo(connection->handle, CURLINFO_RESPONSE_CODE, &connection->status);
    library.easy_setopt(connection->handle, CURLOPT_HTTPHEADER, NULL);
    library.slist_free_all(fields);
    connection->request = NULL;
    return outcome_of(connection, code);
}

int pechat_http_status(const pechat_http_connection *connection) { return (int)connection->status; }

const uint8_t *pechat_http_bytes(const pechat_http_connection *connection, size_t *size) {
    *size = connection->size;
    return connection->bytes;
}

const char *pechat_http_redirection(const pechat_http_connection *connection) {
    const char *address = NULL;
    library.easy_getinfo(connection->handle, CURLINFO_REDIRECT_URL, &address);
    return address;
}
