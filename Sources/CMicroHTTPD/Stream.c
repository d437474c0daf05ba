#include "Server.h"

#include <stdlib.h>
#include <string.h>

struct pechat_stream {
    pthread_mutex_t lock;
    struct MHD_Connection *connection;
    uint8_t *bytes;
    size_t size, capacity;
    unsigned owners;
    int is_ended, is_gone, sleeps;
};

pechat_stream *pechat_stream_make(size_t capacity) {
    pechat_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) return NULL;
    stream->bytes = malloc(capacity);
    if (stream->bytes == NULL) {
        free(stream);
        return NULL;
    }
    stream->capacity = capacity;
    stream->owners = 1;
    pthread_mutex_init(&stream->lock, NULL);
    return stream;
}

static void wake(pechat_stream *stream) {
    if (!stream->sleeps) return;
    stream->sleeps = 0;
    pechat_library()->MHD_resume_connection(stream->connection);
}

int pechat_stream_write(pechat_stream *stream, const uint8_t *bytes, size_t size) {
    pthread_mutex_lock(&stream->lock);
    int fits = !stream->is_gone && !stream->is_ended && size <= stream->capacity - stream->size;
    if (fits) {
        memcpy(stream->bytes + stream->size, bytes, size);
        stream->size += size;
    } else {
        stream->is_ended = 1;
    }
    wake(stream);
    pthread_mutex_unlock(&stream->lock);
    return fits;
}

int pechat_stream_is_open(pechat_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    int is_open = !stream->is_gone && !stream->is_ended;
    pthread_mutex_unlock(&stream->lock);
    return is_open;
}

void pechat_stream_end(pechat_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    stream->is_ended = 1;
    wake(stream);
    pthread_mutex_unlock(&stream->lock);
}

void pechat_stream_release(pechat_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    unsigned left = --stream->owners;
    pthread_mutex_unlock(&stream->lock);
    if (left > 0) return;
    pthread_mutex_destroy(&stream->lock);
    free(stream->bytes);
    free(stream);
}

/* Called by the thread that writes: it never waits, the connection sleeps instead. */
static ssize_t read_stream(void *context, uint64_t position, char *buffer, size_t size) {
    pechat_stream *stream = context;
    (void)position;
    pthread_mutex_lock(&stream->lock);
    ssize_t result = 0;
    if (stream->size > 0) {
        size_t taken = size < stream->size ? size : stream->size;
        memcpy(buffer, stream->bytes, taken);
        memmove(stream->bytes, stream->bytes + taken, stream->size - taken);
        stream->size -= taken;
        result = (ssize_t)taken;
    } else if (stream->is_ended) {
        result = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        stream->sleeps = 1;
        pechat_library()->MHD_suspend_connection(stream->connection);
    }
    pthread_mutex_unlock(&stream->lock);
    return result;
}

static void free_stream(void *context) {
    pechat_stream *stream = context;
    pthread_mutex_lock(&stream->lock);
    stream->is_gone = 1;
    stream->connection = NULL;
    pthread_mutex_unlock(&stream->lock);
    pechat_stream_release(stream);
}

struct MHD_Response *pechat_stream_response(pechat_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    stream->owners++;
    pthread_mutex_unlock(&stream->lock);
    struct MHD_Response *response =
        pechat_library()->MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16 << 10, read_stream, stream, free_stream);
    if (response == NULL) pechat_stream_release(stream);
    return response;
}

void pechat_stream_attach(pechat_stream *stream, struct MHD_Connection *connection) {
    pthread_mutex_lock(&stream->lock);
    stream->connection = connection;
    pthread_mutex_unlock(&stream->lock);
}
