#define _GNU_SOURCE
#include "CBare.h"
#include <hb-ot.h>
#include <hb-subset.h>
#include <libdeflate.h>
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void bare_stay_on_one_core(void) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(0, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
}

static double clock_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

typedef int (*step)(void *);

/* Repeats a step in ten batches; the mean of the best one. */
static double best(step run, void *context, double seconds) {
    double limit = seconds * 1e5, fastest = -1;
    long count = 1;
    for (int batch = 0; batch < 10;) {
        double start = clock_us();
        for (long i = 0; i < count; i++)
            if (!run(context)) return -1;
        double spent = clock_us() - start;
        if (spent < limit / 2 && count < 100000000) {
            count = spent > 0 ? (long)(count * (limit / spent < 10 ? limit / spent : 10)) + 1 : count * 10;
            continue;
        }
        if (fastest < 0 || spent / count < fastest) fastest = spent / count;
        batch++;
    }
    return fastest;
}

struct text {
    hb_font_t **fonts;
    hb_face_t **prepared;
    hb_subset_input_t **wanted;
    size_t font_count;
    const struct bare_run *runs;
    size_t run_count;
    hb_buffer_t *buffer;
    hb_language_t language;
};

static void shape(struct text *t, const struct bare_run *run) {
    hb_buffer_clear_contents(t->buffer);
    hb_buffer_set_direction(t->buffer, HB_DIRECTION_LTR);
    hb_buffer_set_script(t->buffer, HB_SCRIPT_CYRILLIC);
    hb_buffer_set_language(t->buffer, t->language);
    hb_buffer_add_utf8(t->buffer, (const char *)run->text.bytes, (int)run->text.size, 0, (int)run->text.size);
    hb_shape(t->fonts[run->font], t->buffer, NULL, 0);
}

static int shape_all(void *context) {
    struct text *t = context;
    for (size_t i = 0; i < t->run_count; i++) shape(t, &t->runs[i]);
    return 1;
}

static int subset_all(void *context) {
    struct text *t = context;
    for (size_t i = 0; i < t->font_count; i++) {
        hb_face_t *face = hb_subset_or_fail(t->prepared[i], t->wanted[i]);
        if (!face) return 0;
        hb_blob_destroy(hb_face_reference_blob(face));
        hb_face_destroy(face);
    }
    return 1;
}

static struct text open_text(const struct bare_bytes *fonts, size_t font_count, const struct bare_run *runs,
                             size_t run_count) {
    struct text t = {calloc(font_count, sizeof(void *)), calloc(font_count, sizeof(void *)),
                     calloc(font_count, sizeof(void *)), font_count, runs, run_count, hb_buffer_create(),
                     hb_language_from_string("mk", -1)};
    for (size_t i = 0; i < font_count; i++) {
        hb_blob_t *blob =
            hb_blob_create((const char *)fonts[i].bytes, (unsigned)fonts[i].size, HB_MEMORY_MODE_READONLY, NULL, NULL);
        hb_face_t *face = hb_face_create(blob, 0);
        t.fonts[i] = hb_font_create(face);
        t.prepared[i] = hb_subset_preprocess(face);
        t.wanted[i] = hb_subset_input_create_or_fail();
        hb_subset_input_set_flags(t.wanted[i], HB_SUBSET_FLAGS_NO_HINTING);
        static const char *dropped[] = {"GSUB", "GPOS", "GDEF", "OS/2", "name", "post", "cmap"};
        for (size_t k = 0; k < sizeof dropped / sizeof *dropped; k++)
            hb_set_add(hb_subset_input_set(t.wanted[i], HB_SUBSET_SETS_DROP_TABLE_TAG),
                       hb_tag_from_string(dropped[k], 4));
        hb_blob_destroy(blob);
        hb_face_destroy(face);
    }
    for (size_t i = 0; i < run_count; i++) {
        shape(&t, &runs[i]);
        unsigned count;
        hb_glyph_info_t *glyphs = hb_buffer_get_glyph_infos(t.buffer, &count);
        for (unsigned k = 0; k < count; k++)
            hb_set_add(hb_subset_input_glyph_set(t.wanted[runs[i].font]), glyphs[k].codepoint);
    }
    return t;
}

static void close_text(struct text *t) {
    for (size_t i = 0; i < t->font_count; i++) {
        hb_font_destroy(t->fonts[i]);
        hb_face_destroy(t->prepared[i]);
        hb_subset_input_destroy(t->wanted[i]);
    }
    hb_buffer_destroy(t->buffer);
    free(t->fonts);
    free(t->prepared);
    free(t->wanted);
}

double bare_shape(const struct bare_bytes *fonts, size_t font_count, const struct bare_run *runs, size_t run_count,
                  double seconds) {
    struct text t = open_text(fonts, font_count, runs, run_count);
    double us = best(shape_all, &t, seconds);
    close_text(&t);
    return us;
}

double bare_subset(const struct bare_bytes *fonts, size_t font_count, const struct bare_run *runs, size_t run_count,
                   double seconds) {
    struct text t = open_text(fonts, font_count, runs, run_count);
    double us = best(subset_all, &t, seconds);
    close_text(&t);
    return us;
}

struct deflating {
    struct libdeflate_compressor *compressor;
    struct bare_bytes input;
    void *output;
    size_t room;
};

static int deflate_once(void *context) {
    struct deflating *d = context;
    return libdeflate_zlib_compress(d->compressor, d->input.bytes, d->input.size, d->output, d->room) > 0;
}

double bare_deflate(struct bare_bytes input, int level, double seconds) {
    struct deflating d = {libdeflate_alloc_compressor(level), input, NULL, 0};
    d.room = libdeflate_zlib_compress_bound(d.compressor, input.size);
    d.output = malloc(d.room);
    double us = best(deflate_once, &d, seconds);
    free(d.output);
    libdeflate_free_compressor(d.compressor);
    return us;
}

double bare_deflate_streams(struct bare_bytes pdf, int level, double seconds) {
    static const char filter[] = "/Filter/FlateDecode", length[] = "/Length ", start[] = "stream\n";
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    const uint8_t *at = pdf.bytes, *end = pdf.bytes + pdf.size;
    double us = 0;
    while (us >= 0 && (at = memmem(at, (size_t)(end - at), filter, sizeof filter - 1))) {
        const uint8_t *size = memmem(at, (size_t)(end - at), length, sizeof length - 1);
        const uint8_t *data = memmem(at, (size_t)(end - at), start, sizeof start - 1);
        if (!size || !data) break;
        size_t room = 1 << 24, filled = 0, packed = strtoul((const char *)size + sizeof length - 1, NULL, 10);
        data += sizeof start - 1;
        uint8_t *plain = malloc(room);
        if (packed > (size_t)(end - data)
            || libdeflate_zlib_decompress(decompressor, data, packed, plain, room, &filled) != LIBDEFLATE_SUCCESS)
            us = -1;
        else
            us += bare_deflate((struct bare_bytes){plain, filled}, level, seconds / 8);
        free(plain);
        at = data + (us < 0 ? 0 : packed);
    }
    libdeflate_free_decompressor(decompressor);
    return us;
}

static int sign_once(void *context) {
    unsigned char digest[32] = {7}, signature[512];
    size_t size = sizeof signature;
    return EVP_PKEY_sign(context, signature, &size, digest, sizeof digest) == 1;
}

double bare_sign(int bits, double seconds) {
    EVP_PKEY *key = bits == 256 ? EVP_EC_gen("P-256") : EVP_RSA_gen((unsigned)bits);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    double us = -1;
    if (EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1)
        us = best(sign_once, context, seconds);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return us;
}

static int parse_once(void *context) {
    struct bare_bytes *xml = context;
    xmlDocPtr document = xmlReadMemory((const char *)xml->bytes, (int)xml->size, NULL, NULL, XML_PARSE_NONET);
    if (!document) return 0;
    xmlFreeDoc(document);
    return 1;
}

double bare_parse(struct bare_bytes xml, double seconds) { return best(parse_once, &xml, seconds); }

struct validating {
    xmlSchemaPtr schema;
    xmlDocPtr document;
};

static int validate_once(void *context) {
    struct validating *v = context;
    xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(v->schema);
    int result = xmlSchemaValidateDoc(valid, v->document);
    xmlSchemaFreeValidCtxt(valid);
    return result == 0;
}

double bare_validate(const char *schema, struct bare_bytes xml, double seconds) {
    /* The library under measurement lets libxml2 open no files; the bare call needs its own schema files. */
    xmlExternalEntityLoader before = xmlGetExternalEntityLoader();
    xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(schema);
    struct validating v = {xmlSchemaParse(parser),
                           xmlReadMemory((const char *)xml.bytes, (int)xml.size, NULL, NULL, XML_PARSE_NONET)};
    double us = v.schema && v.document ? best(validate_once, &v, seconds) : -1;
    xmlSetExternalEntityLoader(before);
    xmlSchemaFreeParserCtxt(parser);
    if (v.schema) xmlSchemaFree(v.schema);
    if (v.document) xmlFreeDoc(v.document);
    return us;
}

static int canonical_once(void *context) {
    xmlChar *text = NULL;
    int size = xmlC14NDocDumpMemory(context, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &text);
    xmlFree(text);
    return size > 0;
}

double bare_canonical(struct bare_bytes xml, double seconds) {
    xmlDocPtr document = xmlReadMemory((const char *)xml.bytes, (int)xml.size, NULL, NULL, XML_PARSE_NONET);
    if (!document) return -1;
    double us = best(canonical_once, document, seconds);
    xmlFreeDoc(document);
    return us;
}
