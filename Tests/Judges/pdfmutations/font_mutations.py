"""Mutations of ISO 19005-3, 6.2.11, and ISO 14289-1, 7.21."""

import io

from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream

from pdfjudge import content, fonts

from .bench import accepts, both, breaks, draw, font, page, rename, resources


def key(pdf):
    return sorted(page(pdf).Resources.Font.keys())[0].encode()


def hexadecimal(pdf, code):
    return b"<%0*X>" % (2 * fonts.Font(font(pdf)[0]).code_size, code)


def shown(pdf):
    """A code of the first font that the first page shows."""
    used = fonts.Font(font(pdf)[0])
    for text in content.Walk(page(pdf), 1, pdf).texts:
        if text.font == font(pdf)[0]:
            used.use(text)
    return used.visible[0]


def to_unicode(pdf, texts, size):
    lines = [f"<{code:0{2 * size}X}><{text.encode('utf-16-be').hex()}>" for code, text in texts.items()]
    return pdf.make_indirect(Stream(pdf, "\n".join([f"{len(lines)} beginbfchar", *lines, "endbfchar"]).encode()))


def retext(pdf, code, text):
    """Gives a code of the first font another text, or none."""
    top = fonts.Font(font(pdf)[0])
    texts = dict(top.texts)
    texts[code] = text
    font(pdf)[0].ToUnicode = to_unicode(pdf, {c: t for c, t in texts.items() if t is not None}, top.code_size)


def two_bytes(pdf, data=None, **keys):
    """Shows a character in a copy of the first font whose codes are CIDs of two bytes."""
    top, code = fonts.Font(font(pdf)[0]), shown(pdf)
    copy = Dictionary(font(pdf)[0])
    copy.Encoding = Name("/Identity-H")
    copy.ToUnicode = to_unicode(pdf, {top.cid(code): top.texts[code]}, 2)
    for name, value in keys.items():
        copy[f"/{name}"] = value
    resources(pdf, "/Font", Two=pdf.make_indirect(copy))
    draw(pdf, b"BT /Two 9 Tf " + (data or b"<%04X>" % top.cid(code)) + b" Tj ET")


@accepts
def codes_of_two_bytes(pdf):
    two_bytes(pdf)


@breaks("A 6.2.11.2-1")
def no_font(pdf):
    font(pdf)[0].Type = Name.Fnt


@breaks("A 6.2.11.2-2", "A 6.2.11.2-a")
def unknown_kind(pdf):
    font(pdf)[1].Subtype = Name.CIDFontType9


@breaks("A 6.2.11.2-3")
def other_name(pdf):
    font(pdf)[2].FontName = Name("/ABCDEF+Other")


def simple(pdf, **keys):
    """Shows an A in a simple font."""
    entries = dict(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    entries.update(keys)
    resources(pdf, "/Font", Simple=Dictionary(**entries))
    draw(pdf, b"BT /Simple 9 Tf (A) Tj ET")


@breaks("A 6.2.11.2-6", *both("6.2.11.4-1"))
def no_widths(pdf):
    simple(pdf)


@breaks("A 6.2.11.2-7")
def program_kind(pdf):
    descriptor = font(pdf)[2]
    descriptor.FontFile3 = descriptor.FontFile2
    descriptor.FontFile3.Subtype = Name.Foo
    del descriptor["/FontFile2"]


@breaks("A 6.2.11.2-a")
def no_outlines(pdf):
    stream = font(pdf)[2].FontFile2
    program, changed = TTFont(io.BytesIO(stream.read_bytes())), io.BytesIO()
    program["maxp"], program["head"], program["hmtx"], program["hhea"]  # so that they are copied as they are
    del program["glyf"]
    program.save(changed)
    stream.write(changed.getvalue())


@breaks("A 6.2.11.2-b")
def no_measure(pdf):
    del font(pdf)[2]["/StemV"]


@breaks(*both("6.2.11.3-1"))
def no_system(pdf):
    del font(pdf)[1]["/CIDSystemInfo"]


@breaks(*both("6.2.11.3-2"))
def no_glyph_map(pdf):
    del font(pdf)[1]["/CIDToGIDMap"]


@breaks(*both("6.2.11.3-3"))
def predefined(pdf):
    two_bytes(pdf, Encoding=Name("/Made-Up-H"))


def code_map(pdf, text=b"", **keys):
    """Gives the first font a CMap that says that codes are CIDs."""
    size = fonts.Font(font(pdf)[0]).code_size
    span = b"<%s><%s>" % (b"00" * size, b"FF" * size)
    stream = Stream(pdf, b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap /CMapName/Own def /CMapType 1 def "
                    b"/WMode 0 def " + text + b" 1 begincodespacerange " + span + b" endcodespacerange "
                    b"1 begincidrange " + span + b"0 endcidrange endcmap end end",
                    Type=Name.CMap, CMapName=Name.Own, CIDSystemInfo=font(pdf)[1].CIDSystemInfo, WMode=0)
    for name, value in keys.items():
        stream[f"/{name}"] = value
    font(pdf)[0].Encoding = pdf.make_indirect(stream)


@breaks(*both("6.2.11.3-4"))
def writing_mode(pdf):
    code_map(pdf, WMode=1)


@breaks(*both("6.2.11.3-5"))
def other_map(pdf):
    code_map(pdf, b"/Foreign usecmap")


@breaks("A 6.2.11.3-a")
def map_name(pdf):
    code_map(pdf, CMapName=Name.Other)


@breaks(*both("6.2.11.3-1"))
def map_system(pdf):
    code_map(pdf, CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Japan1", Supplement=0))


@accepts
def own_map(pdf):
    code_map(pdf)


@breaks(*both("6.2.11.4-1"))
def not_embedded(pdf):
    del font(pdf)[2]["/FontFile2"]


@breaks(*both("6.2.11.4-2"), *both("6.2.11.7-1"))
def missing_glyph(pdf):
    two_bytes(pdf, b"<FFF0>")


@breaks(*both("6.2.11.4-2"))
def half_code(pdf):
    two_bytes(pdf, b"<00>")


@breaks(*both("6.2.11.4-4"))
def glyph_set(pdf):
    font(pdf)[2].CIDSet = pdf.make_indirect(Stream(pdf, b"\x80"))


@breaks("A 6.2.11.4-a")
def no_tag(pdf):
    rename(pdf, b"/NotoSans")


@breaks(*both("6.2.11.5-1"))
def width(pdf):
    top = fonts.Font(font(pdf)[0])
    code = shown(pdf)
    font(pdf)[1].W = Array(list(font(pdf)[1].W) + [top.cid(code), Array([top.width(code) + 2])])


@breaks(*both("6.2.11.6-3"))
def symbolic(pdf):
    descriptor = Dictionary(font(pdf)[2])
    descriptor.Flags = 4
    simple(pdf, Subtype=Name.TrueType, BaseFont=descriptor.FontName, FontDescriptor=descriptor, FirstChar=65, LastChar=65,
           Widths=Array([600]))


@breaks(*both("6.2.11.7-1"))
def no_text(pdf):
    retext(pdf, shown(pdf), None)


@breaks(*both("6.2.11.7-1"))
def no_unicode(pdf):
    del font(pdf)[0]["/ToUnicode"]


@breaks(*both("6.2.11.7-2"))
def mark(pdf):
    retext(pdf, shown(pdf), "\ufeff")


@breaks(*both("6.2.11.7-2"))
def null(pdf):
    retext(pdf, shown(pdf), "\0")


@breaks("A 6.2.11.7-3")
def private(pdf):
    retext(pdf, shown(pdf), "\ue000")


@accepts
def private_but_told(pdf):
    retext(pdf, 1, "\ue000")
    draw(pdf, b"/Span <</ActualText (x)>> BDC BT 3 Tr " + key(pdf) + b" 9 Tf " + hexadecimal(pdf, 1) + b" Tj ET EMC")


@breaks(*both("6.2.11.8-1"))
def notdef(pdf):
    retext(pdf, 0, " ")
    draw(pdf, b"BT 3 Tr " + key(pdf) + b" 9 Tf " + hexadecimal(pdf, 0) + b" Tj ET")
