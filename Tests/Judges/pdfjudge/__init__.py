"""A structural judge of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1).

It knows nothing of the writer under test: pikepdf (QPDF) reads the objects, fontTools the fonts, lxml the metadata.
Clauses are named as the public veraPDF profiles number them (`A 6.1.3-1`, `UA 7.1-3`), so that verdicts can be laid side
by side; a letter after the hyphen marks a test of our own.
"""
