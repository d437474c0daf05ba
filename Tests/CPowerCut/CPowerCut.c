#define _GNU_SOURCE
#include "CPowerCut.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A write or, without bytes, a truncation to `offset` that no sync has made safe yet. */
typedef struct change {
    struct change *next;
    uint8_t *bytes;
    sqlite3_int64 offset;
    int size;
} change;

/* What is known of one file. */
typedef struct {
    char path[512];
    uint8_t *safe;
    size_t safe_size;
    change *first, **last;
} disk_file;

typedef struct {
    sqlite3_file base;
    disk_file *disk;
    sqlite3_file *real;
} open_file;

static disk_file files[8];
static size_t file_count;
static long operations, limit = -1;
static int has_failed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs layer, *real_layer;

static void read_safe(disk_file *file) {
    int descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
    off_t size = descriptor < 0 ? 0 : lseek(descriptor, 0, SEEK_END);
    file->safe = realloc(file->safe, (size_t)size + 1);
    ssize_t got = size > 0 ? pread(descriptor, file->safe, (size_t)size, 0) : 0;
    file->safe_size = got > 0 ? (size_t)got : 0;
    if (descriptor >= 0) close(descriptor);
}

static void forget(disk_file *file) {
    while (file->first != NULL) {
        change *next = file->first->next;
        free(file->first->bytes);
        free(file->first);
        file->first = next;
    }
    file->last = &file->first;
}

static disk_file *find(const char *path) {
    for (size_t index = 0; index < file_count; index++) {
        if (strcmp(files[index].path, path) == 0) return &files[index];
    }
    if (file_count == sizeof files / sizeof files[0] || strlen(path) >= sizeof files[0].path) return NULL;
    disk_file *file = &files[file_count++];
    strcpy(file->path, path);
    file->last = &file->first;
    read_safe(file);
    return file;
}

/* Counts an operation; 0 where the power is gone. Called with the lock. */
static int has_power(void) {
    if (!has_failed && limit >= 0 && operations >= limit) has_failed = 1;
    if (!has_failed) operations += 1;
    return !has_failed;
}

static void note(disk_file *file, const void *bytes, int size, sqlite3_int64 offset) {
    change *added = calloc(1, sizeof *added);
    added->offset = offset;
    added->size = size;
    if (bytes != NULL) {
        added->bytes = malloc((size_t)size);
        memcpy(added->bytes, bytes, (size_t)size);
    }
    *file->last = added;
    file->last = &added->next;
}

#define REAL(file) (((open_file *)(file))->real)
#define DISK(file) (((open_file *)(file))->disk)

static int power_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
    pthread_mutex_lock(&lock);
    int code = SQLITE_IOERR_WRITE;
    if (has_power()) {
        if (DISK(file) != NULL) note(DISK(file), bytes, size, offset);
        code = REAL(file)->pMethods->xWrite(REAL(file), bytes, size, offset);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

static int power_truncate(sqlite3_file *file, sqlite3_int64 size) {
    pthread_mutex_lock(&lock);
    int code = SQLITE_IOERR_TRUNCATE;
    if (has_power()) {
        if (DISK(file) != NULL) note(DISK(file), NULL, 0, size);
        code = REAL(file)->pMethods->xTruncate(REAL(file), size);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

static int power_sync(sqlite3_file *file, int flags) {
    (void)flags;
    pthread_mutex_lock(&lock);
    int code = SQLITE_IOERR_FSYNC;
    if (has_power()) {
        /* The copy below is the disk of this layer; nothing has to reach the real one. */
        code = SQLITE_OK;
        if (DISK(file) != NULL) {
            read_safe(DISK(file));
            forget(DISK(file));
        }
    }
    pthread_mutex_unlock(&lock);
    return code;
}

static int power_close(sqlite3_file *file) {
    int code = REAL(file)->pMethods == NULL ? SQLITE_OK : REAL(file)->pMethods->xClose(REAL(file));
    file->pMethods = NULL;
    return code;
}

static int power_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
    return REAL(file)->pMethods->xRead(REAL(file), bytes, size, offset);
}
static int power_size(sqlite3_file *file, sqlite3_int64 *size) { return REAL(file)->pMethods->xFileSize(REAL(file), size); }
static int power_lock(sqlite3_file *file, int kind) { return REAL(file)->pMethods->xLock(REAL(file), kind); }
static int power_unlock(sqlite3_file *file, int kind) { return REAL(file)->pMethods->xUnlock(REAL(file), kind); }
static int power_reserved(sqlite3_file *file, int *result) {
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), result);
}
static int power_control(sqlite3_file *file, int operation, void *argument) {
    return REAL(file)->pMethods->xFileControl(REAL(file), operation, argument);
}
static int power_sector(sqlite3_file *file) { return REAL(file)->pMethods->xSectorSize(REAL(file)); }
static int power_traits(sqlite3_file *file) { return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file)); }
static int power_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory) {
    return REAL(file)->pMethods->xShmMap(REAL(file), region, size, extend, memory);
}
static int power_shared_lock(sqlite3_file *file, int offset, int count, int flags) {
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}
static void power_barrier(sqlite3_file *file) { REAL(file)->pMethods->xShmBarrier(REAL(file)); }
static int power_unmap(sqlite3_file *file, int delete) { return REAL(file)->pMethods->xShmUnmap(REAL(file), delete); }

static const sqlite3_io_methods methods = {
    2, power_close, power_read, power_write, power_truncate, power_sync, power_size, power_lock, power_unlock,
    power_reserved, power_control, power_sector, power_traits, power_map, power_shared_lock, power_barrier, power_unmap,
    NULL, NULL,
};

static int power_open(sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags) {
    (void)self;
    open_file *opened = (open_file *)file;
    opened->real = (sqlite3_file *)(opened + 1);
    opened->disk = NULL;
    int code = real_layer->xOpen(real_layer, name, opened->real, flags, out_flags);
    file->pMethods = opened->real->pMethods == NULL ? NULL : &methods;
    /* Temporary files have no name and need no disk. */
    if (code == SQLITE_OK && name != NULL) {
        pthread_mutex_lock(&lock);
        opened->disk = find(name);
        pthread_mutex_unlock(&lock);
    }
    return code;
}

static int power_delete(sqlite3_vfs *self, const char *name, int sync_folder) {
    (void)self;
    pthread_mutex_lock(&lock);
    int code = SQLITE_IOERR_DELETE;
    if (has_power()) {
        code = real_layer->xDelete(real_layer, name, sync_folder);
        disk_file *file = find(name);
        if (file != NULL) {
            file->safe_size = 0;
            forget(file);
        }
    }
    pthread_mutex_unlock(&lock);
    return code;
}

int power_install(void) {
    if (real_layer != NULL) return 1;
    real_layer = sqlite3_vfs_find(NULL);
    if (real_layer == NULL) return 0;
    layer = *real_layer;
    layer.zName = "powercut";
    layer.szOsFile = (int)sizeof(open_file) + real_layer->szOsFile;
    layer.pNext = NULL;
    layer.xOpen = power_open;
    layer.xDelete = power_delete;
    return sqlite3_vfs_register(&layer, 0) == SQLITE_OK;
}

void power_fail_after(long count) {
    pthread_mutex_lock(&lock);
    limit = count < 0 ? -1 : operations + count;
    pthread_mutex_unlock(&lock);
}

long power_operations(void) { return operations; }
int power_has_failed(void) { return has_failed; }

static uint64_t chance(uint64_t *state) {
    uint64_t mixed = *state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

static int put(int descriptor, const uint8_t *bytes, size_t size, off_t offset) {
    return pwrite(descriptor, bytes, size, offset) == (ssize_t)size;
}

void power_return(uint64_t seed) {
    uint64_t state = seed;
    pthread_mutex_lock(&lock);
    for (size_t index = 0; index < file_count; index++) {
        disk_file *file = &files[index];
        int descriptor = open(file->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
        int is_right = descriptor < 0 || put(descriptor, file->safe, file->safe_size, 0);
        for (change *one = file->first; one != NULL && descriptor >= 0 && seed != 0; one = one->next) {
            uint64_t fate = chance(&state) % 4;
            if (fate == 0) continue;
            size_t size = fate == 1 ? (size_t)one->size / 2 : (size_t)one->size;
            if (one->bytes != NULL) is_right &= put(descriptor, one->bytes, size, one->offset);
            else is_right &= ftruncate(descriptor, one->offset) == 0;
        }
        if (descriptor >= 0) close(descriptor);
        if (!is_right) abort();
        forget(file);
        free(file->safe);
        file->safe = NULL;
        /* What lies in shared memory is gone in any case. */
        char name[600];
        strcpy(name, file->path);
        strcat(name, "-shm");
        unlink(name);
    }
    file_count = 0;
    operations = 0;
    limit = -1;
    has_failed = 0;
    pthread_mutex_unlock(&lock);
}
