"""One file: its bytes, its objects as pikepdf reads them, and what its pages and its structure tree hold."""

import functools
import re
import zlib

import pikepdf

from . import content, structure, syntax


def inherited(page, key):
    """What a page has, or the nodes above it (ISO 32000-1, 7.7.3.4); None where none has it."""
    for _ in range(50):
        if page is None or key in page:
            break
        page = page.get("/Parent")
    return page[key] if page is not None and key in page else None


class Document:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        self.pdf = pikepdf.open(path, suppress_warnings=True)
        self.root = self.pdf.Root

    def close(self):
        self.pdf.close()

    @functools.cached_property
    def objects(self):
        """All indirect objects."""
        return list(self.pdf.objects)

    @functools.cached_property
    def dictionaries(self):
        """All dictionaries and streams, direct ones too, each with the key path that leads to it."""
        found, work = [], [(f"{o.objgen[0]} 0 R", o) for o in self.objects] + [("trailer", self.pdf.trailer)]
        while work:
            path, value = work.pop()
            if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
                found.append((path, value))
                kids = [(f"{path}{key}", value[key]) for key in value.keys()]
            elif isinstance(value, pikepdf.Array):
                kids = [(f"{path}[{i}]", value[i]) for i in range(len(value))]
            else:
                continue
            work += [(p, v) for p, v in kids if isinstance(v, pikepdf.Object) and not v.is_indirect]
        return found

    def typed(self, key, value):
        """The dictionaries whose `key` is the name `value`."""
        return [(p, d) for p, d in self.dictionaries if d.get(key) == pikepdf.Name(value)]

    @functools.cached_property
    def streams(self):
        return [o for o in self.objects if isinstance(o, pikepdf.Stream)]

    @functools.cached_property
    def pages(self):
        """The pages as they are: `Pdf.pages` would hand down what they inherit."""
        found, work, seen = [], [self.root.get("/Pages")], set()
        while work:
            node = work.pop()
            if not isinstance(node, pikepdf.Dictionary) or node.objgen in seen:
                continue
            seen.add(node.objgen)
            if "/Kids" in node:
                work += reversed(list(node.Kids))
            else:
                found.append(node)
        return found

    @functools.cached_property
    def content(self):
        """What the pages draw, in order."""
        return [content.Walk(page, number, self.pdf) for number, page in enumerate(self.pages, 1)]

    @functools.cached_property
    def tree(self):
        """The structure tree; None where there is none."""
        root = self.root.get("/StructTreeRoot")
        return structure.Tree(root, self) if root is not None else None

    @functools.cached_property
    def annotations(self):
        return [(page, a) for page in self.pages for a in page.get("/Annots", [])]

    @functools.cached_property
    def intent(self):
        """The colour space of the PDF/A output intent as the ICC header has it (`RGB `); None where there is none."""
        for item in self.root.get("/OutputIntents", []):
            if item.get("/S") == pikepdf.Name.GTS_PDFA1 and "/DestOutputProfile" in item:
                return item.DestOutputProfile.read_bytes()[16:20]
        return None

    @functools.cached_property
    def raw_objects(self):
        """Offset -> number of the objects outside of object streams, as the cross-reference sections list them."""
        start = int(re.findall(rb"startxref\s+(\d+)", self.bytes)[-1])
        found, free, seen = {}, set(), set()
        while start is not None and start not in seen:
            seen.add(start)
            start = (self._table if self.bytes[start:start + 4] == b"xref" else self._stream)(start, found, free)
        return {offset: number for number, offset in found.items()}

    def _table(self, start, found, free):
        for head in re.finditer(rb"(\d+) (\d+)[ \r\n]+((?:\d{10} \d{5} [nf][ \r\n]{2})*)", self.bytes[start:]):
            first = int(head[1])
            for index, row in enumerate(re.findall(rb"(\d{10}) \d{5} ([nf])", head[3])):
                self._note(first + index, int(row[0]) if row[1] == b"n" else None, found, free)
            if self.bytes[start + head.end():].lstrip().startswith(b"trailer"):
                break
        trailer = self.bytes[self.bytes.index(b"trailer", start):]
        more = re.search(rb"/XRefStm\s+(\d+)", trailer.split(b"startxref")[0])
        if more:
            self._stream(int(more[1]), found, free)
        before = re.search(rb"/Prev\s+(\d+)", trailer.split(b"startxref")[0])
        return int(before[1]) if before else None

    def _stream(self, start, found, free):
        head, data = syntax.stream_at(self.bytes, start)
        if b"FlateDecode" in head:
            data = zlib.decompress(data)
        widths = [int(w) for w in re.search(rb"/W\s*\[\s*(\d+)\s+(\d+)\s+(\d+)", head).groups()]
        columns = sum(widths)
        predictor = re.search(rb"/Predictor\s+(\d+)", head)
        if predictor and int(predictor[1]) >= 10:
            data = syntax.without_png_predictor(data, columns)
        index = re.search(rb"/Index\s*\[([\d\s]+)\]", head)
        size = int(re.search(rb"/Size\s+(\d+)", head)[1])
        ranges = [int(n) for n in index[1].split()] if index else [0, size]
        rows = (data[i:i + columns] for i in range(0, len(data), columns))
        for first, count in zip(ranges[::2], ranges[1::2]):
            for number in range(first, first + count):
                row = next(rows, b"")
                kind = int.from_bytes(row[:widths[0]], "big") if widths[0] else 1
                offset = int.from_bytes(row[widths[0]:widths[0] + widths[1]], "big")
                self._note(number, offset if kind == 1 else None, found, free)
        before = re.search(rb"/Prev\s+(\d+)", head)
        return int(before[1]) if before else None

    @staticmethod
    def _note(number, offset, found, free):
        """The newest section comes first; what it says of a number holds."""
        if number in found or number in free:
            return
        if offset is None:
            free.add(number)
        else:
            found[number] = offset
