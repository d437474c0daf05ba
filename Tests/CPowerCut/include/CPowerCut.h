#pragma once
/* A file layer of SQLite in which the power can fail: whatever was not synced by then may be gone.

   One database at a time; the layer's name is "powercut". */

#include <stdint.h>

/* Registers the layer. */
int power_install(void);
/* The power fails after so many more writes and syncs; below 0 it stays. From then on every write fails. */
void power_fail_after(long operations);
/* How many writes and syncs there were since `power_return`. */
long power_operations(void);
/* 1 where it has failed. */
int power_has_failed(void);
/* Puts into the files what a disk would hold: all that was synced and, of the rest, what chance left, some of it torn.
   A seed of 0 leaves nothing of the rest. To be called when all connections are closed; then there is power again. */
void power_return(uint64_t seed);
