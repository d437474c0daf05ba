#pragma once
/* PNG and JPEG without longjmp: libpng and libjpeg report errors by jumping, which must not cross a Swift frame, so each
   function here ends every jump inside of itself. All of it is thread-safe: nothing is shared. */

#include <stddef.h>
#include <stdint.h>

typedef enum {
    PECHAT_RASTER_OK = 0,
    /* No image of this kind, or bytes that were changed or cut. */
    PECHAT_RASTER_DAMAGED,
    /* A JPEG of four inks. */
    PECHAT_RASTER_CMYK,
    /* A JPEG that PDF readers do not know: arithmetic coding, 12 bits, lossless. */
    PECHAT_RASTER_UNSUPPORTED,
    PECHAT_RASTER_TOO_LARGE,
    PECHAT_RASTER_NO_MEMORY,
} pechat_raster_outcome;

typedef struct {
    uint32_t width, height;
    /* 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha; 8 bits each. */
    uint32_t channels;
    /* Of a JPEG of 3 channels: whether the file holds RGB itself, not luminance and chrominance. */
    uint32_t is_plain_rgb;
} pechat_raster_shape;

/* What the head of a file says; not more than so many pixels. */
pechat_raster_outcome pechat_png_shape(
    const uint8_t *bytes, size_t size, uint64_t pixel_limit, pechat_raster_shape *shape);
pechat_raster_outcome pechat_jpeg_shape(
    const uint8_t *bytes, size_t size, uint64_t pixel_limit, pechat_raster_shape *shape);

/* The pixels, row by row from the upper left, in the sRGB colour space; alpha is not multiplied in. The shape must be
   the one that the same bytes gave, and the target as large as it says. A JPEG with any irregularity is damaged. */
pechat_raster_outcome pechat_png_pixels(
    const uint8_t *bytes, size_t size, const pechat_raster_shape *shape, uint8_t *target, size_t target_size);
pechat_raster_outcome pechat_jpeg_pixels(
    const uint8_t *bytes, size_t size, const pechat_raster_shape *shape, uint8_t *target, size_t target_size);

/* A PNG that is written row by row. Owned by the caller. */
typedef struct pechat_png_writer pechat_png_writer;

/* Begins an image of 8 bits, 1 channel (gray) or 3 (sRGB). NULL where memory is exhausted. */
pechat_png_writer *pechat_png_writer_make(
    uint32_t width, uint32_t height, uint32_t channels, uint32_t pixels_per_metre);
/* Adds rows; 1 or 0. */
int pechat_png_writer_add(pechat_png_writer *writer, const uint8_t *rows, uint32_t count);
/* Ends the image after its last row; 1 or 0. */
int pechat_png_writer_finish(pechat_png_writer *writer);
/* What was written so far, lent until the next call. */
const uint8_t *pechat_png_writer_bytes(const pechat_png_writer *writer, size_t *size);
void pechat_png_writer_free(pechat_png_writer *writer);
