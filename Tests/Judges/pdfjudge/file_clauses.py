"""ISO 19005-3, 6.1: the file."""

import re
import zlib

import pikepdf

from . import syntax
from .clauses import clause
from .document import inherited
from .structure import flat

FILTERS = set("ASCIIHexDecode ASCII85Decode FlateDecode RunLengthDecode CCITTFaxDecode JBIG2Decode DCTDecode JPXDecode".split())
INLINE_FILTERS = FILTERS - {"JBIG2Decode", "JPXDecode"} | {"AHx", "A85", "Fl", "RL", "CCF", "DCT"}


def raw_parts(document):
    """Where and tokens: of objects outside of streams, of object streams and of content streams."""
    for offset, number in document.raw_objects.items():
        yield f"object {number}", syntax.tokens(document.bytes, offset, end_at_stream=True)
        if b"/ObjStm" in document.bytes[offset:document.bytes.find(b"stream", offset)][:400]:
            head, data = syntax.stream_at(document.bytes, offset)
            yield f"object stream {number}", syntax.tokens(zlib.decompress(data) if b"/FlateDecode" in head else data)
    for match in re.finditer(rb"(?<=[\r\n])trailer(?=[\s<])", document.bytes):
        yield "trailer", syntax.tokens(document.bytes[match.end():document.bytes.find(b"startxref", match.end())])
    for page in document.pages:
        for part in flat(page.get("/Contents")):
            yield f"content stream {part.objgen[0]}", syntax.tokens(part.read_bytes())


def all_tokens(document):
    cached = document.__dict__.get("_tokens")
    if cached is None:
        cached = document._tokens = [(where, kind, text) for where, part in raw_parts(document) for kind, text in part]
    return cached


@clause("A 6.1.1-a")
def readable(document):
    """A conforming file is a PDF 1.7 file that a strict reader opens without a complaint."""
    for warning in document.pdf.get_warnings():
        yield str(warning)
    for walk in document.content:
        yield from (f"page {walk.number}: {problem}" for problem in walk.unbalanced)


@clause("A 6.1.2-1")
def header(document):
    """The header is at byte 0 and reads %PDF-1.n, n from 0 to 7, with one end-of-line marker."""
    if not re.match(rb"%PDF-1\.[0-7](\r\n|\r|\n)", document.bytes):
        yield f"begins with {document.bytes[:10]!r}"


@clause("A 6.1.2-2")
def binary_comment(document):
    """A comment of at least four bytes above 127 follows the header at once."""
    if not re.match(rb"%PDF-\d\.\d(\r\n|\r|\n)%[\x80-\xff]{4}", document.bytes):
        yield f"the second line begins with {document.bytes[9:15]!r}"


@clause("A 6.1.3-1")
def identifier(document):
    """The trailer holds an ID of two byte strings (ISO 32000-1, 14.4)."""
    value = document.pdf.trailer.get("/ID")
    if not isinstance(value, pikepdf.Array) or len(value) != 2 or not all(len(bytes(part)) for part in value):
        yield "the trailer has no ID of two strings"


@clause("A 6.1.3-2", "UA 7.16-1")
def encryption(document):
    """The file is not encrypted."""
    if "/Encrypt" in document.pdf.trailer or document.pdf.is_encrypted:
        yield "the trailer has Encrypt"


@clause("A 6.1.3-3")
def end(document):
    """Nothing but one end-of-line marker follows the last end-of-file marker."""
    tail = document.bytes[document.bytes.rfind(b"%%EOF"):]
    if tail not in (b"%%EOF", b"%%EOF\n", b"%%EOF\r", b"%%EOF\r\n"):
        yield f"{len(tail) - 5} bytes follow"


@clause("A 6.1.4-2")
def table(document):
    """The keyword xref and the head of the section are parted by one end-of-line marker."""
    for match in re.finditer(rb"(?<![a-z])xref([^\d]*)(\d+)([^\d]+)\d+", document.bytes):
        if int.from_bytes(match[1], "big") not in (10, 13, 0x0D0A) or match[3] != b" ":
            yield f"the table at {match.start()}"


@clause("A 6.1.6-1")
def even_hexadecimals(document):
    """A hexadecimal string has an even number of digits."""
    for where, kind, text in all_tokens(document):
        if kind == "hex" and len(re.sub(rb"[\s\x00<>]", b"", text)) % 2:
            yield where


@clause("A 6.1.6-2")
def only_hexadecimals(document):
    """A hexadecimal string has no characters but digits, A to F and white space."""
    for where, kind, text in all_tokens(document):
        if kind == "hex" and not re.fullmatch(rb"<[0-9A-Fa-f\s\x00]*>", text):
            yield where


def raw_streams(document):
    """The offsets of objects that are streams, and of their keywords."""
    for offset in document.raw_objects:
        start = document.bytes.find(b"stream", offset)
        stop = document.bytes.find(b"endobj", offset)
        if 0 <= start < stop or (start >= 0 and stop < 0):
            yield offset, start


@clause("A 6.1.7-1")
def lengths(document):
    """The Length of a stream is the number of its bytes, up to the end-of-line marker before endstream."""
    for offset, start in raw_streams(document):
        length = re.search(rb"/Length\s+(\d+)(?!\s+\d+\s+R)", document.bytes[offset:start])
        reference = re.search(rb"/Length\s+(\d+)\s+(\d+)\s+R", document.bytes[offset:start])
        size = int(document.pdf.get_object((int(reference[1]), int(reference[2])))) if reference else \
            int(length[1]) if length else -1
        begin = start + (8 if document.bytes[start + 6:start + 8] == b"\r\n" else 7)
        if size < 0 or not re.match(rb"(\r\n|\r|\n)?endstream", document.bytes[begin + size:begin + size + 11]):
            yield f"the stream at {offset}"


@clause("A 6.1.7-2")
def stream_keywords(document):
    """The keyword stream is followed by LF or CR LF, and endstream preceded by an end-of-line marker."""
    for offset, start in raw_streams(document):
        if document.bytes[start + 6:start + 7] != b"\n" and document.bytes[start + 6:start + 8] != b"\r\n":
            yield f"stream at {start}"
        stop = document.bytes.find(b"endstream", start)
        if stop < 0 or document.bytes[stop - 1:stop] not in (b"\n", b"\r"):
            yield f"endstream at {stop}"


@clause("A 6.1.7-3")
def external_streams(document):
    """No stream lies outside of the file: no F, FFilter or FDecodeParms."""
    for stream in document.streams:
        for key in ("/F", "/FFilter", "/FDecodeParms"):
            if key in stream:
                yield f"object {stream.objgen[0]} has {key[1:]}"


def filters(value):
    names = [value] if isinstance(value, pikepdf.Name) else list(value or [])
    return [str(name)[1:] for name in names]


@clause("A 6.1.7-4")
def stream_filters(document):
    """Streams use the filters of ISO 32000-1, table 6, but not LZWDecode, and Crypt only with Identity."""
    for stream in document.streams:
        for name in filters(stream.get("/Filter")):
            if name not in FILTERS:
                yield f"object {stream.objgen[0]} uses {name}"


@clause("A 6.1.8-1")
def names_as_text(document):
    """Names of fonts, colourants and structure types are UTF-8."""
    for path, value in document.dictionaries:
        keys = [k for k in ("/BaseFont", "/FontName", "/S") if isinstance(value.get(k), pikepdf.Name)]
        for key in keys:
            if key == "/S" and "/P" not in value:
                continue
            try:
                name = value[key].unparse()
                re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), name).decode("utf-8")
            except UnicodeDecodeError:
                yield f"{path}{key}"


@clause("A 6.1.9-1")
def object_keywords(document):
    """Number, generation, obj and endobj stand as they should: single spaces, and end-of-line markers around."""
    for offset, number in document.raw_objects.items():
        before = document.bytes[offset - 1:offset]
        if before not in (b"\n", b"\r") or not re.match(rb"%d \d+ obj[\r\n]" % number, document.bytes[offset:offset + 30]):
            yield f"object {number} at {offset}"
        stop = document.bytes.find(b"endobj", offset)
        if stop < 0 or document.bytes[stop - 1:stop] not in (b"\n", b"\r") or \
                document.bytes[stop + 6:stop + 7] not in (b"\n", b"\r"):
            yield f"endobj of object {number}"


@clause("A 6.1.10-1")
def inline_filters(document):
    """Inline images do not use LZW, Crypt or an unknown filter."""
    for walk in document.content:
        for image in walk.inline_images:
            for name in filters(image.obj.get("/F", image.obj.get("/Filter"))):
                if name not in INLINE_FILTERS:
                    yield f"page {walk.number}: {name}"


@clause("A 6.1.12-1")
def permissions(document):
    """The permissions dictionary holds nothing but UR3 and DocMDP."""
    for key in document.root.get("/Perms", pikepdf.Dictionary()).keys():
        if key not in ("/UR3", "/DocMDP"):
            yield key[1:]


@clause("A 6.1.13-1")
def integers(document):
    """Integers fit into 32 bits."""
    for where, kind, text in all_tokens(document):
        if kind == "word" and re.fullmatch(rb"[+-]?\d+", text) and not -2 ** 31 <= int(text) < 2 ** 31:
            yield f"{where}: {text.decode()}"


@clause("A 6.1.13-2")
def reals(document):
    """Reals are within 3.403e38."""
    for where, kind, text in all_tokens(document):
        if kind == "word" and b"." in text and syntax.NUMBER.match(text) and abs(float(text)) > 3.403e38:
            yield where


@clause("A 6.1.13-3")
def long_strings(document):
    """Strings have at most 32,767 bytes."""
    for where, kind, text in all_tokens(document):
        size = len(text) if kind == "string" else len(text) // 2 if kind == "hex" else 0
        if size > 32767 + (text.count(b"\\") if kind == "string" else 0):
            yield f"{where}: {size} bytes"


@clause("A 6.1.13-4")
def long_names(document):
    """Names have at most 127 bytes."""
    for where, kind, text in all_tokens(document):
        if kind == "name" and len(re.sub(rb"#[0-9A-Fa-f]{2}", b"x", text)) - 1 > 127:
            yield where


@clause("A 6.1.13-5")
def tiny_reals(document):
    """A real is 0 or not closer to 0 than 1.175e-38."""
    for where, kind, text in all_tokens(document):
        if kind == "word" and b"." in text and syntax.NUMBER.match(text) and 0 < abs(float(text)) < 1.175e-38:
            yield where


@clause("A 6.1.13-7")
def object_count(document):
    """There are at most 8,388,607 indirect objects."""
    if len(document.objects) > 8388607:
        yield f"{len(document.objects)}"


@clause("A 6.1.13-8")
def state_nesting(document):
    """q and Q nest at most 28 deep."""
    for walk in document.content:
        if walk.depth > 28:
            yield f"page {walk.number}: {walk.depth}"


@clause("A 6.1.13-11")
def page_sizes(document):
    """Page boundaries are 3 to 14,400 units long."""
    for number, page in enumerate(document.pages, 1):
        for key in ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
            box = [float(v) for v in inherited(page, key) or []]
            sides = (abs(box[2] - box[0]), abs(box[3] - box[1])) if len(box) == 4 else (0, 0)
            if (box or key == "/MediaBox") and not all(3 <= side <= 14400 for side in sides):
                yield f"page {number}: {key[1:]}"
