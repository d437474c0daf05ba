#pragma once
#include <libdeflate.h>
/* The one that compresses data which is never there as a whole. */
#include <zlib.h>
