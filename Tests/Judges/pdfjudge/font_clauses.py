"""ISO 19005-3, 6.2.11, and ISO 14289-1, 7.21: fonts."""

import re

import pikepdf
from fontTools.ttLib import TTFont

from . import fonts
from .clauses import clause

KINDS = {"Type1", "MMType1", "TrueType", "Type3", "Type0"}
MEASURES = ("/FontName", "/Flags", "/FontBBox", "/ItalicAngle", "/Ascent", "/Descent", "/CapHeight", "/StemV")


@clause("A 6.2.11.2-1")
def font_type(document):
    """A font dictionary says that it is one."""
    for font in fonts.of(document):
        if font.obj.get("/Type") != pikepdf.Name.Font or font.cid_font.get("/Type") != pikepdf.Name.Font:
            yield font.name


@clause("A 6.2.11.2-2")
def font_kind(document):
    """A font is of a kind that ISO 32000-1, 9.5, knows."""
    for font in fonts.of(document):
        kinds = {"CIDFontType0", "CIDFontType2"} if font.is_composite else KINDS
        if font.kind not in KINDS or str(font.cid_font.get("/Subtype", ""))[1:] not in kinds:
            yield font.name


@clause("A 6.2.11.2-3")
def base_font(document):
    """A font has its PostScript name, the same in CIDFont and descriptor; with CFF outlines the font adds its CMap's."""
    for font in fonts.of(document):
        if font.kind == "Type3":
            continue
        name, encoding = fonts.name(font.cid_font.get("/BaseFont")), font.obj.get("/Encoding")
        code_map = encoding.get("/CMapName", "/") if isinstance(encoding, pikepdf.Stream) else encoding
        allowed = [name]
        if str(font.cid_font.get("/Subtype")) == "/CIDFontType0":
            allowed.append(f"{name}-{str(code_map)[1:]}")
        others = [fonts.name(font.descriptor.get("/FontName"))] if font.descriptor is not None else []
        if name == "/?" or fonts.name(font.obj.get("/BaseFont")) not in allowed or others not in ([], [name]):
            yield font.name


@clause("A 6.2.11.2-6")
def simple_widths(document):
    """A simple font has a width for each code from FirstChar to LastChar."""
    for font in fonts.of(document):
        if not font.is_composite:
            first, last = int(font.obj.get("/FirstChar", 0)), int(font.obj.get("/LastChar", -1))
            if len(font.obj.get("/Widths", [])) != last - first + 1 or last < first:
                yield font.name


@clause("A 6.2.11.2-7")
def program_kind(document):
    """A font program in FontFile3 is Type1C, CIDFontType0C or OpenType."""
    for font in fonts.of(document):
        if font.program_key == "/FontFile3" and str(font.descriptor.FontFile3.get("/Subtype"))[1:] not in (
                "Type1C", "CIDFontType0C", "OpenType"):
            yield font.name


@clause("A 6.2.11.2-a")
def sound_program(document):
    """A font program is of the kind that its key says, holds the tables that are needed, and its outlines can be read."""
    for font in fonts.of(document):
        if font.program is None:
            continue
        tables = set("head hhea hmtx maxp loca glyf".split()) if font.program_key == "/FontFile2" else set()
        if isinstance(font.program, TTFont) and tables - set(font.program.keys()):
            yield f"{font.name} lacks {sorted(tables - set(font.program.keys()))}"
            continue
        if font.is_composite and ("CIDFontType2" in str(font.cid_font.Subtype)) != (font.cff is None):
            yield f"{font.name} is of another kind than its program"
            continue
        if not font.is_composite:
            continue
        for glyph in {font.glyph(code) for code in font.visible} - {None}:
            try:
                font.draw(glyph)
            except Exception as error:
                yield f"{font.name}: glyph {glyph}: {type(error).__name__}"


@clause("A 6.2.11.2-b")
def measures(document):
    """A font descriptor has all measures that ISO 32000-1, table 122, wants."""
    for font in fonts.of(document):
        if font.descriptor is not None:
            missing = [key[1:] for key in MEASURES if key not in font.descriptor]
            if missing:
                yield f"{font.name}: {missing}"


@clause("A 6.2.11.3-1", "UA 7.21.3.1-1")
def system_info(document):
    """The CIDSystemInfo of a CIDFont fits the CMap; with Identity any does."""
    for font in fonts.of(document):
        if not font.is_composite:
            continue
        info, encoding = font.cid_font.get("/CIDSystemInfo"), font.obj.get("/Encoding")
        if info is None or not {"/Registry", "/Ordering", "/Supplement"} <= set(info.keys()):
            yield f"{font.name} has no CIDSystemInfo"
        elif isinstance(encoding, pikepdf.Stream):
            other = encoding.get("/CIDSystemInfo", pikepdf.Dictionary())
            if any(info[key] != other.get(key) for key in ("/Registry", "/Ordering")):
                yield font.name


@clause("A 6.2.11.3-2", "UA 7.21.3.2-1")
def glyph_map(document):
    """An embedded CIDFontType2 has a CIDToGIDMap: a stream or Identity."""
    for font in fonts.of(document):
        if font.is_composite and str(font.cid_font.get("/Subtype")) == "/CIDFontType2" and font.program_key:
            value = font.cid_font.get("/CIDToGIDMap")
            if not isinstance(value, pikepdf.Stream) and value != pikepdf.Name.Identity:
                yield font.name


@clause("A 6.2.11.3-3", "UA 7.21.3.3-1")
def code_maps(document):
    """A CMap is embedded or Identity (the other predefined ones are not judged here)."""
    for font in fonts.of(document):
        if font.is_composite and not isinstance(font.obj.get("/Encoding"), pikepdf.Stream) \
                and str(font.obj.get("/Encoding")) not in fonts.IDENTITY:
            yield font.name


def embedded_maps(document):
    """The fonts whose CMap is a stream, with it and its text."""
    for font in fonts.of(document):
        if font.is_composite and isinstance(font.obj.get("/Encoding"), pikepdf.Stream):
            yield font, font.obj.Encoding, font.obj.Encoding.read_bytes()


@clause("A 6.2.11.3-4", "UA 7.21.3.3-2")
def writing_modes(document):
    """The dictionary of a CMap tells the same writing mode as its text."""
    for font, stream, text in embedded_maps(document):
        mode = re.search(rb"/WMode\s+(\d)\s+def", text)
        if int(stream.get("/WMode", 0)) != (int(mode[1]) if mode else 0):
            yield font.name


@clause("A 6.2.11.3-5", "UA 7.21.3.3-3")
def other_maps(document):
    """A CMap uses no other one but a predefined one."""
    for font, stream, text in embedded_maps(document):
        used = re.findall(rb"/([^\s/]+)\s+usecmap", text)
        if any(name not in (b"Identity-H", b"Identity-V") for name in used) or isinstance(
                stream.get("/UseCMap"), pikepdf.Stream):
            yield font.name


@clause("A 6.2.11.3-a")
def map_names(document):
    """A CMap has the same name in its dictionary and its text, and no CID above 65,535 (6.1.13)."""
    for font, stream, text in embedded_maps(document):
        name = re.search(rb"/CMapName\s*/([^\s/]+)\s+def", text)
        if stream.get("/Type") != pikepdf.Name.CMap or not name or name[1].decode() != str(stream.get("/CMapName"))[1:]:
            yield f"{font.name}: name"
        if any(cid > 65535 for cid in font.encoding.values()):
            yield f"{font.name}: CID"


@clause("A 6.2.11.4-1", "UA 7.21.4.1-1")
def embedded(document):
    """The program of every font that is rendered is embedded, once."""
    for font in fonts.of(document):
        if font.kind != "Type3" and font.visible and font.program_key is None:
            yield font.name


@clause("A 6.2.11.4-2", "UA 7.21.4.1-2")
def present_glyphs(document):
    """The program has every glyph that is shown."""
    for font in fonts.of(document):
        if None in font.codes:
            yield f"{font.name}: half a code is shown"
        if font.is_composite and font.program is not None:
            missing = [code for code in font.visible if font.glyph(code) is None]
            if missing:
                yield f"{font.name}: codes {missing[:5]}"


@clause("A 6.2.11.4-4", "UA 7.21.4.2-2")
def listed_glyphs(document):
    """A CIDSet, where there is one, lists all CIDs of the program."""
    for font in fonts.of(document):
        if font.descriptor is not None and "/CIDSet" in font.descriptor and font.program is not None:
            bits = font.descriptor.CIDSet.read_bytes()
            wanted = range(font.glyph_count) if font.map is None else \
                [c for c in range(len(font.map) // 2) if font.map[2 * c:2 * c + 2] != b"\0\0" or c == 0]
            if any(c // 8 >= len(bits) or not bits[c // 8] & 128 >> c % 8 for c in wanted):
                yield font.name


@clause("A 6.2.11.4-a")
def subset_tag(document):
    """A subset bears a tag of six capitals (ISO 32000-1, 9.6.4), and no two subsets of the file the same name."""
    names = {}
    for font in fonts.of(document):
        if font.is_composite:
            if not re.match(r"/[A-Z]{6}\+.", fonts.name(font.obj.get("/BaseFont"))):
                yield font.name
            names.setdefault(fonts.name(font.obj.get("/BaseFont")), set()).add(font.data)
    for name, programs in names.items():
        if len(programs) > 1:
            yield f"{name} names two programs"


@clause("A 6.2.11.5-1", "UA 7.21.5-1")
def consistent_widths(document):
    """Widths in the dictionary are those of the program, to a thousandth of the type size."""
    for font in fonts.of(document):
        if not font.is_composite or font.program is None:
            continue
        for code in font.visible:
            glyph = font.glyph(code)
            if glyph is not None and abs(font.width(code) - font.advance(glyph)) > 1:
                yield f"{font.name}: code {code}: {font.width(code)} instead of {font.advance(glyph):.1f}"


@clause("A 6.2.11.6-3", "UA 7.21.6-3")
def symbolic_encoding(document):
    """A symbolic simple TrueType font has no Encoding; another has MacRoman or WinAnsi."""
    for font in fonts.of(document):
        if font.kind == "TrueType" and font.descriptor is not None:
            symbolic, encoding = int(font.descriptor.get("/Flags", 0)) & 4, font.obj.get("/Encoding")
            base = encoding.get("/BaseEncoding") if isinstance(encoding, pikepdf.Dictionary) else encoding
            if symbolic and encoding is not None or \
                    not symbolic and str(base) not in ("/MacRomanEncoding", "/WinAnsiEncoding"):
                yield font.name


@clause("A 6.2.11.7-1", "UA 7.21.7-1")
def unicode_codes(document):
    """Every code that is shown has a text."""
    for font in fonts.of(document):
        encoded = not font.is_composite and str(font.obj.get("/Encoding")) in (
            "/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding")
        missing = [code for code in font.codes if code is not None and not font.texts.get(code)]
        if missing and not (encoded and not font.texts):
            yield f"{font.name}: codes {sorted(missing)[:5]}"


@clause("A 6.2.11.7-2", "UA 7.21.7-2")
def unicode_values(document):
    """No text of a code holds U+0000, U+FEFF or U+FFFE."""
    for font in fonts.of(document):
        bad = [code for code, text in font.texts.items() if set(text) & {"\0", "\ufeff", "\ufffe"}]
        if bad:
            yield f"{font.name}: codes {bad[:5]}"


@clause("A 6.2.11.7-3")
def private_use(document):
    """What maps to the private use area has an ActualText around it."""
    for font in fonts.of(document):
        spoken = {number for node in (document.tree.nodes if document.tree else []) if "/ActualText" in node.obj
                  for owner, number in node.items}
        for code, marks in font.bare:
            text = font.texts.get(code, "")
            if any(0xE000 <= ord(c) <= 0xF8FF or ord(c) >= 0xF0000 for c in text) and not spoken & set(marks):
                yield f"{font.name}: code {code}"


@clause("A 6.2.11.8-1", "UA 7.21.8-1")
def notdef(document):
    """No text shows the glyph .notdef."""
    for font in fonts.of(document):
        if font.is_composite and font.program is not None and any(
                font.glyph(code) == 0 for code in font.codes if code is not None):
            yield font.name
