#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include "CRasterShim.h"

/* More scans than any encoder makes; each walks over the whole picture again, so hostile files have thousands. */
enum { scan_limit = 64 };

typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf stop;
    int message;
} errors;

static void stop(j_common_ptr common) {
    errors *mine = (errors *)common->err;
    mine->message = common->err->msg_code;
    longjmp(mine->stop, 1);
}

/* Warnings are counted by `num_warnings`; nothing is printed. */
static void note(j_common_ptr common, int level) {
    if (level < 0) common->err->num_warnings++;
}

static void stay_silent(j_common_ptr common) { (void)common; }

typedef struct {
    struct jpeg_progress_mgr base;
    int has_too_many_scans;
} progress;

static void watch(j_common_ptr common) {
    if (!common->is_decompressor) return;
    j_decompress_ptr decoder = (j_decompress_ptr)common;
    if (decoder->input_scan_number <= scan_limit) return;
    ((progress *)common->progress)->has_too_many_scans = 1;
    longjmp(((errors *)common->err)->stop, 1);
}

static void prepare(struct jpeg_decompress_struct *decoder, errors *handler, progress *monitor) {
    memset(decoder, 0, sizeof *decoder);
    memset(handler, 0, sizeof *handler);
    memset(monitor, 0, sizeof *monitor);
    decoder->err = jpeg_std_error(&handler->base);
    handler->base.error_exit = stop;
    handler->base.emit_message = note;
    handler->base.output_message = stay_silent;
    monitor->base.progress_monitor = watch;
}

/* Reads the head; the decoder exists already. */
static pechat_raster_outcome read_head(struct jpeg_decompress_struct *decoder, pechat_raster_shape *shape) {
    if (jpeg_read_header(decoder, TRUE) != JPEG_HEADER_OK) return PECHAT_RASTER_DAMAGED;
    if (decoder->num_components == 4) return PECHAT_RASTER_CMYK;
    if (decoder->arith_code || decoder->data_precision != 8) return PECHAT_RASTER_UNSUPPORTED;
    if (decoder->num_components != 1 && decoder->num_components != 3) return PECHAT_RASTER_UNSUPPORTED;
    shape->width = decoder->image_width;
    shape->height = decoder->image_height;
    shape->channels = (uint32_t)decoder->num_components;
    shape->is_plain_rgb = decoder->num_components == 3 && decoder->jpeg_color_space == JCS_RGB;
    return PECHAT_RASTER_OK;
}

pechat_raster_outcome pechat_jpeg_shape(
    const uint8_t *bytes, size_t size, uint64_t pixel_limit, pechat_raster_shape *shape) {
    struct jpeg_decompress_struct decoder;
    errors handler;
    progress monitor;
    prepare(&decoder, &handler, &monitor);
    if (setjmp(handler.stop)) {
        jpeg_destroy_decompress(&decoder);
        return PECHAT_RASTER_DAMAGED;
    }
    jpeg_create_decompress(&decoder);
    jpeg_mem_src(&decoder, bytes, size);
    pechat_raster_outcome outcome = read_head(&decoder, shape);
    jpeg_destroy_decompress(&decoder);
    if (outcome != PECHAT_RASTER_OK) return outcome;
    return (uint64_t)shape->width * shape->height > pixel_limit ? PECHAT_RASTER_TOO_LARGE : PECHAT_RASTER_OK;
}

pechat_raster_outcome pechat_jpeg_pixels(
    const uint8_t *bytes, size_t size, const pechat_raster_shape *shape, uint8_t *target, size_t target_size) {
    struct jpeg_decompress_struct decoder;
    errors handler;
    progress monitor;
    prepare(&decoder, &handler, &monitor);
    if (setjmp(handler.stop)) {
        jpeg_destroy_decompress(&decoder);
        return PECHAT_RASTER_DAMAGED;
    }
    jpeg_create_decompress(&decoder);
    decoder.progress = &monitor.base;
    jpeg_mem_src(&decoder, bytes, size);
    pechat_raster_shape found = {0};
    pechat_raster_outcome outcome = read_head(&decoder, &found);
    size_t row_size = (size_t)found.width * found.channels;
    if (outcome == PECHAT_RASTER_OK
        && (found.width != shape->width || found.height != shape->height || found.channels != shape->channels
            || row_size * found.height > target_size)) {
        outcome = PECHAT_RASTER_DAMAGED;
    }
    if (outcome == PECHAT_RASTER_OK) {
        decoder.out_color_space = found.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
        decoder.dct_method = JDCT_ISLOW;
        jpeg_start_decompress(&decoder);
        while (decoder.output_scanline < decoder.output_height) {
            JSAMPROW row = target + (size_t)decoder.output_scanline * row_size;
            jpeg_read_scanlines(&decoder, &row, 1);
        }
        jpeg_finish_decompress(&decoder);
        if (handler.base.num_warnings > 0) outcome = PECHAT_RASTER_DAMAGED;
    }
    jpeg_destroy_decompress(&decoder);
    return outcome;
}
