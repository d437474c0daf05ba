"""ISO 19005-3, 6.3 to 6.5 and 6.8 to 6.11, with their kin in ISO 14289-1: annotations, forms, actions, embedded files."""

import re

import pikepdf

from .clauses import clause
from .document import inherited
from .structure import flat

ANNOTATIONS = set("Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret "
                  "Ink Popup FileAttachment Widget PrinterMark TrapNet Watermark Redact".split())
ACTIONS = set("GoTo GoToR GoToE Thread URI Named SubmitForm".split())
RELATIONS = set("Source Data Alternative Supplement Unspecified".split())


def kind(annotation):
    return str(annotation.get("/Subtype", "/none"))[1:]


@clause("A 6.3.1-1")
def annotation_types(document):
    """Annotations are of the types of ISO 32000-1 without 3D, Sound, Screen and Movie."""
    return (kind(a) for page, a in document.annotations if kind(a) not in ANNOTATIONS)


@clause("A 6.3.2-1")
def annotation_flags(document):
    """Every annotation but a popup has flags."""
    return (kind(a) for page, a in document.annotations if kind(a) != "Popup" and "/F" not in a)


@clause("A 6.3.2-2")
def annotation_visibility(document):
    """Annotations print, and are not hidden, invisible or without view."""
    return (kind(a) for page, a in document.annotations if "/F" in a and int(a.F) & 0x127 != 4)


@clause("A 6.3.3-1")
def appearances(document):
    """Every annotation with an area has an appearance, but for popups and links."""
    for page, a in document.annotations:
        box = [float(v) for v in a.get("/Rect", [0, 0, 0, 0])]
        if (box[0] != box[2] or box[1] != box[3]) and kind(a) not in ("Popup", "Link") and "/AP" not in a:
            yield kind(a)


@clause("A 6.3.3-2")
def appearance_keys(document):
    """An appearance is a normal one and nothing else."""
    for page, a in document.annotations:
        if "/AP" in a and (set(a.AP.keys()) != {"/N"} or not (
                isinstance(a.AP.N, pikepdf.Stream) or kind(a) == "Widget" and str(a.get("/FT")) == "/Btn")):
            yield kind(a)


@clause("A 6.4.1-1")
def widget_actions(document):
    """Widgets have no actions."""
    return (kind(a) for page, a in document.annotations if kind(a) == "Widget" and ("/A" in a or "/AA" in a))


@clause("A 6.4.1-2")
def field_actions(document):
    """Form fields have no additional actions."""
    return (path for path, value in document.dictionaries if "/FT" in value and "/AA" in value
            and kind(value) != "Widget")


@clause("A 6.4.1-3")
def made_appearances(document):
    """The form does not ask readers to make appearances."""
    if document.root.get("/AcroForm", pikepdf.Dictionary()).get("/NeedAppearances", False):
        yield "NeedAppearances is true"


@clause("A 6.4.2-1", "UA 7.15-1")
def xfa(document):
    """There is no XFA form."""
    if "/XFA" in document.root.get("/AcroForm", pikepdf.Dictionary()):
        yield "AcroForm has XFA"


@clause("A 6.4.2-2")
def rendering(document):
    """The catalogue has no NeedsRendering."""
    if document.root.get("/NeedsRendering", False):
        yield "NeedsRendering is true"


@clause("A 6.4.3-1")
def byte_ranges(document):
    """A signature covers the whole file but itself."""
    signatures = [(p, d) for p, d in document.dictionaries if "/ByteRange" in d and "/Contents" in d]
    for path, signature in signatures:
        numbers = [int(v) for v in signature.ByteRange]
        size = max(sum(part) for part in zip(numbers[::2], numbers[1::2]))
        if len(numbers) != 4 or numbers[0] != 0 or size > len(document.bytes):
            yield path
    if signatures and not any(sum(int(v) for v in list(s.ByteRange)[2:]) == len(document.bytes) for p, s in signatures):
        yield "none covers the file to its end"


@clause("A 6.5.1-1")
def actions(document):
    """Actions are GoTo, GoToR, GoToE, Thread, URI, Named or SubmitForm."""
    for path, value in document.dictionaries:
        for key in ("/A", "/OpenAction", "/Next"):
            for action in flat(value.get(key)):
                if isinstance(action, pikepdf.Dictionary) and isinstance(action.get("/S"), pikepdf.Name) \
                        and "/O" not in action and str(action.S)[1:] not in ACTIONS:
                    yield f"{path}{key}: {action.S}"
    if "/JavaScript" in document.root.get("/Names", pikepdf.Dictionary()):
        yield "the name dictionary has JavaScript"


@clause("A 6.5.1-2")
def named_actions(document):
    """Named actions are those that turn pages."""
    for path, value in document.dictionaries:
        if str(value.get("/S")) == "/Named" and str(value.get("/N"))[1:] not in (
                "NextPage", "PrevPage", "FirstPage", "LastPage"):
            yield f"{path}: {value.get('/N')}"


@clause("A 6.5.2-1")
def catalogue_actions(document):
    """The catalogue has no additional actions."""
    if "/AA" in document.root:
        yield "AA"


@clause("A 6.5.2-2")
def page_actions(document):
    """Pages have no additional actions."""
    return (f"page {number}" for number, page in enumerate(document.pages, 1) if "/AA" in page)


def files(document):
    return [(path, value) for path, value in document.dictionaries if "/EF" in value]


@clause("A 6.8-1")
def media_types(document):
    """An embedded file has its media type."""
    for path, specification in files(document):
        for stream in {s.objgen: s for s in specification.EF.values()}.values():
            if not re.fullmatch(r"/[-\w+.]+/[-\w+.]+", str(stream.get("/Subtype", ""))):
                yield path


@clause("A 6.8-2", "UA 7.11-1")
def file_names(document):
    """A file specification has F and UF."""
    for path, specification in files(document):
        if not str(specification.get("/F", "")) or not str(specification.get("/UF", "")):
            yield path


@clause("A 6.8-3")
def relations(document):
    """A file specification says how the file relates to the document."""
    for path, specification in files(document):
        if str(specification.get("/AFRelationship"))[1:] not in RELATIONS:
            yield path


@clause("A 6.8-4")
def associations(document):
    """Every embedded file belongs to the document or a part of it."""
    linked = {f.objgen for path, value in document.dictionaries for f in flat(value.get("/AF"))}
    return (path for path, specification in files(document) if specification.objgen not in linked)


@clause("A 6.8-a")
def file_parameters(document):
    """An embedded file has its size and date, a description, and is listed by name for readers (ISO 32000-1, 7.11.4)."""
    listed, work = set(), [document.root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles")]
    while work:
        node = work.pop()
        if node is not None:
            names = flat(node.get("/Names"))
            listed |= {f.objgen for f in names[1::2]}
            keys = [bytes(name) for name in names[::2]]
            if keys != sorted(keys):
                yield "the names are not sorted"
            work += flat(node.get("/Kids"))
    for path, specification in files(document):
        stream = specification.EF.get("/F")
        parameters = stream.get("/Params", pikepdf.Dictionary()) if stream is not None else pikepdf.Dictionary()
        if stream is None or int(parameters.get("/Size", -1)) != len(stream.read_bytes()):
            yield f"{path}: Size"
        if not re.fullmatch(r"D:\d{14}(Z|[+-]\d\d'\d\d'?)", str(parameters.get("/ModDate", ""))):
            yield f"{path}: ModDate"
        if not str(specification.get("/Desc", "")):
            yield f"{path}: Desc"
        if specification.objgen not in listed:
            yield f"{path}: not listed"


def configurations(document):
    properties = document.root.get("/OCProperties", pikepdf.Dictionary())
    return ([properties.D] if "/D" in properties else []) + list(properties.get("/Configs", []))


@clause("A 6.9-1", "UA 7.10-1")
def configuration_names(document):
    """Configurations of optional content have a name."""
    return ("no name" for entry in configurations(document) if not str(entry.get("/Name", "")))


@clause("A 6.9-2")
def distinct_configurations(document):
    """Configurations of optional content have different names."""
    names = [str(entry.get("/Name", "")) for entry in configurations(document)]
    return (name for name in set(names) if names.count(name) > 1)


@clause("A 6.9-3")
def orders(document):
    """An Order lists all optional content groups."""
    groups = {g.objgen for g in document.root.get("/OCProperties", pikepdf.Dictionary()).get("/OCGs", [])}
    for entry in configurations(document):
        found, work = set(), flat(entry.get("/Order"))
        while work:
            item = work.pop()
            if isinstance(item, pikepdf.Array):
                work += list(item)
            elif isinstance(item, pikepdf.Dictionary):
                found.add(item.objgen)
        if "/Order" in entry and groups - found:
            yield "a group is missing"


@clause("A 6.9-4", "UA 7.10-2")
def automatic_states(document):
    """Configurations of optional content have no AS."""
    return ("AS" for entry in configurations(document) if "/AS" in entry)


@clause("A 6.10-1")
def presentations(document):
    """There are no alternate presentations."""
    if "/AlternatePresentations" in document.root.get("/Names", pikepdf.Dictionary()):
        yield "AlternatePresentations"


@clause("A 6.10-2")
def steps(document):
    """Pages have no presentation steps."""
    return (f"page {number}" for number, page in enumerate(document.pages, 1) if "/PresSteps" in page)


@clause("A 6.11-1")
def requirements(document):
    """The catalogue has no Requirements."""
    if "/Requirements" in document.root:
        yield "Requirements"


def element(document, annotation):
    """The type of the structure element that holds an annotation."""
    key = annotation.get("/StructParent")
    target = document.tree.parents.get(int(key)) if document.tree and key is not None else None
    return document.tree.by_object.get(target.objgen[0]) if isinstance(target, pikepdf.Dictionary) else None


def visible(document):
    """Annotations that are not hidden and touch their page, each with its element."""
    for page, a in document.annotations:
        box, rect = [float(v) for v in inherited(page, "/CropBox") or inherited(page, "/MediaBox")], [float(v) for v in a.get("/Rect", [])]
        outside = len(rect) == 4 and (max(rect[0], rect[2]) < box[0] or min(rect[0], rect[2]) > box[2]
                                      or max(rect[1], rect[3]) < box[1] or min(rect[1], rect[3]) > box[3])
        if not outside and not int(a.get("/F", 0)) & 2:
            yield a, element(document, a)


@clause("UA 7.18.1-1")
def tagged_annotations(document):
    """Annotations but widgets, popups and links stand in Annot elements."""
    for a, node in visible(document):
        if kind(a) not in ("Widget", "Popup", "Link", "PrinterMark") and (node is None or node.standard != "Annot"):
            yield kind(a)


@clause("UA 7.18.1-2")
def described_annotations(document):
    """Annotations but widgets, popups and links have a description."""
    for a, node in visible(document):
        if kind(a) not in ("Widget", "Popup", "Link", "PrinterMark") and not str(a.get("/Contents", "")) \
                and not (node and node.text("/Alt")):
            yield kind(a)


@clause("UA 7.18.1-3")
def described_fields(document):
    """Form fields have a description for users (TU) or Alt."""
    for a, node in visible(document):
        field = a.get("/Parent", a) if "/TU" not in a else a
        if kind(a) == "Widget" and not str(field.get("/TU", "")) and not (node and node.text("/Alt")):
            yield kind(a)


@clause("UA 7.18.2-1")
def traps(document):
    """There are no TrapNet annotations."""
    return (kind(a) for a, node in visible(document) if kind(a) == "TrapNet")


@clause("UA 7.18.3-1")
def tab_order(document):
    """The tab order of a page with annotations is that of the structure."""
    for number, page in enumerate(document.pages, 1):
        if len(page.get("/Annots", [])) and page.get("/Tabs") != pikepdf.Name.S:
            yield f"page {number}"


@clause("UA 7.18.4-1")
def tagged_widgets(document):
    """Widgets stand in Form elements."""
    return (kind(a) for a, node in visible(document) if kind(a) == "Widget" and (not node or node.standard != "Form"))


@clause("UA 7.18.5-1")
def tagged_links(document):
    """Links stand in Link elements."""
    return (kind(a) for a, node in visible(document) if kind(a) == "Link" and (not node or node.standard != "Link"))


@clause("UA 7.18.5-2")
def described_links(document):
    """Links have a description."""
    return (kind(a) for a, node in visible(document) if kind(a) == "Link" and not str(a.get("/Contents", "")))


@clause("UA 7.18.8-1")
def printer_marks(document):
    """Printer's marks are not in the structure."""
    return (kind(a) for a, node in visible(document) if kind(a) == "PrinterMark" and node)
