"""Mutations of ISO 19005-3, 6.1."""

import io
import re

import pikepdf
from pikepdf import Dictionary, Name, Stream

from .bench import breaks, draw, page, rename


def swap(data, old, new):
    assert old in data, old
    return data.replace(old, new, 1)


@breaks("A 6.1.1-a")
def unbalanced(pdf):
    draw(pdf, b"q")


@breaks("A 6.1.2-1", raw=True)
def version(data):
    return re.sub(rb"^%PDF-1\.\d", b"%PDF-2.0", data)


@breaks("A 6.1.2-2", raw=True)
def no_comment(data):
    return data[:10] + b"abcd" + data[14:]


@breaks("A 6.1.3-1", raw=True)
def no_identifier(data):
    return swap(data, b"/ID [", b"/IX [")


@breaks("A 6.1.3-3", raw=True)
def tail(data):
    return data + b"\n"


@breaks("A 6.1.4-2", raw=True)
def table_head(data):
    return swap(data, b"\nxref\n0", b"\nxref \n0")


@breaks("A 6.1.6-1", raw=True)
def odd(data):
    return re.sub(rb"(/ID \[<[0-9a-f]+)[0-9a-f]>", rb"\1 >", data)


@breaks("A 6.1.6-2", "A 6.1.1-a", "A 6.1.3-1", raw=True)
def no_digit(data):
    return re.sub(rb"(/ID \[<[0-9a-f]+)[0-9a-f]{2}>", rb"\1gg>", data)


@breaks("A 6.1.7-1", raw=True)
def length(data):
    return re.sub(rb"/Length (\d+)(?= >>\nstream\n)", lambda m: b"/Length %d" % (int(m[1]) - 1), data, count=1)


@breaks("A 6.1.7-1", "A 6.1.7-2", raw=True)
def stream_end(data):
    return swap(data, b"\nendstream", b" endstream")


@breaks("A 6.1.7-3")
def external(pdf):
    pdf.Root.X = pdf.make_indirect(Stream(pdf, b"", FFilter=Name.FlateDecode))


@breaks("A 6.1.7-4", raw=True)
def lzw(data):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.Root.X = pdf.make_indirect(Stream(pdf, b"x" * 99, Own=True))
        plain = io.BytesIO()
        pdf.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    # By the bytes: the library would not keep such a filter.
    changed = re.sub(rb"(/Own true /Length \d+ /Filter) /FlateDecode", rb"\1 /LZWDecode  ", plain.getvalue())
    assert changed != plain.getvalue()
    return changed


@breaks("A 6.1.8-1")
def no_text(pdf):
    rename(pdf, b"/ABCDEF+No#ff")


@breaks("A 6.1.9-1", raw=True)
def object_head(data):
    return swap(data, b"\n2 0 obj\n", b"\n2 0 obj ")


@breaks("A 6.1.10-1")
def inline_filter(pdf):
    draw(pdf, b"BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID \x80\x0b\x60 EI")


@breaks("A 6.1.12-1")
def permission(pdf):
    pdf.Root.Perms = Dictionary(X=Dictionary())


@breaks("A 6.1.13-1")
def integer(pdf):
    pdf.Root.X = 2 ** 31


@breaks("A 6.1.13-2")
def real(pdf):
    draw(pdf, b"4" + b"0" * 38 + b".0 w")


@breaks("A 6.1.13-3")
def string(pdf):
    pdf.Root.X = pikepdf.String("x" * 32768)


@breaks("A 6.1.13-4")
def name(pdf):
    pdf.Root.X = Name("/" + "x" * 128)


@breaks("A 6.1.13-5")
def tiny(pdf):
    draw(pdf, b"0." + b"0" * 38 + b"1 w")


@breaks("A 6.1.13-8")
def nesting(pdf):
    draw(pdf, b"q " * 29 + b"Q " * 29)


@breaks("A 6.1.13-11")
def small_page(pdf):
    page(pdf).TrimBox = [0, 0, 2, 2]
