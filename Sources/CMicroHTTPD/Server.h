#pragma once
#include "CMicroHTTPD.h"
#include "Library.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* Where a connection stands, for the reaper. */
enum phase { WAITING, RECEIVING, WORKING, SENDING };

struct connection {
    struct connection *previous, *next;
    int socket;
    enum phase phase;
    time_t since;
};

enum { LOOPS_AT_MOST = 16 };

struct pechat_server {
    pechat_server_options options;
    /* One daemon a thread: they get their connections from the acceptor in turn. */
    struct MHD_Daemon *daemons[LOOPS_AT_MOST];
    unsigned loops;
    int wake; /* an eventfd that ends the acceptor */
    pthread_t acceptor;
    atomic_uint exchanges, unanswered, admitted, connections, reaped;
    atomic_int is_closing, stops, asks_clients;
    pthread_mutex_t lock; /* of the list */
    struct connection *first;
    pthread_t reaper;
};

struct pechat_exchange {
    pechat_server *server;
    struct MHD_Connection *connection;
    struct connection *place;
    char *target;
    const char *method;
    void *tag;
    uint8_t *body;
    size_t size, capacity, limit, excess;
    int is_counted, has_head, is_complete, is_too_large;
    unsigned status;
    struct MHD_Response *response;
    pechat_stream *stream;
};

time_t pechat_seconds(void);
void pechat_place(pechat_exchange *exchange, enum phase phase);
/* The response of a stream; takes over one of its owners. */
struct MHD_Response *pechat_stream_response(pechat_stream *stream);
void pechat_stream_attach(pechat_stream *stream, struct MHD_Connection *connection);
