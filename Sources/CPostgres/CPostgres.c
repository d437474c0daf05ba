#define _GNU_SOURCE
#include "CPostgres.h"

#include <dlfcn.h>
#include <poll.h>
#include <postgresql/libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum { VALUE_LIMIT = 64 };

/* The pointers have the types that libpq-fe.h declares. */
#define FUNCTIONS(each) \
    each(PQconninfoParse) each(PQconninfoFree) each(PQfreemem) each(PQconnectdbParams) each(PQfinish) each(PQstatus) \
    each(PQerrorMessage) each(PQserverVersion) each(PQenterPipelineMode) each(PQpipelineSync) each(PQsendPrepare) \
    each(PQsendQueryPrepared) each(PQgetResult) each(PQclear) each(PQresultStatus) each(PQntuples) each(PQnfields) \
    each(PQftype) each(PQgetvalue) each(PQgetlength) each(PQgetisnull) each(PQcmdStatus) each(PQresultErrorField) \
    each(PQconsumeInput) each(PQnotifies) each(PQsocket) each(PQsetNoticeProcessor)

#define DECLARE(name) __typeof__(&name) name;
static struct { FUNCTIONS(DECLARE) int is_ready; } library;

static void load(void) {
    void *handle = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return;
    library.is_ready = 1;
#define FIND(name) \
    library.name = (__typeof__(library.name))dlsym(handle, #name); \
    library.is_ready = library.is_ready && library.name != NULL;
    FUNCTIONS(FIND)
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

int pechat_pg_is_available(void) {
    pthread_once(&once, load);
    return library.is_ready;
}

int pechat_pg_can_read(const char *address) {
    char *problem = NULL;
    PQconninfoOption *options = library.PQconninfoParse(address, &problem);
    if (problem != NULL) library.PQfreemem(problem);
    if (options == NULL) return 0;
    library.PQconninfoFree(options);
    return 1;
}

/* Notices of the server concern nobody. */
static void ignore(void *context, const char *message) {
    (void)context;
    (void)message;
}

pechat_pg_connection *pechat_pg_connect(const char *address, const char *program) {
    /* What stands in the address comes later and wins. A dead network is noticed in half a minute. */
    const char *const names[] = {
        "gssencmode", "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
        "fallback_application_name", "client_encoding", "dbname", NULL,
    };
    const char *const values[] = { "disable", "10", "10", "5", "3", "30000", program, "UTF8", address, NULL };
    PGconn *connection = library.PQconnectdbParams(names, values, 1);
    if (connection == NULL) return NULL;
    library.PQsetNoticeProcessor(connection, ignore, NULL);
    if (library.PQstatus(connection) == CONNECTION_OK) library.PQenterPipelineMode(connection);
    return connection;
}

void pechat_pg_close(pechat_pg_connection *connection) { library.PQfinish(connection); }

int pechat_pg_is_alive(const pechat_pg_connection *connection) {
    return library.PQstatus(connection) == CONNECTION_OK;
}

int pechat_pg_look(pechat_pg_connection *connection) {
    return library.PQconsumeInput(connection) && pechat_pg_is_alive(connection);
}

int pechat_pg_server_version(const pechat_pg_connection *connection) { return library.PQserverVersion(connection); }

const char *pechat_pg_problem(const pechat_pg_connection *connection) { return library.PQerrorMessage(connection); }

int pechat_pg_prepare(
    pechat_pg_connection *connection, const char *name, const char *text, size_t count, const uint32_t *types
) {
    return library.PQsendPrepare(connection, name, text, (int)count, types);
}

int pechat_pg_send(
    pechat_pg_connection *connection, const char *name, size_t count, const uint8_t *bytes, const ptrdiff_t *sizes
) {
    const char *values[VALUE_LIMIT];
    int lengths[VALUE_LIMIT], formats[VALUE_LIMIT];
    if (count > VALUE_LIMIT) return 0;
    for (size_t index = 0; index < count; index++) {
        formats[index] = 1;
        values[index] = sizes[index] < 0 ? NULL : (const char *)bytes;
        lengths[index] = sizes[index] < 0 ? 0 : (int)sizes[index];
        if (sizes[index] > 0) bytes += sizes[index];
    }
    return library.PQsendQueryPrepared(connection, name, (int)count, values, lengths, formats, 1);
}

int pechat_pg_finish_batch(pechat_pg_connection *connection) { return library.PQpipelineSync(connection); }

pechat_pg_result *pechat_pg_next(pechat_pg_connection *connection) {
    PGresult *result = library.PQgetResult(connection);
    /* One NULL ends the results of each statement; two in a row mean that none is expected. */
    if (result == NULL) result = library.PQgetResult(connection);
    return result;
}

int pechat_pg_notifications(pechat_pg_connection *connection, int milliseconds) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    int left = milliseconds;
    for (;;) {
        if (!pechat_pg_look(connection)) return -1;
        int count = 0;
        for (PGnotify *notice; (notice = library.PQnotifies(connection)) != NULL; count++) library.PQfreemem(notice);
        if (count > 0 || left <= 0) return count;
        struct pollfd watched = { library.PQsocket(connection), POLLIN, 0 };
        poll(&watched, 1, left);
        clock_gettime(CLOCK_MONOTONIC, &now);
        left = milliseconds - (int)((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000);
        if (left < 0) left = 0;
    }
}

void pechat_pg_release(pechat_pg_result *result) { library.PQclear(result); }

pechat_pg_kind pechat_pg_kind_of(const pechat_pg_result *result) {
    switch (library.PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY: return PECHAT_PG_DONE;
    case PGRES_PIPELINE_SYNC: return PECHAT_PG_END;
    case PGRES_PIPELINE_ABORTED: return PECHAT_PG_PASSED_OVER;
    default: return PECHAT_PG_FAILED;
    }
}

int pechat_pg_row_count(const pechat_pg_result *result) { return library.PQntuples(result); }
int pechat_pg_column_count(const pechat_pg_result *result) { return library.PQnfields(result); }
uint32_t pechat_pg_type(const pechat_pg_result *result, int column) { return library.PQftype(result, column); }

const uint8_t *pechat_pg_value(const pechat_pg_result *result, int row, int column, size_t *size) {
    *size = 0;
    if (library.PQgetisnull(result, row, column)) return NULL;
    *size = (size_t)library.PQgetlength(result, row, column);
    return (const uint8_t *)library.PQgetvalue(result, row, column);
}

const char *pechat_pg_command(const pechat_pg_result *result) {
    /* libpq does not write to it, although its declaration says so. */
    return library.PQcmdStatus((PGresult *)result);
}

const char *pechat_pg_sqlstate(const pechat_pg_result *result) {
    return library.PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

const char *pechat_pg_message(const pechat_pg_result *result) {
    return library.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

const char *pechat_pg_constraint(const pechat_pg_result *result) {
    return library.PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
}
