#pragma once
#include <stddef.h>
#include <stdint.h>

/* The bare cost of the parts that no signed invoice can do without: the plain library calls on the same documents, each
   a different one, as our stages get them. */

struct bare_bytes {
    const uint8_t *bytes;
    size_t size;
};

/* One stretch of text and the index of its font. */
struct bare_run {
    struct bare_bytes text;
    size_t font;
};

/* What our stages made of one document: text as it is shaped, the PDF, the XML. */
struct bare_document {
    const struct bare_run *runs;
    size_t run_count;
    struct bare_bytes pdf, xml;
};

enum bare_part {
    /* hb_shape of all runs, warm fonts, Macedonian Cyrillic. */
    BARE_SHAPE,
    /* hb_subset of all fonts on preprocessed faces, to the glyphs of the runs, without hinting. */
    BARE_SUBSET,
    /* libdeflate 1 of everything that the PDF compresses: drawing, fonts, objects, attachments. */
    BARE_DEFLATE,
    /* libxml2: parsing; exclusive canonical form and schema validation of what was parsed just before. */
    BARE_PARSE,
    BARE_CANONICAL,
    BARE_VALIDATE,
};

struct bare;

/* Prepares documents; the bytes must stay where they are. NULL where a PDF cannot be unpacked. */
struct bare *bare_open(const struct bare_bytes *fonts, size_t font_count, const struct bare_document *documents,
                       size_t document_count, const char *schema);
/* The median of a document in microseconds, after a first round that does not count; negative: it failed. */
double bare_median(struct bare *, enum bare_part, double seconds);
void bare_close(struct bare *);

/* EVP signature over a SHA-256 digest, the median; bits 2048 for RSA, 256 for P-256. */
double bare_sign(int bits, double seconds);

/* Keeps the process on the first core. */
void bare_stay_on_one_core(void);
