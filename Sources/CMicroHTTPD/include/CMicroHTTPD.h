#pragma once
/* An HTTP/1.1 and TLS server on libmicrohttpd, which is opened when the first server starts: it and GnuTLS would slow every
 * other command. An exchange is one request with its answer. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

typedef struct pechat_server pechat_server;
typedef struct pechat_exchange pechat_exchange;
typedef struct pechat_stream pechat_stream;

typedef struct {
    int listening_socket;       /* bound and listening; the server closes it */
    unsigned threads;           /* that read and write, at least 2 */
    size_t head_limit;          /* bytes of memory for the head of a request */
    unsigned connection_limit;
    unsigned address_limit;     /* connections of one address; 0: as many as there may be */
    unsigned idle_seconds;      /* without a byte */
    unsigned head_seconds;      /* from the first chance to send a request until its head is there */
    unsigned body_seconds;      /* from the request line until the body is there */
    unsigned answer_seconds;    /* for taking the answer */
    const char *_Nullable certificate, *_Nullable key, *_Nullable client_authorities; /* PEM; kept by the caller */
    void *context;
    /* The head is there. The largest body that is wanted, or -1: an answer was given with pechat_exchange_answer.
     * Called on a thread of the server: it must be quick. */
    ssize_t (*screen)(void *context, pechat_exchange *exchange);
    /* All is there. Quick as well: another thread answers later. */
    void (*handle)(void *context, pechat_exchange *exchange);
    /* The exchange is over. */
    void (*finish)(void *context, pechat_exchange *exchange, int was_answered);
} pechat_server_options;

typedef enum {
    PECHAT_SERVER_STARTED, PECHAT_SERVER_NO_LIBRARY, PECHAT_SERVER_NO_MEMORY, PECHAT_SERVER_REFUSED
} pechat_server_outcome;

/* NULL with the reason. */
pechat_server *_Nullable pechat_server_start(const pechat_server_options *options, pechat_server_outcome *outcome);
/* Takes no connection any more; answers from now on close theirs. */
void pechat_server_quiesce(pechat_server *server);
/* Requests whose head is there and that are not over. */
unsigned pechat_server_exchanges(pechat_server *server);
unsigned pechat_server_connections(pechat_server *server);
/* Connections that were closed because a request took too long to come. */
unsigned pechat_server_reaped(pechat_server *server);
/* Closes everything and frees the server; 0, and nothing is done, while a request waits for its answer. */
int pechat_server_stop(pechat_server *server);

/* What the caller wants to remember with an exchange. */
void pechat_exchange_set_tag(pechat_exchange *exchange, void *_Nullable tag);
void *_Nullable pechat_exchange_tag(const pechat_exchange *exchange);
const char *pechat_exchange_method(const pechat_exchange *exchange);
/* The request target as it was sent. */
const char *pechat_exchange_target(const pechat_exchange *exchange);
void pechat_exchange_fields(
    pechat_exchange *exchange, void *context,
    void (*take)(void *context, const char *name, size_t name_size, const char *_Nullable value, size_t value_size));
const uint8_t *_Nullable pechat_exchange_body(const pechat_exchange *exchange, size_t *size);
int pechat_exchange_is_too_large(const pechat_exchange *exchange);
/* The numeric address of the client; empty for a Unix socket. At least 46 bytes. */
void pechat_exchange_address(pechat_exchange *exchange, char *text, size_t size);
/* The certificate of the client in DER, or NULL; is_trusted: it leads to one of the authorities and may be used here. */
const uint8_t *_Nullable pechat_exchange_certificate(pechat_exchange *exchange, size_t *size, int *is_trusted);

/* Answers, from any thread, once. Names and values alternate; all bytes are copied. */
void pechat_exchange_answer(
    pechat_exchange *exchange, unsigned status, const char *const _Nonnull *_Nullable fields, size_t field_count,
    const uint8_t *_Nullable body, size_t size, pechat_stream *_Nullable stream);

/* A body that grows; two owners. */
pechat_stream *_Nullable pechat_stream_make(size_t capacity);
/* 0 when the client is gone or takes nothing for too long. */
int pechat_stream_write(pechat_stream *stream, const uint8_t *bytes, size_t size);
int pechat_stream_is_open(pechat_stream *stream);
void pechat_stream_end(pechat_stream *stream);
void pechat_stream_release(pechat_stream *stream);

/* A line of exchanges before the threads that answer them. */
typedef struct pechat_queue pechat_queue;
pechat_queue *_Nullable pechat_queue_make(size_t capacity);
/* 0 where the line is full. */
int pechat_queue_push(pechat_queue *queue, pechat_exchange *exchange);
/* Waits; NULL when the line is closed and empty. */
pechat_exchange *_Nullable pechat_queue_pop(pechat_queue *queue);
size_t pechat_queue_length(pechat_queue *queue);
void pechat_queue_close(pechat_queue *queue);
void pechat_queue_free(pechat_queue *queue);
/* Runs a function on a thread of its own; 0 when the system refuses it. */
int pechat_thread_start(void (*run)(void *context), void *context);

/* What Swift cannot call. The socket, or -1 with errno. */
int pechat_listen_internet(const char *host, const char *port);
int pechat_listen_unix(const char *path, unsigned mode);
/* The port of a listening socket, 0 for a Unix socket. */
unsigned pechat_listening_port(int listening_socket);
/* Sends a message to the service manager; 0 when it cannot be reached. */
int pechat_notify_manager(const char *address, const char *message);
void pechat_ignore_broken_pipes(void);
/* Blocks SIGTERM and SIGINT (and SIGHUP) in this thread and those that it starts later, and waits for one of them. */
void pechat_hold_signals(void);
int pechat_wait_for_signal(unsigned seconds);

#pragma clang assume_nonnull end
