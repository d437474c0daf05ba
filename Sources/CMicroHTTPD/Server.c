#define _GNU_SOURCE
#include "Server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* So much of a body that is too large is read and thrown away, so that the client can read why; then we hang up. */
static const size_t EXCESS_LIMIT = 16 << 20;

time_t pechat_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

void pechat_place(pechat_exchange *exchange, enum phase phase) {
    if (exchange->place == NULL) return;
    pthread_mutex_lock(&exchange->server->lock);
    exchange->place->phase = phase;
    exchange->place->since = pechat_seconds();
    pthread_mutex_unlock(&exchange->server->lock);
}

/* One record a connection, so that the reaper knows how long it has kept us waiting. */
static void notify_connection(
    void *context, struct MHD_Connection *connection, void **record, enum MHD_ConnectionNotificationCode code
) {
    pechat_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        atomic_fetch_add(&server->connections, 1);
        struct connection *place = calloc(1, sizeof *place);
        *record = place;
        if (place == NULL) return;
        place->socket =
            pechat_library()->MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        place->since = pechat_seconds();
        pthread_mutex_lock(&server->lock);
        place->next = server->first;
        if (server->first != NULL) server->first->previous = place;
        server->first = place;
        pthread_mutex_unlock(&server->lock);
        return;
    }
    atomic_fetch_sub(&server->connections, 1);
    atomic_fetch_sub(&server->admitted, 1);
    struct connection *place = *record;
    if (place == NULL) return;
    /* The socket is closed after this call: the reaper, which holds the lock, never meets a descriptor of somebody else. */
    pthread_mutex_lock(&server->lock);
    if (place->previous != NULL) place->previous->next = place->next;
    else server->first = place->next;
    if (place->next != NULL) place->next->previous = place->previous;
    pthread_mutex_unlock(&server->lock);
    free(place);
    *record = NULL;
}

/* The library's own limit is for silence only; a client that sends a byte now and then is ours to stop. */
static void *reap(void *context) {
    pechat_server *server = context;
    while (!atomic_load(&server->stops)) {
        usleep(250000);
        time_t now = pechat_seconds();
        pthread_mutex_lock(&server->lock);
        for (struct connection *place = server->first; place != NULL; place = place->next) {
            unsigned limit = 0;
            switch (place->phase) {
            case WAITING: limit = server->options.head_seconds; break;
            case RECEIVING: limit = server->options.body_seconds; break;
            case SENDING: limit = server->options.answer_seconds; break;
            case WORKING: break;
            }
            if (limit == 0 || now - place->since <= (time_t)limit) continue;
            shutdown(place->socket, SHUT_RDWR);
            place->since = now;
            atomic_fetch_add(&server->reaped, 1);
        }
        pthread_mutex_unlock(&server->lock);
    }
    return NULL;
}

/* The request line is there. */
static void *begin(void *context, const char *target, struct MHD_Connection *connection) {
    pechat_exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) return NULL;
    exchange->server = context;
    exchange->connection = connection;
    exchange->target = strdup(target);
    const union MHD_ConnectionInfo *info =
        pechat_library()->MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    exchange->place = info == NULL ? NULL : info->socket_context;
    pechat_place(exchange, RECEIVING);
    return exchange;
}

static int append(pechat_exchange *exchange, const char *bytes, size_t size) {
    if (exchange->is_too_large || size > exchange->limit - exchange->size) {
        exchange->is_too_large = 1;
        exchange->excess += size;
        return exchange->excess <= EXCESS_LIMIT;
    }
    if (size > exchange->capacity - exchange->size) {
        size_t capacity = (exchange->size + size) * 2;
        if (capacity > exchange->limit) capacity = exchange->limit;
        uint8_t *larger = realloc(exchange->body, capacity);
        if (larger == NULL) return 0;
        exchange->body = larger;
        exchange->capacity = capacity;
    }
    memcpy(exchange->body + exchange->size, bytes, size);
    exchange->size += size;
    return 1;
}

static enum MHD_Result send_answer(pechat_exchange *exchange) {
    if (exchange->response == NULL) return MHD_NO;
    pechat_place(exchange, SENDING);
    enum MHD_Result result =
        pechat_library()->MHD_queue_response(exchange->connection, exchange->status, exchange->response);
    pechat_library()->MHD_destroy_response(exchange->response);
    exchange->response = NULL;
    return result;
}

static enum MHD_Result access_request(
    void *context, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
    const char *bytes, size_t *size, void **record
) {
    pechat_server *server = context;
    pechat_exchange *exchange = *record;
    (void)connection, (void)path, (void)version;
    if (exchange == NULL || exchange->target == NULL) return MHD_NO;
    if (!exchange->has_head) {
        exchange->has_head = 1;
        exchange->is_counted = 1;
        atomic_fetch_add(&server->exchanges, 1);
        exchange->method = method;
        ssize_t limit = server->options.screen(server->options.context, exchange);
        if (limit < 0) return send_answer(exchange);
        exchange->limit = (size_t)limit;
        return MHD_YES;
    }
    if (*size > 0) {
        int goes_on = append(exchange, bytes, *size);
        *size = 0;
        return goes_on ? MHD_YES : MHD_NO;
    }
    if (!exchange->is_complete) {
        exchange->is_complete = 1;
        atomic_fetch_add(&server->unanswered, 1);
        pechat_place(exchange, WORKING);
        pechat_library()->MHD_suspend_connection(exchange->connection);
        server->options.handle(server->options.context, exchange);
        return MHD_YES;
    }
    return send_answer(exchange);
}

static void complete(
    void *context, struct MHD_Connection *connection, void **record, enum MHD_RequestTerminationCode code
) {
    pechat_server *server = context;
    pechat_exchange *exchange = *record;
    (void)connection;
    if (exchange == NULL) return;
    *record = NULL;
    server->options.finish(server->options.context, exchange, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    if (exchange->response != NULL) pechat_library()->MHD_destroy_response(exchange->response);
    pechat_place(exchange, WAITING);
    free(exchange->body);
    free(exchange->target);
    if (exchange->is_counted) atomic_fetch_sub(&server->exchanges, 1);
    free(exchange);
}

/* Paths and queries stay as they were sent; whoever looks at them decodes them once. */
static size_t keep(void *context, struct MHD_Connection *connection, char *text) {
    (void)context, (void)connection;
    return strlen(text);
}

/* What the library says in plain text has no place in a log of JSON lines. */
static void say_nothing(void *context, const char *format, va_list values) {
    (void)context, (void)format, (void)values;
}

/* The library is not given the listening socket: when it is to give one back (MHD_quiesce_daemon), its threads and the
   caller may both take the socket out of the same epoll set, and it ends the process. */
static void *accept_clients(void *context) {
    pechat_server *server = context;
    struct pollfd polled[] = {
        { .fd = server->options.listening_socket, .events = POLLIN }, { .fd = server->wake, .events = POLLIN }
    };
    for (unsigned turn = 0; !atomic_load(&server->is_closing); ) {
        if (poll(polled, 2, -1) < 0 || polled[1].revents != 0) continue;
        struct sockaddr_storage address = { 0 };
        socklen_t size = sizeof address;
        int client =
            accept4(polled[0].fd, (struct sockaddr *)&address, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client < 0) {
            /* Without descriptors or memory the client waits in the queue of the system. */
            if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) usleep(10000);
            continue;
        }
        if (atomic_load(&server->admitted) >= server->options.connection_limit) {
            close(client);
            continue;
        }
        atomic_fetch_add(&server->admitted, 1);
        int on = 1;
        if (address.ss_family != AF_UNIX) setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        /* A connection that is refused is closed there. */
        if (pechat_library()->MHD_add_connection(
                server->daemons[turn++ % server->loops], client, (struct sockaddr *)&address, size) != MHD_YES) {
            atomic_fetch_sub(&server->admitted, 1);
        }
    }
    return NULL;
}

static struct MHD_Daemon *start_daemon(pechat_server *server) {
    const pechat_server_options *options = &server->options;
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)options->certificate },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)options->key },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
        { options->client_authorities != NULL ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
          (void *)options->client_authorities },
        { MHD_OPTION_END, 0, NULL },
    };
    struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (options->certificate != NULL) flags |= MHD_USE_TLS;
    return pechat_library()->MHD_start_daemon(
        flags, 0, NULL, NULL, access_request, server,
        MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->head_limit,
        /* Never reached, because the acceptor counts: a daemon that was given one too many waits for itself. */
        MHD_OPTION_CONNECTION_LIMIT, options->connection_limit + 1024,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (options->address_limit + server->loops - 1) / server->loops,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, keep, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, begin, server,
        MHD_OPTION_NOTIFY_CONNECTION, notify_connection, server,
        MHD_OPTION_NOTIFY_COMPLETED, complete, server,
        MHD_OPTION_ARRAY, options->certificate != NULL ? tls : none,
        MHD_OPTION_END);
}

/* Everything but the reaper and the acceptor, which are gone or were never there. */
static void discard(pechat_server *server) {
    for (unsigned index = 0; index < server->loops; index++)
        if (server->daemons[index] != NULL) pechat_library()->MHD_stop_daemon(server->daemons[index]);
    if (server->wake >= 0) close(server->wake);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

pechat_server *pechat_server_start(const pechat_server_options *options, pechat_server_outcome *outcome) {
    *outcome = PECHAT_SERVER_NO_LIBRARY;
    if (pechat_library() == NULL) return NULL;
    *outcome = PECHAT_SERVER_NO_MEMORY;
    pechat_server *server = calloc(1, sizeof *server);
    if (server == NULL) return NULL;
    server->options = *options;
    pthread_mutex_init(&server->lock, NULL);
    *outcome = PECHAT_SERVER_REFUSED;
    server->loops = options->threads < 1 ? 1 : options->threads;
    if (server->loops > LOOPS_AT_MOST) server->loops = LOOPS_AT_MOST;
    atomic_store(&server->asks_clients, options->client_authorities != NULL);
    server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int is_whole = server->wake >= 0;
    for (unsigned index = 0; index < server->loops && is_whole; index++) {
        server->daemons[index] = start_daemon(server);
        is_whole = server->daemons[index] != NULL;
    }
    /* The texts belong to the caller. */
    server->options.certificate = server->options.key = server->options.client_authorities = NULL;
    int has_reaper = is_whole && pthread_create(&server->reaper, NULL, reap, server) == 0;
    if (has_reaper && pthread_create(&server->acceptor, NULL, accept_clients, server) == 0) {
        *outcome = PECHAT_SERVER_STARTED;
        return server;
    }
    atomic_store(&server->stops, 1);
    if (has_reaper) pthread_join(server->reaper, NULL);
    discard(server);
    return NULL;
}

void pechat_server_quiesce(pechat_server *server) {
    if (atomic_exchange(&server->is_closing, 1)) return;
    eventfd_write(server->wake, 1);
    pthread_join(server->acceptor, NULL);
    close(server->options.listening_socket);
}

/* A client may have its answer before the worker has counted it. */
unsigned pechat_server_exchanges(pechat_server *server) {
    unsigned exchanges = atomic_load(&server->exchanges), unanswered = atomic_load(&server->unanswered);
    return exchanges > unanswered ? exchanges : unanswered;
}
unsigned pechat_server_connections(pechat_server *server) { return atomic_load(&server->connections); }
unsigned pechat_server_reaped(pechat_server *server) { return atomic_load(&server->reaped); }

int pechat_server_stop(pechat_server *server) {
    pechat_server_quiesce(server);
    if (atomic_load(&server->unanswered) > 0) return 0;
    atomic_store(&server->stops, 1);
    pthread_join(server->reaper, NULL);
    discard(server);
    return 1;
}
