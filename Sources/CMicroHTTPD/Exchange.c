#define _GNU_SOURCE
#include "Server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

void pechat_exchange_set_tag(pechat_exchange *exchange, void *tag) { exchange->tag = tag; }
void *pechat_exchange_tag(const pechat_exchange *exchange) { return exchange->tag; }
const char *pechat_exchange_method(const pechat_exchange *exchange) { return exchange->method; }
const char *pechat_exchange_target(const pechat_exchange *exchange) { return exchange->target; }
int pechat_exchange_is_too_large(const pechat_exchange *exchange) { return exchange->is_too_large; }

const uint8_t *pechat_exchange_body(const pechat_exchange *exchange, size_t *size) {
    *size = exchange->size;
    return exchange->body;
}

struct taker {
    void *context;
    void (*take)(void *, const char *, size_t, const char *, size_t);
};

static enum MHD_Result take_field(
    void *context, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value, size_t value_size
) {
    struct taker *taker = context;
    (void)kind;
    taker->take(taker->context, name, name_size, value, value_size);
    return MHD_YES;
}

void pechat_exchange_fields(
    pechat_exchange *exchange, void *context, void (*take)(void *, const char *, size_t, const char *, size_t)
) {
    struct taker taker = { context, take };
    pechat_library()->MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, take_field, &taker);
}

void pechat_exchange_address(pechat_exchange *exchange, char *text, size_t size) {
    text[0] = 0;
    const union MHD_ConnectionInfo *info =
        pechat_library()->MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL) return;
    const struct sockaddr *address = info->client_addr;
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, (socklen_t)size);
    } else if (address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, (socklen_t)size);
        if (strncmp(text, "::ffff:", 7) == 0) memmove(text, text + 7, strlen(text + 7) + 1);
    }
}

const uint8_t *pechat_exchange_certificate(pechat_exchange *exchange, size_t *size, int *is_trusted) {
    *size = 0;
    *is_trusted = 0;
    if (!atomic_load(&exchange->server->asks_clients)) return NULL;
    const union MHD_ConnectionInfo *info =
        pechat_library()->MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (info == NULL || info->tls_session == NULL) return NULL;
    unsigned count = 0;
    const gnutls_datum_t *chain = pechat_library()->gnutls_certificate_get_peers(info->tls_session, &count);
    if (chain == NULL || count == 0) return NULL;
    gnutls_typed_vdata_st purpose = { GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT, 0 };
    unsigned status = 0;
    int code = pechat_library()->gnutls_certificate_verify_peers(info->tls_session, &purpose, 1, &status);
    *is_trusted = code == GNUTLS_E_SUCCESS && status == 0;
    *size = chain[0].size;
    return chain[0].data;
}

void pechat_exchange_answer(
    pechat_exchange *exchange, unsigned status, const char *const *fields, size_t field_count, const uint8_t *body,
    size_t size, pechat_stream *stream
) {
    const struct pechat_library *library = pechat_library();
    struct MHD_Response *response = stream != NULL
        ? pechat_stream_response(stream)
        : library->MHD_create_response_from_buffer(size, (void *)body, MHD_RESPMEM_MUST_COPY);
    if (response != NULL) {
        for (size_t index = 0; index < field_count; index++) {
            library->MHD_add_response_header(response, fields[2 * index], fields[2 * index + 1]);
        }
        if (atomic_load(&exchange->server->is_closing)) library->MHD_add_response_header(response, "Connection", "close");
        if (stream != NULL) pechat_stream_attach(stream, exchange->connection);
    }
    exchange->status = status;
    exchange->response = response;
    if (!exchange->is_complete) return;
    /* The exchange may be over at once, and where the client is gone nobody asks for the answer. The server lives on: it does
     * not stop before the count is down. */
    pechat_server *server = exchange->server;
    library->MHD_resume_connection(exchange->connection);
    atomic_fetch_sub(&server->unanswered, 1);
}
