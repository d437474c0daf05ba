#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "CRasterShim.h"

/* The simplified interface of libpng keeps its jumps to itself (libpng manual, IX). */

static pechat_raster_outcome begin(
    png_image *image, const uint8_t *bytes, size_t size, pechat_raster_shape *shape) {
    memset(image, 0, sizeof *image);
    image->version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_memory(image, bytes, size)) return PECHAT_RASTER_DAMAGED;
    shape->width = image->width;
    shape->height = image->height;
    /* Palettes have colour and transparency where any of their entries has. */
    shape->channels = ((image->format & PNG_FORMAT_FLAG_COLOR) ? 3 : 1) + ((image->format & PNG_FORMAT_FLAG_ALPHA) ? 1 : 0);
    shape->is_plain_rgb = 0;
    return PECHAT_RASTER_OK;
}

pechat_raster_outcome pechat_png_shape(
    const uint8_t *bytes, size_t size, uint64_t pixel_limit, pechat_raster_shape *shape) {
    png_image image;
    pechat_raster_outcome outcome = begin(&image, bytes, size, shape);
    png_image_free(&image);
    if (outcome != PECHAT_RASTER_OK) return outcome;
    if (shape->width == 0 || shape->height == 0) return PECHAT_RASTER_DAMAGED;
    return (uint64_t)shape->width * shape->height > pixel_limit ? PECHAT_RASTER_TOO_LARGE : PECHAT_RASTER_OK;
}

pechat_raster_outcome pechat_png_pixels(
    const uint8_t *bytes, size_t size, const pechat_raster_shape *shape, uint8_t *target, size_t target_size) {
    static const png_uint_32 formats[] = {PNG_FORMAT_GRAY, PNG_FORMAT_GA, PNG_FORMAT_RGB, PNG_FORMAT_RGBA};
    png_image image;
    pechat_raster_shape found = {0};
    pechat_raster_outcome outcome = begin(&image, bytes, size, &found);
    if (outcome == PECHAT_RASTER_OK
        && (found.width != shape->width || found.height != shape->height || found.channels != shape->channels
            || (uint64_t)found.width * found.height * found.channels > target_size)) {
        outcome = PECHAT_RASTER_DAMAGED;
    }
    if (outcome == PECHAT_RASTER_OK) {
        /* Without a word on gamma 16 bits would be taken for linear light; no drawing program means that. */
        image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
        image.format = formats[found.channels - 1];
        if (!png_image_finish_read(&image, NULL, target, 0, NULL)) outcome = PECHAT_RASTER_DAMAGED;
        /* A warning while pixels were read means that some of them are made up. */
        if ((image.warning_or_error & PNG_IMAGE_ERROR) != 0) outcome = PECHAT_RASTER_DAMAGED;
    }
    png_image_free(&image);
    return outcome;
}

struct pechat_png_writer {
    png_structp png;
    png_infop info;
    uint8_t *bytes;
    size_t size, capacity;
    size_t row_size;
};

static void append(png_structp png, png_bytep data, size_t count) {
    pechat_png_writer *writer = png_get_io_ptr(png);
    if (count > writer->capacity - writer->size) {
        size_t wanted = writer->capacity * 2;
        while (wanted - writer->size < count) wanted *= 2;
        uint8_t *larger = realloc(writer->bytes, wanted);
        if (larger == NULL) png_error(png, "memory");
        writer->bytes = larger;
        writer->capacity = wanted;
    }
    memcpy(writer->bytes + writer->size, data, count);
    writer->size += count;
}

static void flush(png_structp png) { (void)png; }
/* Nothing is printed: the outcome tells. */
static void fail(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}
static void ignore(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static int write_head(
    pechat_png_writer *writer, uint32_t width, uint32_t height, uint32_t channels, uint32_t pixels_per_metre) {
    if (setjmp(png_jmpbuf(writer->png))) return 0;
    png_set_write_fn(writer->png, writer, append, flush);
    png_set_IHDR(
        writer->png, writer->info, width, height, 8, channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(writer->png, writer->info, PNG_sRGB_INTENT_RELATIVE);
    png_set_pHYs(writer->png, writer->info, pixels_per_metre, pixels_per_metre, PNG_RESOLUTION_METER);
    /* Pages are mostly paper: without filters, and with little effort, they come out as small and much faster. */
    png_set_filter(writer->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_compression_level(writer->png, 4);
    png_write_info(writer->png, writer->info);
    return 1;
}

pechat_png_writer *pechat_png_writer_make(
    uint32_t width, uint32_t height, uint32_t channels, uint32_t pixels_per_metre) {
    pechat_png_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) return NULL;
    writer->capacity = 65536;
    writer->bytes = malloc(writer->capacity);
    writer->row_size = (size_t)width * channels;
    writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail, ignore);
    writer->info = writer->png == NULL ? NULL : png_create_info_struct(writer->png);
    if (writer->bytes == NULL || writer->info == NULL
        || !write_head(writer, width, height, channels, pixels_per_metre)) {
        pechat_png_writer_free(writer);
        return NULL;
    }
    return writer;
}

int pechat_png_writer_add(pechat_png_writer *writer, const uint8_t *rows, uint32_t count) {
    if (setjmp(png_jmpbuf(writer->png))) return 0;
    for (uint32_t row = 0; row < count; row++) png_write_row(writer->png, rows + row * writer->row_size);
    return 1;
}

int pechat_png_writer_finish(pechat_png_writer *writer) {
    if (setjmp(png_jmpbuf(writer->png))) return 0;
    png_write_end(writer->png, NULL);
    return 1;
}

const uint8_t *pechat_png_writer_bytes(const pechat_png_writer *writer, size_t *size) {
    *size = writer->size;
    return writer->bytes;
}

void pechat_png_writer_free(pechat_png_writer *writer) {
    if (writer == NULL) return;
    if (writer->png != NULL) png_destroy_write_struct(&writer->png, &writer->info);
    free(writer->bytes);
    free(writer);
}
