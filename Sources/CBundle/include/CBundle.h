#pragma once
#include <stddef.h>

/* A file that is compiled into the program. */
struct bundled_file {
    const char *path; /* below the project's root */
    const unsigned char *bytes;
    size_t size;
};

/* The file with this path, or NULL. */
const struct bundled_file *bundled_file(const char *path);
/* The files in the order of their paths; NULL behind the last. */
const struct bundled_file *bundled_file_at(size_t index);
