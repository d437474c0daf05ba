#pragma once
/* One HTTP exchange by libcurl, which is opened by name at the first exchange: programs that need no network do not pay
   for its start, and those without the library run all the same. */

#include <stddef.h>
#include <stdint.h>

/* What an exchange came to. */
typedef enum {
    PECHAT_HTTP_ANSWERED = 0,
    /* libcurl is not installed. */
    PECHAT_HTTP_NO_LIBRARY,
    PECHAT_HTTP_NO_MEMORY,
    PECHAT_HTTP_BAD_URL,
    PECHAT_HTTP_NO_SUCH_HOST,
    /* The judge refused every address of the host. */
    PECHAT_HTTP_REFUSED_ADDRESS,
    PECHAT_HTTP_NO_CONNECTION,
    PECHAT_HTTP_BAD_CERTIFICATE,
    PECHAT_HTTP_TIMED_OUT,
    PECHAT_HTTP_TOO_LARGE,
    PECHAT_HTTP_BROKEN,
} pechat_http_outcome;

/* Says whether a connection to an address may be opened: 4 or 16 bytes in network order. */
typedef int (*pechat_http_judge)(void *context, const uint8_t *address, size_t size);

/* What is sent. Texts end in a NUL and are read during the exchange only. */
typedef struct {
    const char *url;
    /* NULL gets, anything else is posted. */
    const uint8_t *body;
    size_t body_size;
    /* Whole lines of the head, each ended by a NUL, and one more NUL. */
    const char *fields;
    /* PEM certificates of the authorities for TLS, or NULL for those of the system. */
    const uint8_t *authorities;
    size_t authorities_size;
    size_t size_limit;
    long connect_milliseconds, total_milliseconds;
    pechat_http_judge judge;
    void *judge_context;
} pechat_http_request;

/* A connection that can be used again; one exchange at a time. Owned by the caller. */
typedef struct pechat_http_connection pechat_http_connection;

/* NULL where libcurl is not installed or memory is exhausted. Thread-safe. */
pechat_http_connection *pechat_http_open(pechat_http_outcome *outcome);
void pechat_http_close(pechat_http_connection *connection);
/* Sends a request and waits for the answer; a redirection is an answer and is not followed. */
pechat_http_outcome pechat_http_exchange(pechat_http_connection *connection, const pechat_http_request *request);
/* About the last answer. The bytes are lent until the next exchange. */
int pechat_http_status(const pechat_http_connection *connection);
const uint8_t *pechat_http_bytes(const pechat_http_connection *connection, size_t *size);
/* Where a redirection leads, as a whole address; NULL where it does not. */
const char *pechat_http_redirection(const pechat_http_connection *connection);
