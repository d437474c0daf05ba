#pragma once
/* jpeglib.h needs size_t and FILE. */
#include <stdio.h>

#include <jpeglib.h>
#include <png.h>
