#define _GNU_SOURCE
#include "Library.h"

#include <dlfcn.h>
#include <pthread.h>

static struct pechat_library library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *server = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
    void *tls = dlopen("libgnutls.so.30", RTLD_NOW | RTLD_LOCAL);
    if (server == NULL || tls == NULL) return;
    library.is_ready = 1;
#define FIND(handle, name) \
    library.name = (__typeof__(library.name))dlsym(handle, #name); \
    library.is_ready = library.is_ready && library.name != NULL;
#define FIND_SERVER(name) FIND(server, name)
#define FIND_TLS(name) FIND(tls, name)
    PECHAT_MHD(FIND_SERVER)
    PECHAT_TLS(FIND_TLS)
}

const struct pechat_library *pechat_library(void) {
    pthread_once(&once, load);
    return library.is_ready ? &library : NULL;
}
