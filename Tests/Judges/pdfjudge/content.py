"""What a page draws: a walk through its content streams and the form XObjects that they call."""

import pikepdf

OPERATORS = set(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg ri "
    "s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()) | {"INLINE IMAGE"}
FILLING = set("f F f* B B* b b*".split())
STROKING = set("S s B B* b b*".split())
SHOWING = set("Tj TJ ' \"".split())
DEVICE = {"g": "Gray", "G": "Gray", "rg": "RGB", "RG": "RGB", "k": "CMYK", "K": "CMYK"}
NAMES = {"/DeviceGray": "Gray", "/G": "Gray", "/DeviceRGB": "RGB", "/RGB": "RGB", "/DeviceCMYK": "CMYK", "/CMYK": "CMYK"}


class Mark:
    """A marked-content sequence (ISO 32000-1, 14.6)."""

    def __init__(self, tag, properties, owner):
        self.tag = tag
        self.properties = properties
        self.mcid = properties.get("/MCID") if properties is not None else None
        self.owner = owner  # the page or form whose stream holds it

    def has(self, key):
        return self.properties is not None and key in self.properties


class Text:
    """A string that is shown."""

    def __init__(self, font, data, mode, marks):
        self.font, self.data, self.mode, self.marks = font, data, mode, tuple(marks)


class Walk:
    """What one page holds, in drawing order."""

    def __init__(self, page, number, pdf):
        self.page, self.number, self.pdf = page, number, pdf
        self.paints = []  # (what, marks)
        self.texts = []
        self.marks = []  # (mark, marks around it)
        self.colours = set()  # device colour spaces that are painted with
        self.unknown = []
        self.missing = []  # resources that are not in the stream's own dictionary
        self.images = []
        self.inline_images = []
        self.forms = []
        self.states = []  # ExtGState dictionaries in use
        self.intents = []
        self.depth = 0
        self.unbalanced = []
        self._run(page, page, [], 0)

    def _run(self, stream, owner, outer, level):
        if level > 20:
            self.unbalanced.append("form XObjects are nested too deep")
            return
        resources = owner.get("/Resources", pikepdf.Dictionary())
        stack, saved = list(outer), []
        state = {"fill": "Gray", "stroke": "Gray", "font": None, "mode": 0}

        def resource(kind, name):
            found = resources.get(kind, pikepdf.Dictionary()).get(str(name))
            if found is None:
                self.missing.append(f"page {self.number}: {kind} {name}")
            return found

        for operands, operator in pikepdf.parse_content_stream(stream):
            op = str(operator)
            if op not in OPERATORS:
                self.unknown.append(op)
            elif op == "q":
                saved.append(dict(state))
                self.depth = max(self.depth, len(saved))
            elif op == "Q":
                if saved:
                    state = saved.pop()
                else:
                    self.unbalanced.append("Q without q")
            elif op in ("BMC", "BDC"):
                properties = operands[1] if op == "BDC" else None
                if isinstance(properties, pikepdf.Name):
                    properties = resource("/Properties", properties)
                mark = Mark(str(operands[0]), properties, owner)
                self.marks.append((mark, tuple(stack)))
                stack.append(mark)
            elif op == "EMC":
                if len(stack) > len(outer):
                    stack.pop()
                else:
                    self.unbalanced.append("EMC without BMC or BDC")
            elif op in DEVICE:
                space = pikepdf.Name(f"/Device{DEVICE[op]}")
                state["fill" if op.islower() else "stroke"] = self._space(space, resources)
            elif op in ("cs", "CS"):
                state["fill" if op == "cs" else "stroke"] = self._space(operands[0], resources)
            elif op == "Tf":
                state["font"] = resource("/Font", operands[0])
            elif op == "Tr":
                state["mode"] = int(operands[0])
            elif op == "gs":
                self.states.append(resource("/ExtGState", operands[0]))
            elif op == "ri":
                self.intents.append(str(operands[0]))
            elif op in SHOWING:
                parts = operands[0] if op == "TJ" else [operands[-1]]
                data = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
                self.texts.append(Text(state["font"], data, state["mode"], stack))
                self._paint("text", stack, state, state["mode"] % 4 in (0, 2), state["mode"] % 4 in (1, 2))
            elif op in FILLING or op in STROKING:
                self._paint("path", stack, state, op in FILLING, op in STROKING)
            elif op == "sh":
                self._paint("shading", stack, state, False, False)
            elif op == "INLINE IMAGE":
                self.inline_images.append(operands[0])
                self._paint("inline image", stack, state, False, False)
            elif op == "Do":
                self._draw(resource("/XObject", operands[0]), stack, state, level)
        if len(stack) != len(outer):
            self.unbalanced.append("a marked-content sequence is not closed")
        if saved:
            self.unbalanced.append("q without Q")

    def _paint(self, what, stack, state, fills, strokes):
        self.paints.append((what, tuple(stack)))
        self.colours |= {state["fill"]} if fills else set()
        self.colours |= {state["stroke"]} if strokes else set()

    def _draw(self, xobject, stack, state, level):
        if xobject is None:
            return
        if xobject.get("/Subtype") == pikepdf.Name.Form:
            self.forms.append(xobject)
            self._run(xobject, xobject, stack, level + 1)
        else:
            self.images.append(xobject)
            self._paint("image", stack, state, bool(xobject.get("/ImageMask", False)), False)
            space = xobject.get("/ColorSpace")
            if space is not None:
                self.colours.add(self._space(space, pikepdf.Dictionary()))

    @staticmethod
    def _space(space, resources):
        """`Gray`, `RGB` or `CMYK` of a device space, which may be the base of an indexed one; otherwise another word."""
        if isinstance(space, pikepdf.Name):
            spaces = resources.get("/ColorSpace", pikepdf.Dictionary())
            if str(space) in NAMES:
                kind = NAMES[str(space)]
                return "other" if f"/Default{kind}" in spaces else kind
            space = spaces.get(str(space))
        if isinstance(space, pikepdf.Array) and len(space) > 1 and str(space[0]) in ("/Indexed", "/I"):
            return Walk._space(space[1], resources)
        return "other"
