"""What the mutations work with."""

import re

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

MUTATIONS = []
"""(the clauses that must be named, function, whether it takes bytes)"""
ACCEPTED = []
"""Functions that change a file within the standards: nothing may be named."""


def breaks(*names, raw=False):
    """Registers a function that breaks these clauses of a pikepdf.Pdf, or of the bytes of a plain file."""
    def register(function):
        MUTATIONS.append((names, function, raw))
        return function
    return register


def accepts(function):
    ACCEPTED.append(function)
    return function


def both(clause):
    """A clause of PDF/A with the one of PDF/UA that says the same."""
    return {"6.2.11.3-1": ("A 6.2.11.3-1", "UA 7.21.3.1-1"), "6.2.11.3-2": ("A 6.2.11.3-2", "UA 7.21.3.2-1"),
            "6.2.11.3-3": ("A 6.2.11.3-3", "UA 7.21.3.3-1"), "6.2.11.3-4": ("A 6.2.11.3-4", "UA 7.21.3.3-2"),
            "6.2.11.3-5": ("A 6.2.11.3-5", "UA 7.21.3.3-3"), "6.2.11.4-1": ("A 6.2.11.4-1", "UA 7.21.4.1-1"),
            "6.2.11.4-2": ("A 6.2.11.4-2", "UA 7.21.4.1-2"), "6.2.11.4-4": ("A 6.2.11.4-4", "UA 7.21.4.2-2"),
            "6.2.11.5-1": ("A 6.2.11.5-1", "UA 7.21.5-1"), "6.2.11.6-3": ("A 6.2.11.6-3", "UA 7.21.6-3"),
            "6.2.11.7-1": ("A 6.2.11.7-1", "UA 7.21.7-1"), "6.2.11.7-2": ("A 6.2.11.7-2", "UA 7.21.7-2"),
            "6.2.11.8-1": ("A 6.2.11.8-1", "UA 7.21.8-1")}[clause]


def page(pdf):
    return pdf.pages[0].obj


def draw(pdf, operators, artifact=True):
    """Adds operators to the first page."""
    data = b"/Artifact BMC " + operators + b" EMC" if artifact else operators
    pdf.pages[0].contents_add(Stream(pdf, b"\n" + data + b"\n"))


def rewrite(stream, old, new, count=1):
    data = stream.read_bytes()
    assert old in data, old
    stream.write(data.replace(old, new, count))


def resources(pdf, kind, **entries):
    """Adds resources to the first page."""
    holder = page(pdf).Resources
    if kind not in holder:
        holder[kind] = Dictionary()
    for name, value in entries.items():
        holder[kind][f"/{name}"] = value


def elements(pdf, *kinds):
    return [o for o in pdf.objects if isinstance(o, Dictionary) and "/P" in o and str(o.get("/S"))[1:] in kinds]


def leaf(pdf, kind="P", number=0):
    """An element whose only content is one marked-content sequence on the first page."""
    found = [e for e in elements(pdf, kind) if isinstance(e.get("/K"), int) and e.get("/Pg") == page(pdf)]
    return found[number]


def document(pdf):
    return elements(pdf, "Document")[0]


def add(pdf, parent, kind, *kids, **keys):
    """Adds an element behind the kids of another one; `kids` are made by `nested`."""
    element = pdf.make_indirect(Dictionary(S=Name(f"/{kind}"), P=parent, **keys))
    before = parent.get("/K", Array())
    parent.K = Array(list(before) if isinstance(before, Array) else [before])
    parent.K.append(element)
    for inner in kids:
        add(pdf, element, inner[0], *inner[1:])
    if kind == "TH" and "/A" not in element:
        element.A = Dictionary(O=Name.Table, Scope=Name.Column)
    return element


def next_key(pdf, value):
    """Takes the next key of the parent tree for an element or an array of elements."""
    root = pdf.Root.StructTreeRoot
    key = int(root.ParentTreeNextKey)
    root.ParentTreeNextKey = key + 1
    root.ParentTree.Nums.append(key)
    root.ParentTree.Nums.append(value)
    return key


def annotation(pdf, kind="Text", element="Annot", **keys):
    """Adds an annotation that both standards accept; returns it with its element."""
    a = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=[10, 10, 20, 20], F=4, Contents=String("x")))
    if kind not in ("Popup", "Link"):
        a.AP = Dictionary(N=Stream(pdf, b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 10, 10]))
    holder = None
    if element:
        holder = add(pdf, document(pdf), element)
        holder.K = Dictionary(Type=Name.OBJR, Obj=a, Pg=page(pdf))
        a.StructParent = next_key(pdf, holder)
    for key, value in keys.items():
        a[f"/{key}"] = value
    page(pdf).Annots = Array([a])
    page(pdf).Tabs = Name.S
    return a, holder


def image(pdf, **keys):
    """Adds an image of one grey pixel and draws it."""
    picture = Stream(pdf, b"\x80", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8,
                     ColorSpace=Name.DeviceGray)
    for key, value in keys.items():
        picture[f"/{key}"] = value
    resources(pdf, "/XObject", Picture=picture)
    draw(pdf, b"/Picture Do")
    return picture


def form(pdf, data=b"0 0 1 1 re f", **keys):
    """Adds a form and draws it."""
    shape = Stream(pdf, data, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 10, 10], Resources=Dictionary())
    for key, value in keys.items():
        shape[f"/{key}"] = value
    resources(pdf, "/XObject", Shape=pdf.make_indirect(shape))
    return shape


def font(pdf):
    """The first font of the first page, its CIDFont and its descriptor."""
    fonts = page(pdf).Resources.Font
    top = fonts[sorted(fonts.keys())[0]]
    return top, top.DescendantFonts[0], top.DescendantFonts[0].FontDescriptor


def rename(pdf, name):
    """Gives the first font another name everywhere."""
    for holder, key in zip(font(pdf), ("/BaseFont", "/BaseFont", "/FontName")):
        holder[key] = pikepdf.Object.parse(name)


def metadata(pdf, old, new, count=1):
    rewrite(pdf.Root.Metadata, old, new, count)


def metadata_pattern(pdf, pattern, new):
    data = pdf.Root.Metadata.read_bytes()
    changed = re.sub(pattern, new, data, count=1, flags=re.S)
    assert changed != data
    pdf.Root.Metadata.write(changed)
