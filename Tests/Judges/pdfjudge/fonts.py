"""A font as the pages use it: codes, glyphs, widths and texts."""

import functools
import io
import re

import pikepdf
from fontTools import cffLib
from fontTools.pens.basePen import NullPen
from fontTools.ttLib import TTFont

from . import syntax

IDENTITY = ("/Identity-H", "/Identity-V")


def name(value):
    """A name with its slash, escapes as they are: a damaged one is no text."""
    return value.unparse().decode("latin-1") if isinstance(value, pikepdf.Name) else "/?"


class Font:
    def __init__(self, obj):
        self.obj = obj
        self.kind = str(obj.get("/Subtype", ""))[1:]
        self.name = f"{name(obj.get('/BaseFont'))[1:]} ({self.kind})"
        self.is_composite = self.kind == "Type0"
        self.cid_font = obj.DescendantFonts[0] if self.is_composite else obj
        self.descriptor = self.cid_font.get("/FontDescriptor")
        self.codes = {}  # code -> whether one of its uses is visible
        self.bare = set()  # codes that are used outside of an ActualText

    def use(self, text):
        size = self.code_size
        if len(text.data) % size:
            self.codes[None] = True
        spoken = any(mark.has("/ActualText") for mark in text.marks)
        for place in range(0, len(text.data) - size + 1, size):
            code = int.from_bytes(text.data[place:place + size], "big")
            self.codes[code] = self.codes.get(code, False) or text.mode != 3
            if not spoken:
                self.bare.add((code, tuple(mark.mcid for mark in text.marks if mark.mcid is not None)))

    @property
    def visible(self):
        return sorted(code for code, seen in self.codes.items() if seen and code is not None)

    @functools.cached_property
    def program_key(self):
        keys = [k for k in ("/FontFile", "/FontFile2", "/FontFile3") if self.descriptor is not None and k in self.descriptor]
        return keys[0] if len(keys) == 1 else None

    @functools.cached_property
    def data(self):
        return self.descriptor[self.program_key].read_bytes() if self.program_key else None

    @functools.cached_property
    def program(self):
        """The parsed font program; None for kinds that are not read here (Type 1)."""
        if self.data is None or self.program_key == "/FontFile":
            return None
        if self.program_key == "/FontFile3" and self.data[:1] == b"\x01":
            fonts = cffLib.CFFFontSet()
            fonts.decompile(io.BytesIO(self.data), None)
            return fonts[0]
        return TTFont(io.BytesIO(self.data), lazy=True)

    @functools.cached_property
    def cff(self):
        if isinstance(self.program, TTFont):
            return self.program["CFF "].cff[0] if "CFF " in self.program else None
        return self.program

    @functools.cached_property
    def glyph_count(self):
        return len(self.cff.CharStrings) if self.cff is not None else self.program["maxp"].numGlyphs

    @functools.cached_property
    def map(self):
        """The CIDToGIDMap as bytes; None for Identity."""
        value = self.cid_font.get("/CIDToGIDMap")
        return value.read_bytes() if isinstance(value, pikepdf.Stream) else None

    @functools.cached_property
    def code_size(self):
        """The bytes of a code; CMaps with codes of several lengths are not read here."""
        if not self.is_composite:
            return 1
        stream = self.obj.get("/Encoding")
        if not isinstance(stream, pikepdf.Stream):
            return 2
        spaces = re.findall(rb"begincodespacerange(.*?)endcodespacerange", stream.read_bytes(), re.S)
        sizes = {len(code) // 2 for space in spaces for code in re.findall(rb"<([0-9A-Fa-f]+)>", space)}
        if len(sizes) != 1:
            raise ValueError("a CMap has codes of several lengths")
        return sizes.pop()

    @functools.cached_property
    def encoding(self):
        """Code -> CID of an embedded CMap; None for Identity."""
        stream = self.obj.get("/Encoding")
        return code_map(stream.read_bytes()) if isinstance(stream, pikepdf.Stream) else None

    def cid(self, code):
        return code if self.encoding is None else self.encoding.get(code, 0)

    def glyph(self, code):
        """The glyph that a code of a composite font shows; None where the program has none."""
        cid = self.cid(code)
        if self.cff is not None and hasattr(self.cff, "ROS"):
            names = self.cff.charset
            name = ".notdef" if cid == 0 else f"cid{cid:05d}"
            return names.index(name) if name in names else None
        if self.map is not None:
            glyph = int.from_bytes(self.map[2 * cid:2 * cid + 2], "big") if 2 * cid + 2 <= len(self.map) else 0
        else:
            glyph = cid
        return glyph if glyph < self.glyph_count else None

    def advance(self, glyph):
        """The advance in the program, in thousandths of the type size."""
        if isinstance(self.program, TTFont):
            order = self.program.getGlyphOrder()
            return self.program["hmtx"][order[glyph]][0] * 1000 / self.program["head"].unitsPerEm
        shape = self.cff.CharStrings[self.cff.charset[glyph]]
        shape.draw(NullPen())
        return shape.width * (self.cff.FontMatrix[0] * 1000 if hasattr(self.cff, "FontMatrix") else 1)

    def draw(self, glyph):
        """Reads the outline; raises where it is damaged."""
        if self.cff is not None:
            self.cff.CharStrings[self.cff.charset[glyph]].draw(NullPen())
        else:
            name = self.program.getGlyphOrder()[glyph]
            self.program["glyf"][name].getCoordinates(self.program["glyf"])

    @functools.cached_property
    def widths(self):
        """CID -> width of a composite font, as `/W` has it."""
        found, entries, place = {}, list(self.cid_font.get("/W", [])), 0
        while place + 1 < len(entries):
            first = int(entries[place])
            if isinstance(entries[place + 1], pikepdf.Array):
                found.update({first + i: float(w) for i, w in enumerate(entries[place + 1])})
                place += 2
            else:
                found.update({code: float(entries[place + 2]) for code in range(first, int(entries[place + 1]) + 1)})
                place += 3
        return found

    def width(self, code):
        return self.widths.get(self.cid(code), float(self.cid_font.get("/DW", 1000)))

    @functools.cached_property
    def texts(self):
        """Code -> text, as the ToUnicode CMap has it; empty without one."""
        stream = self.obj.get("/ToUnicode")
        return unicode_map(stream.read_bytes()) if isinstance(stream, pikepdf.Stream) else {}


def code_map(data):
    """The entries of a CMap to CIDs (ISO 32000-1, 9.7.5.4)."""
    found, pending, block = {}, [], None
    for kind, token in syntax.tokens(data):
        if token in (b"begincidchar", b"begincidrange"):
            block, pending = token, []
        elif token in (b"endcidchar", b"endcidrange") and block:
            step = 2 if block == b"begincidchar" else 3
            for place in range(0, len(pending) - step + 1, step):
                first, last = int(pending[place][1:-1], 16), int(pending[place + step - 2][1:-1], 16)
                for code in range(first, min(last, first + 65535) + 1):
                    found[code] = int(pending[place + step - 1]) + code - first
            block = None
        elif block:
            pending.append(token)
    return found


def unicode_map(data):
    """The entries of a CMap to Unicode (ISO 32000-1, 9.10.3)."""
    found, pending, block = {}, [], None

    def text(raw):
        return bytes.fromhex(re.sub(rb"[^0-9A-Fa-f]", b"", raw).decode())

    for kind, token in syntax.tokens(data):
        if token in (b"beginbfchar", b"beginbfrange"):
            block, pending = token, []
        elif token == b"endbfchar":
            for code, value in zip(pending[::2], pending[1::2]):
                found[int.from_bytes(text(code), "big")] = text(value).decode("utf-16-be", "replace")
            block = None
        elif token == b"endbfrange":
            place = 0
            while place + 2 < len(pending):
                first, last = (int.from_bytes(text(t), "big") for t in pending[place:place + 2])
                if pending[place + 2] == b"[":
                    end = pending.index(b"]", place)
                    values = [text(t) for t in pending[place + 3:end]]
                    place = end + 1
                else:
                    start = text(pending[place + 2])
                    values = [start[:-2] + (int.from_bytes(start[-2:], "big") + i & 0xFFFF).to_bytes(2, "big")
                              for i in range(min(last - first, 65535) + 1)]
                    place += 3
                for offset, value in enumerate(values[:last - first + 1]):
                    found[first + offset] = value.decode("utf-16-be", "replace")
            block = None
        elif block:
            pending.append(token)
    return found


def of(document):
    """The fonts that the pages use."""
    cached = document.__dict__.get("_fonts")
    if cached is None:
        found = {}
        for walk in document.content:
            for text in walk.texts:
                if text.font is not None:
                    key = text.font.objgen if text.font.is_indirect else id(text.font)
                    if key not in found:
                        found[key] = Font(text.font)
                    found[key].use(text)
        cached = document._fonts = list(found.values())
    return cached
