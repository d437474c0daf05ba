#include "CMicroHTTPD.h"

#include <pthread.h>
#include <stdlib.h>

struct pechat_queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pechat_exchange **places; /* a ring */
    size_t capacity, first, count;
    int is_closed;
};

pechat_queue *pechat_queue_make(size_t capacity) {
    pechat_queue *queue = calloc(1, sizeof *queue);
    if (queue == NULL) return NULL;
    queue->places = calloc(capacity, sizeof *queue->places);
    if (queue->places == NULL) {
        free(queue);
        return NULL;
    }
    queue->capacity = capacity;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->changed, NULL);
    return queue;
}

int pechat_queue_push(pechat_queue *queue, pechat_exchange *exchange) {
    pthread_mutex_lock(&queue->lock);
    int fits = queue->count < queue->capacity && !queue->is_closed;
    if (fits) {
        queue->places[(queue->first + queue->count) % queue->capacity] = exchange;
        queue->count++;
        pthread_cond_signal(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return fits;
}

pechat_exchange *pechat_queue_pop(pechat_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && !queue->is_closed) pthread_cond_wait(&queue->changed, &queue->lock);
    pechat_exchange *exchange = NULL;
    if (queue->count > 0) {
        exchange = queue->places[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
    }
    pthread_mutex_unlock(&queue->lock);
    return exchange;
}

size_t pechat_queue_length(pechat_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    size_t count = queue->count;
    pthread_mutex_unlock(&queue->lock);
    return count;
}

void pechat_queue_close(pechat_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->is_closed = 1;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}

void pechat_queue_free(pechat_queue *queue) {
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
    free(queue->places);
    free(queue);
}

struct start {
    void (*run)(void *);
    void *context;
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    start.run(start.context);
    return NULL;
}

int pechat_thread_start(void (*body)(void *), void *context) {
    struct start *start = malloc(sizeof *start);
    if (start == NULL) return 0;
    *start = (struct start){ body, context };
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, start) == 0) {
        pthread_detach(thread);
        return 1;
    }
    free(start);
    return 0;
}
