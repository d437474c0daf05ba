#pragma once
#include <stddef.h>
#include <stdint.h>

/* The bare cost of the parts that no signed invoice can do without, in microseconds: each function repeats the
   plain library call for about `seconds` in batches and returns the best batch's mean. Negative: it failed. */

struct bare_bytes {
    const uint8_t *bytes;
    size_t size;
};

/* Keeps the process on the first core. */
void bare_stay_on_one_core(void);

/* One stretch of text and the index of its font. */
struct bare_run {
    struct bare_bytes text;
    size_t font;
};

/* hb_shape of all runs, warm fonts, Macedonian Cyrillic. */
double bare_shape(const struct bare_bytes *fonts, size_t font_count, const struct bare_run *runs, size_t run_count,
                  double seconds);
/* hb_subset of all fonts on preprocessed faces, to the glyphs of the runs, without hinting. */
double bare_subset(const struct bare_bytes *fonts, size_t font_count, const struct bare_run *runs, size_t run_count,
                   double seconds);
/* libdeflate at a level of everything that a PDF compresses: drawing, fonts, objects, attachments. */
double bare_deflate_streams(struct bare_bytes pdf, int level, double seconds);
/* libdeflate of the bytes at a level. */
double bare_deflate(struct bare_bytes input, int level, double seconds);
/* EVP signature over a SHA-256 digest; bits 2048 for RSA, 256 for P-256. */
double bare_sign(int bits, double seconds);
/* libxml2: parsing alone, and schema validation of the parsed document. */
double bare_parse(struct bare_bytes xml, double seconds);
double bare_validate(const char *schema, struct bare_bytes xml, double seconds);
/* libxml2: exclusive canonical form of the parsed document. */
double bare_canonical(struct bare_bytes xml, double seconds);
