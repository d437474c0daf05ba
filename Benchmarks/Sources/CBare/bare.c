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

struct stream {
    uint8_t *plain;
    size_t size;
};

struct material {
    const struct bare_run *runs;
    size_t run_count;
    hb_subset_input_t **wanted;
    struct stream *streams;
    size_t stream_count;
    struct bare_bytes xml;
};

struct bare {
    size_t font_count, document_count;
    hb_font_t **fonts;
    hb_face_t **prepared;
    hb_buffer_t *buffer;
    hb_language_t language;
    struct material *documents;
    struct libdeflate_compressor *compressor;
    void *output;
    size_t room;
    xmlSchemaPtr schema;
    xmlDocPtr parsed;
};

static void shape(struct bare *b, const struct bare_run *run) {
    hb_buffer_clear_contents(b->buffer);
    hb_buffer_set_direction(b->buffer, HB_DIRECTION_LTR);
    hb_buffer_set_script(b->buffer, HB_SCRIPT_CYRILLIC);
    hb_buffer_set_language(b->buffer, b->language);
    hb_buffer_add_utf8(b->buffer, (const char *)run->text.bytes, (int)run->text.size, 0, (int)run->text.size);
    hb_shape(b->fonts[run->font], b->buffer, NULL, 0);
}

static int shape_all(struct bare *b, struct material *document) {
    for (size_t i = 0; i < document->run_count; i++) shape(b, &document->runs[i]);
    return 1;
}

static int subset_all(struct bare *b, struct material *document) {
    for (size_t i = 0; i < b->font_count; i++) {
        if (hb_set_is_empty(hb_subset_input_glyph_set(document->wanted[i]))) continue;
        hb_face_t *face = hb_subset_or_fail(b->prepared[i], document->wanted[i]);
        if (!face) return 0;
        hb_blob_destroy(hb_face_reference_blob(face));
        hb_face_destroy(face);
    }
    return 1;
}

static int deflate_all(struct bare *b, struct material *document) {
    for (size_t i = 0; i < document->stream_count; i++) {
        struct stream *s = &document->streams[i];
        if (!libdeflate_zlib_compress(b->compressor, s->plain, s->size, b->output, b->room)) return 0;
    }
    return 1;
}

static int parse(struct bare *b, struct material *document) {
    b->parsed = xmlReadMemory((const char *)document->xml.bytes, (int)document->xml.size, NULL, NULL, XML_PARSE_NONET);
    return b->parsed != NULL;
}

static int parse_and_free(struct bare *b, struct material *document) {
    if (!parse(b, document)) return 0;
    xmlFreeDoc(b->parsed);
    return 1;
}

static int canonical(struct bare *b, struct material *document) {
    (void)document;
    xmlChar *text = NULL;
    int size = xmlC14NDocDumpMemory(b->parsed, NULL, XML_C14N_EXCLUSIVE_1_0, NULL, 0, &text);
    xmlFree(text);
    return size > 0;
}

static int validate(struct bare *b, struct material *document) {
    (void)document;
    xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(b->schema);
    int result = xmlSchemaValidateDoc(valid, b->parsed);
    xmlSchemaFreeValidCtxt(valid);
    return result == 0;
}

static int rising(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static double median(double *times, size_t count) {
    qsort(times, count, sizeof *times, rising);
    return times[count / 2];
}

double bare_median(struct bare *b, enum bare_part part, double seconds) {
    static int (*const steps[])(struct bare *, struct material *) = {shape_all,      subset_all, deflate_all,
                                                                     parse_and_free, canonical,  validate};
    int needs_tree = part == BARE_CANONICAL || part == BARE_VALIDATE;
    if (part == BARE_VALIDATE && !b->schema) return -1;
    size_t count = 0, room = 1 << 20;
    double *times = malloc(room * sizeof *times), total = 0;
    /* The first round warms up. */
    for (size_t turn = 0; count < room && (total < seconds * 1e6 || turn < 2 * b->document_count); turn++) {
        struct material *document = &b->documents[turn % b->document_count];
        int done = !needs_tree || parse(b, document);
        double start = clock_us();
        done = done && steps[part](b, document);
        double spent = clock_us() - start;
        if (needs_tree) xmlFreeDoc(b->parsed);
        if (!done) {
            free(times);
            return -1;
        }
        if (turn < b->document_count) continue;
        total += spent;
        times[count++] = spent;
    }
    double us = median(times, count);
    free(times);
    return us;
}

/* Unpacks every compressed stream of a PDF: drawing, fonts, objects, attachments. */
static int open_streams(struct material *document, struct bare_bytes pdf) {
    static const char filter[] = "/Filter/FlateDecode", length[] = "/Length ", start[] = "stream\n";
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    const uint8_t *at = pdf.bytes, *end = pdf.bytes + pdf.size;
    int ok = 1;
    while (ok && (at = memmem(at, (size_t)(end - at), filter, sizeof filter - 1))) {
        const uint8_t *size = memmem(at, (size_t)(end - at), length, sizeof length - 1);
        const uint8_t *data = memmem(at, (size_t)(end - at), start, sizeof start - 1);
        if (!size || !data) break;
        size_t room = 1 << 20, filled = 0, packed = strtoul((const char *)size + sizeof length - 1, NULL, 10);
        data += sizeof start - 1;
        uint8_t *plain = malloc(room);
        ok = packed <= (size_t)(end - data)
             && libdeflate_zlib_decompress(decompressor, data, packed, plain, room, &filled) == LIBDEFLATE_SUCCESS;
        document->streams = realloc(document->streams, (document->stream_count + 1) * sizeof *document->streams);
        document->streams[document->stream_count++] = (struct stream){realloc(plain, filled + 1), filled};
        at = data + packed;
    }
    libdeflate_free_decompressor(decompressor);
    return ok && document->stream_count > 0;
}

/* What a document needs of each font. */
static void want_glyphs(struct bare *b, struct material *document) {
    static const char *dropped[] = {"GSUB", "GPOS", "GDEF", "OS/2", "name", "post", "cmap"};
    document->wanted = calloc(b->font_count, sizeof(void *));
    for (size_t i = 0; i < b->font_count; i++) {
        document->wanted[i] = hb_subset_input_create_or_fail();
        hb_subset_input_set_flags(document->wanted[i], HB_SUBSET_FLAGS_NO_HINTING);
        for (size_t k = 0; k < sizeof dropped / sizeof *dropped; k++)
            hb_set_add(hb_subset_input_set(document->wanted[i], HB_SUBSET_SETS_DROP_TABLE_TAG),
                       hb_tag_from_string(dropped[k], 4));
    }
    for (size_t i = 0; i < document->run_count; i++) {
        shape(b, &document->runs[i]);
        unsigned count;
        hb_glyph_info_t *glyphs = hb_buffer_get_glyph_infos(b->buffer, &count);
        for (unsigned k = 0; k < count; k++)
            hb_set_add(hb_subset_input_glyph_set(document->wanted[document->runs[i].font]), glyphs[k].codepoint);
    }
}

struct bare *bare_open(const struct bare_bytes *fonts, size_t font_count, const struct bare_document *documents,
                       size_t document_count, const char *schema) {
    struct bare *b = calloc(1, sizeof *b);
    *b = (struct bare){.font_count = font_count, .document_count = document_count,
                       .fonts = calloc(font_count, sizeof(void *)), .prepared = calloc(font_count, sizeof(void *)),
                       .buffer = hb_buffer_create(), .language = hb_language_from_string("mk", -1),
                       .documents = calloc(document_count, sizeof *b->documents),
                       .compressor = libdeflate_alloc_compressor(1), .room = 1 << 20, .output = malloc(1 << 20)};
    for (size_t i = 0; i < font_count; i++) {
        hb_blob_t *blob =
            hb_blob_create((const char *)fonts[i].bytes, (unsigned)fonts[i].size, HB_MEMORY_MODE_READONLY, NULL, NULL);
        hb_face_t *face = hb_face_create(blob, 0);
        b->fonts[i] = hb_font_create(face);
        b->prepared[i] = hb_subset_preprocess(face);
        hb_blob_destroy(blob);
        hb_face_destroy(face);
    }
    int ok = 1;
    for (size_t i = 0; i < document_count; i++) {
        b->documents[i] = (struct material){
            .runs = documents[i].runs, .run_count = documents[i].run_count, .xml = documents[i].xml};
        want_glyphs(b, &b->documents[i]);
        ok = ok && open_streams(&b->documents[i], documents[i].pdf);
    }
    /* The library under measurement lets libxml2 open no files; the bare call needs its own schema files. */
    xmlExternalEntityLoader before = xmlGetExternalEntityLoader();
    xmlSetExternalEntityLoader(xmlNoNetExternalEntityLoader);
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(schema);
    b->schema = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
    xmlSetExternalEntityLoader(before);
    if (ok) return b;
    bare_close(b);
    return NULL;
}

void bare_close(struct bare *b) {
    for (size_t i = 0; i < b->document_count; i++) {
        struct material *document = &b->documents[i];
        for (size_t k = 0; k < b->font_count; k++) hb_subset_input_destroy(document->wanted[k]);
        for (size_t k = 0; k < document->stream_count; k++) free(document->streams[k].plain);
        free(document->wanted);
        free(document->streams);
    }
    for (size_t i = 0; i < b->font_count; i++) {
        hb_font_destroy(b->fonts[i]);
        hb_face_destroy(b->prepared[i]);
    }
    hb_buffer_destroy(b->buffer);
    libdeflate_free_compressor(b->compressor);
    if (b->schema) xmlSchemaFree(b->schema);
    free(b->output);
    free(b->fonts);
    free(b->prepared);
    free(b->documents);
    free(b);
}

double bare_sign(int bits, double seconds) {
    EVP_PKEY *key = bits == 256 ? EVP_EC_gen("P-256") : EVP_RSA_gen((unsigned)bits);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    int done = EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1;
    size_t count = 0, room = 1 << 20;
    double *times = malloc(room * sizeof *times), total = 0;
    while (done && count < room && (total < seconds * 1e6 || count < 10)) {
        unsigned char digest[32] = {7}, signature[512];
        size_t size = sizeof signature;
        double start = clock_us();
        done = EVP_PKEY_sign(context, signature, &size, digest, sizeof digest) == 1;
        total += times[count++] = clock_us() - start;
    }
    double us = done ? median(times, count) : -1;
    free(times);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return us;
}
