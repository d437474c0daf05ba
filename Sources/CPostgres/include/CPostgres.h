#pragma once
/* PostgreSQL through libpq, which is opened by name at the first connection: it brings LDAP and Kerberos along, and
   programs that use no server do not pay for their start. Those without the library run all the same.

   Statements are prepared and sent in pipeline mode; all values travel in binary form. */

#include <stddef.h>
#include <stdint.h>

/* A connection; one thread at a time. Owned by the caller. */
typedef struct pg_conn pechat_pg_connection;
/* One result. Owned by the caller. */
typedef struct pg_result pechat_pg_result;

/* What a result is. */
typedef enum {
    /* A statement ran; it may have rows. */
    PECHAT_PG_DONE = 0,
    PECHAT_PG_FAILED,
    /* An earlier statement of the same batch failed, and this one was passed over. */
    PECHAT_PG_PASSED_OVER,
    /* The end of a batch. */
    PECHAT_PG_END,
} pechat_pg_kind;

/* 1 where libpq is installed and knows pipelines (PostgreSQL 14). Thread-safe. */
int pechat_pg_is_available(void);
/* 1 where libpq can read the address, a `postgres://` URL; nothing is connected. */
int pechat_pg_can_read(const char *address);
/* Connects and waits for it. NULL for lack of memory only; whether it worked says `pechat_pg_is_alive`. */
pechat_pg_connection *pechat_pg_connect(const char *address, const char *program);
void pechat_pg_close(pechat_pg_connection *connection);
/* 1 as long as the connection is not known to be broken. */
int pechat_pg_is_alive(const pechat_pg_connection *connection);
/* Takes in what has arrived, without waiting; 0 where the connection broke. */
int pechat_pg_look(pechat_pg_connection *connection);
/* Such as 150004. */
int pechat_pg_server_version(const pechat_pg_connection *connection);
/* libpq's words about the last failure, lent until the next call. They hold no password. */
const char *pechat_pg_problem(const pechat_pg_connection *connection);

/* Queues the preparation of a statement; `types` are object identifiers, 0 where the server is to find out. */
int pechat_pg_prepare(
    pechat_pg_connection *connection, const char *name, const char *text, size_t count, const uint32_t *types);
/* Queues a prepared statement. The values lie one after the other at `bytes`; a size below 0 means NULL. At most 64. */
int pechat_pg_send(
    pechat_pg_connection *connection, const char *name, size_t count, const uint8_t *bytes, const ptrdiff_t *sizes);
/* Ends a batch and sends all that is queued. */
int pechat_pg_finish_batch(pechat_pg_connection *connection);
/* Waits for the next result; NULL where the connection broke. */
pechat_pg_result *pechat_pg_next(pechat_pg_connection *connection);
/* Waits at most so long for a notification and takes all that are there; how many, or -1 where the connection broke. */
int pechat_pg_notifications(pechat_pg_connection *connection, int milliseconds);

void pechat_pg_release(pechat_pg_result *result);
pechat_pg_kind pechat_pg_kind_of(const pechat_pg_result *result);
int pechat_pg_row_count(const pechat_pg_result *result);
int pechat_pg_column_count(const pechat_pg_result *result);
/* The object identifier of a column's type. */
uint32_t pechat_pg_type(const pechat_pg_result *result, int column);
/* The bytes of a value, lent until the result is released; NULL for none. */
const uint8_t *pechat_pg_value(const pechat_pg_result *result, int row, int column, size_t *size);
/* Such as COMMIT. */
const char *pechat_pg_command(const pechat_pg_result *result);
/* About a failure; NULL where unknown. The message names no row, but may name a value. */
const char *pechat_pg_sqlstate(const pechat_pg_result *result);
const char *pechat_pg_message(const pechat_pg_result *result);
const char *pechat_pg_constraint(const pechat_pg_result *result);
