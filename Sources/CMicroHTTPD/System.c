#define _GNU_SOURCE
#include "CMicroHTTPD.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int abandon(int descriptor) {
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

int pechat_listen_internet(const char *host, const char *port) {
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, port, &hints, &found) != 0 || found == NULL) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor >= 0) {
        int yes = 1, no = 0;
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (found->ai_family == AF_INET6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
        if (bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 || listen(descriptor, 1024) != 0) {
            descriptor = abandon(descriptor);
        }
    }
    freeaddrinfo(found);
    return descriptor;
}

static int unix_address(const char *path, struct sockaddr_un *address, socklen_t *size) {
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return 0;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    /* A name that begins with @ is no file. */
    if (path[0] == '@') address->sun_path[0] = 0;
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] == '@' ? 0 : 1));
    return 1;
}

int pechat_listen_unix(const char *path, unsigned mode) {
    struct sockaddr_un address;
    socklen_t size;
    if (!unix_address(path, &address, &size)) return -1;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    struct stat status;
    if (stat(path, &status) == 0 && S_ISSOCK(status.st_mode)) {
        /* A socket that nobody listens on is left over from a server that died. */
        int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int is_used = probe >= 0 && connect(probe, (struct sockaddr *)&address, size) == 0;
        if (probe >= 0) close(probe);
        if (is_used) {
            errno = EADDRINUSE;
            return abandon(descriptor);
        }
        unlink(path);
    }
    mode_t before = umask(0777 & ~mode);
    int result = bind(descriptor, (struct sockaddr *)&address, size);
    int reason = errno;
    umask(before);
    errno = reason;
    if (result != 0 || listen(descriptor, 1024) != 0) return abandon(descriptor);
    return descriptor;
}

unsigned pechat_listening_port(int listening_socket) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(listening_socket, (struct sockaddr *)&address, &size) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}

int pechat_notify_manager(const char *path, const char *message) {
    struct sockaddr_un address;
    socklen_t size;
    if (!unix_address(path, &address, &size)) return 0;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return 0;
    ssize_t sent = sendto(descriptor, message, strlen(message), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    close(descriptor);
    return sent >= 0;
}

void pechat_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }

static sigset_t held(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

void pechat_hold_signals(void) {
    sigset_t set = held();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int pechat_wait_for_signal(unsigned seconds) {
    sigset_t set = held();
    struct timespec limit = { (time_t)seconds, 0 };
    int number = sigtimedwait(&set, NULL, &limit);
    return number < 0 ? 0 : number;
}
