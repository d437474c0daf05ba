"""ISO 19005-3, 6.7, and ISO 14289-1, 7.1 to 7.9: logical structure."""

import re

import pikepdf

from .clauses import clause
from .document import inherited
from .structure import BLOCK, GROUPING, INLINE, STANDARD, flat

TAG = r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"
ROWS = "(TR|THead|TBody|TFoot)"


def tree_nodes(document, *kinds):
    if document.tree is None:
        return []
    return document.tree.of(*kinds) if kinds else document.tree.nodes


@clause("A 6.7.2-1")
def marked(document):
    """The catalogue says that the document is tagged."""
    if document.root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked") is not True:
        yield "Marked is not true"


@clause("A 6.7.3-1", "UA 7.1-11")
def has_tree(document):
    """The catalogue has a structure tree."""
    if document.tree is None or document.tree.root.get("/Type") != pikepdf.Name.StructTreeRoot:
        yield "no StructTreeRoot"


@clause("A 6.7.3-2", "UA 7.1-5")
def standard_types(document):
    """Structure types are standard, or the role map leads to a standard one."""
    return (str(node) for node in tree_nodes(document) if node.standard is None)


@clause("A 6.7.4-1", "UA 7.2-29")
def language_tags(document):
    """Every Lang is a language tag (RFC 3066)."""
    found = [("catalogue", document.root.get("/Lang"))] if "/Lang" in document.root else []
    found += [(str(node), node.obj.Lang) for node in tree_nodes(document) if "/Lang" in node.obj]
    found += [(f"page {walk.number}", mark.properties.Lang) for walk in document.content for mark, around in walk.marks
              if mark.has("/Lang")]
    return (f"{where}: {str(tag)!r}" for where, tag in found if not re.fullmatch(TAG, str(tag)))


def tagged(document, walk, marks):
    """The element that a piece of content belongs to; None where it belongs to none."""
    for mark in reversed(marks):
        if mark.mcid is not None and document.tree is not None:
            node = document.tree.element(mark.owner, mark.mcid)
            if node is not None:
                return node
    return None


def is_artifact(marks):
    return any(mark.tag == "/Artifact" for mark in marks)


@clause("UA 7.1-1")
def artifacts_in_tags(document):
    """No artifact lies inside of tagged content."""
    for walk in document.content:
        for mark, around in walk.marks:
            if mark.tag == "/Artifact" and tagged(document, walk, around):
                yield f"page {walk.number}"


@clause("UA 7.1-2")
def tags_in_artifacts(document):
    """No tagged content lies inside of an artifact."""
    for walk in document.content:
        for mark, around in walk.marks:
            if mark.mcid is not None and is_artifact(around):
                yield f"page {walk.number}: MCID {mark.mcid}"


@clause("UA 7.1-3")
def all_content(document):
    """All content is an artifact or tagged."""
    for walk in document.content:
        for what, marks in walk.paints:
            if not is_artifact(marks) and tagged(document, walk, marks) is None:
                yield f"page {walk.number}: {what}"


@clause("UA 7.1-4")
def suspects(document):
    """Nothing of the structure is suspect."""
    if document.root.get("/MarkInfo", pikepdf.Dictionary()).get("/Suspects", False):
        yield "Suspects is true"


@clause("UA 7.1-6")
def circular_roles(document):
    """The role map has no circles."""
    roles = document.tree.roles if document.tree else {}
    for name in roles.keys():
        seen, kind = set(), name
        while kind in roles and kind not in seen:
            seen.add(kind)
            kind = str(roles[kind])
        if kind in seen:
            yield name


@clause("UA 7.1-7")
def remapped(document):
    """The role map does not change standard types."""
    return (name for name in (document.tree.roles.keys() if document.tree else []) if name[1:] in STANDARD)


@clause("UA 7.1-a")
def parent_tree(document):
    """Each tagged piece of content belongs to one element, and the parent tree leads back to it (ISO 32000-1, 14.7.4)."""
    if document.tree is None:
        return
    tree, drawn = document.tree, {}
    yield from tree.problems
    keys = [int(page.StructParents) for page in document.pages if "/StructParents" in page]
    keys += [int(a.StructParent) for page, a in document.annotations if "/StructParent" in a]
    if len(set(keys)) != len(keys):
        yield "two pages or annotations share a key of the parent tree"
    if tree.parents and int(tree.root.get("/ParentTreeNextKey", -1)) <= max(tree.parents):
        yield "ParentTreeNextKey is not above all keys"
    for walk in document.content:
        for mark, around in walk.marks:
            if mark.mcid is None:
                continue
            item = (mark.owner.objgen[0], mark.mcid)
            if item in drawn and mark.owner is walk.page:
                yield f"page {walk.number}: MCID {mark.mcid} comes twice"
            drawn[item] = walk.number
            nodes = tree.by_item.get(item, [])
            if len(nodes) != 1:
                yield f"page {walk.number}: MCID {mark.mcid} is in {len(nodes)} elements"
            elif tree.element(mark.owner, mark.mcid) is not nodes[0]:
                yield f"page {walk.number}: the parent tree gives MCID {mark.mcid} to another element"
    for (owner, mcid), nodes in tree.by_item.items():
        if (owner, mcid) not in drawn:
            yield f"{nodes[0]} holds MCID {mcid}, which object {owner} does not draw"


@clause("UA 7.1-b")
def levels(document):
    """One Document holds all; inline elements hold no blocks, and blocks no grouping elements (ISO 32000-1, 14.8.4)."""
    if document.tree is None:
        return
    if [node.standard for node in document.tree.top] != ["Document"]:
        yield "the root has other kids than one Document"
    holders = {"LBody", "TD", "TH", "LI"}
    for node in document.tree.nodes:
        if node.parent is None:
            continue
        above = node.parent.standard
        if node.standard in GROUPING - {"Caption", "Div", "NonStruct"} and above in (BLOCK - holders) | INLINE:
            yield f"{node} in {node.parent}"
        if node.standard in BLOCK and (above in INLINE or re.fullmatch("P|H|H[1-6]|Lbl", above or "")):
            yield f"{node} in {node.parent}"
        if node.standard == "Document":
            yield f"{node} in {node.parent}"


@clause("UA 7.1-c")
def own_content(document):
    """Elements that only group others, tables, rows and lists have no content of their own."""
    for node in tree_nodes(document, "Document", "Part", "Art", "Sect", "Table", "THead", "TBody", "TFoot", "TR", "L", "LI"):
        if node.items:
            yield str(node)


def determined(document, what, has):
    """Texts of elements whose language nothing tells."""
    if "/Lang" not in document.root:
        for node in tree_nodes(document):
            if has(node) and node.language is None:
                yield f"{what} of {node}"


@clause("UA 7.2-2")
def outline_language(document):
    """The catalogue tells the language of an outline."""
    if "/Outlines" in document.root and "/Lang" not in document.root:
        yield "no Lang"


def contained(name, inner, outer):
    """Registers: `inner` stands in one of `outer` only."""
    def function(document):
        return (str(node) for node in tree_nodes(document, inner)
                if node.parent is None or node.parent.standard not in outer)
    function.__doc__ = f"{inner} stands in {' or '.join(outer)}."
    clause(name)(function)


def containing(name, outer, pattern, sentence):
    """Registers: the types of the kids of `outer`, joined by spaces, match a pattern, or there are none."""
    def function(document):
        for node in tree_nodes(document, outer):
            kinds = " ".join(kind or "?" for kind in node.kinds)
            if kinds and not re.fullmatch(pattern, kinds):
                yield str(node)
    function.__doc__ = sentence
    clause(name)(function)


def counted(name, test, sentence):
    """Registers: the list of types of a table's kids passes a test."""
    def function(document):
        return (str(node) for node in tree_nodes(document, "Table") if not test(node.kinds))
    function.__doc__ = sentence
    clause(name)(function)


containing("UA 7.2-3", "Table", rf"(Caption )?{ROWS}( {ROWS})*|{ROWS}( {ROWS})* Caption|Caption",
           "A table holds rows and groups of rows, and a caption at its begin or end.")
contained("UA 7.2-4", "TR", ("Table", "THead", "TBody", "TFoot"))
contained("UA 7.2-5", "THead", ("Table",))
contained("UA 7.2-6", "TBody", ("Table",))
contained("UA 7.2-7", "TFoot", ("Table",))
contained("UA 7.2-8", "TH", ("TR",))
contained("UA 7.2-9", "TD", ("TR",))
containing("UA 7.2-10", "TR", "(TH|TD)( (TH|TD))*", "A row holds header and data cells.")
counted("UA 7.2-11", lambda kinds: kinds.count("THead") <= 1, "A table has at most one head.")
counted("UA 7.2-12", lambda kinds: kinds.count("TFoot") <= 1, "A table has at most one foot.")
counted("UA 7.2-13", lambda kinds: "TFoot" not in kinds or "TBody" in kinds, "A table with a foot has a body.")
counted("UA 7.2-14", lambda kinds: "THead" not in kinds or "TBody" in kinds, "A table with a head has a body.")
contained("UA 7.2-17", "LI", ("L",))
contained("UA 7.2-18", "LBody", ("LI",))
containing("UA 7.2-19", "L", "(Caption )?(L|LI)( (L|LI))*|Caption", "A list holds items, lists and a caption before them.")
containing("UA 7.2-20", "LI", "(Lbl|LBody)( (Lbl|LBody))*", "A list item holds labels and bodies.")
contained("UA 7.2-26", "TOCI", ("TOC",))
containing("UA 7.2-27", "TOC", "(Caption )?(TOC|TOCI)( (TOC|TOCI))*|Caption", "A table of contents holds its items.")
containing("UA 7.2-36", "THead", "TR( TR)*", "A table's head holds rows.")
containing("UA 7.2-37", "TBody", "TR( TR)*", "A table's body holds rows.")
containing("UA 7.2-38", "TFoot", "TR( TR)*", "A table's foot holds rows.")


def rows_of(table):
    """The rows of a table in order, tables within its cells left out."""
    found = []
    for kid in table.kids:
        found += [kid] if kid.standard == "TR" else [row for row in kid.kids if row.standard == "TR"]
    return found


def span(tree, cell, name):
    value = cell.attribute(name, tree.classes)
    return max(int(value), 1) if isinstance(value, int) else 1


@clause("UA 7.2-15")
def regular_tables(document):
    """All rows of a table have the same number of cells, spans counted, and none overlap."""
    for table in tree_nodes(document, "Table"):
        rows, taken = rows_of(table), []
        for index, row in enumerate(rows):
            while len(taken) <= index:
                taken.append(set())
            column = 0
            for cell in [kid for kid in row.kids if kid.standard in ("TH", "TD")]:
                while column in taken[index]:
                    column += 1
                height, width = span(document.tree, cell, "/RowSpan"), span(document.tree, cell, "/ColSpan")
                for below in range(index, index + height):
                    while len(taken) <= below:
                        taken.append(set())
                    if taken[below] & set(range(column, column + width)):
                        yield f"{table}: cells overlap in row {below + 1}"
                    taken[below] |= set(range(column, column + width))
        if len(taken) > len(rows):
            yield f"{table}: a cell reaches below the last row"
        widths = {len(cells) for cells in taken}
        if len(widths) > 1 or any(cells and max(cells) + 1 != len(cells) for cells in taken):
            yield f"{table}: rows have {sorted(widths)} cells"


@clause("UA 7.2-21")
def replacement_language(document):
    """The language of an element's ActualText is told."""
    return determined(document, "ActualText", lambda node: "/ActualText" in node.obj)


@clause("UA 7.2-22")
def alternative_language(document):
    """The language of an element's Alt is told."""
    return determined(document, "Alt", lambda node: "/Alt" in node.obj)


@clause("UA 7.2-23")
def expansion_language(document):
    """The language of an element's E is told."""
    return determined(document, "E", lambda node: "/E" in node.obj)


@clause("UA 7.2-24")
def annotation_language(document):
    """The language of an annotation's Contents is told."""
    if "/Lang" not in document.root:
        yield from ("Contents" for page, a in document.annotations if "/Contents" in a)


@clause("UA 7.2-30")
def mark_language(document):
    """The language of ActualText, Alt and E in the content is told."""
    if "/Lang" in document.root:
        return
    for walk in document.content:
        for mark, around in walk.marks:
            texts = any(mark.has(key) for key in ("/ActualText", "/Alt", "/E"))
            told = any(other.has("/Lang") for other in around + (mark,))
            node = tagged(document, walk, around + (mark,))
            if texts and not told and not (node and node.language):
                yield f"page {walk.number}"


@clause("UA 7.2-33")
def metadata_language(document):
    """The catalogue tells the language of titles marked x-default in the metadata."""
    if "/Lang" not in document.root and b"x-default" in document.root.get("/Metadata").read_bytes():
        yield "no Lang"


@clause("UA 7.2-34")
def content_language(document):
    """The language of all text on the pages is told."""
    if "/Lang" in document.root and str(document.root.Lang):
        return
    for walk in document.content:
        for text in walk.texts:
            node = tagged(document, walk, text.marks)
            if not is_artifact(text.marks) and not any(mark.has("/Lang") for mark in text.marks) \
                    and not (node and node.language):
                yield f"page {walk.number}"


@clause("UA 7.3-1")
def figures(document):
    """Figures have an alternative or replacement text."""
    return (str(node) for node in tree_nodes(document, "Figure")
            if not (node.text("/Alt") or "").strip() and "/ActualText" not in node.obj)


@clause("UA 7.3-a")
def figure_boxes(document):
    """Figures on one page have a bounding box within it (ISO 32000-1, 14.8.5.4.3, table 344)."""
    pages = {page.objgen[0]: page for page in document.pages}
    for node in tree_nodes(document, "Figure"):
        page = next((pages[owner] for owner, mcid in node.items if owner in pages), None)
        box = [float(v) for v in node.attribute("/BBox", document.tree.classes) or []]
        if len(box) != 4 or box[0] >= box[2] or box[1] >= box[3]:
            yield f"{node}: {box}"
        elif page is not None:
            edge = [float(v) for v in inherited(page, "/MediaBox")]
            if box[0] < edge[0] - 1 or box[1] < edge[1] - 1 or box[2] > edge[2] + 1 or box[3] > edge[3] + 1:
                yield f"{node}: {box} is outside of its page"


@clause("UA 7.4.2-1")
def heading_levels(document):
    """The first heading is H1, and none skips a level."""
    before = 0
    for node in tree_nodes(document, *(f"H{level}" for level in range(1, 7))):
        level = int(node.standard[1])
        if level > before + 1:
            yield f"{node} after H{before}" if before else f"{node} is the first"
        before = level


@clause("UA 7.4.4-1")
def single_headings(document):
    """No element holds two H."""
    return (str(node) for node in tree_nodes(document) if node.kinds.count("H") > 1)


@clause("UA 7.4.4-2")
def mixed_headings(document):
    """H and numbered headings are not mixed."""
    if tree_nodes(document, "H") and tree_nodes(document, "H1", "H2", "H3", "H4", "H5", "H6"):
        yield "both are used"


@clause("UA 7.4-a")
def heading_text(document):
    """Headings have content."""
    for node in tree_nodes(document, "H", "H1", "H2", "H3", "H4", "H5", "H6"):
        work, items = [node], 0
        while work:
            inner = work.pop()
            items += len(inner.items)
            work += inner.kids
        if not items:
            yield str(node)


@clause("UA 7.5-1")
def scopes(document):
    """Header cells have a Scope, or the table's cells name their headers by ID."""
    for table in tree_nodes(document, "Table"):
        cells = [cell for row in rows_of(table) for cell in row.kids]
        by_id = any(cell.attribute("/Headers", document.tree.classes) is not None for cell in cells)
        for cell in cells:
            scope = str(cell.attribute("/Scope", document.tree.classes))
            if cell.standard == "TH" and scope not in ("/Row", "/Column", "/Both") \
                    and not (by_id and "/ID" in cell.obj):
                yield str(cell)


@clause("UA 7.5-a")
def header_cells(document):
    """A table has header cells (7.5: tables should include headers)."""
    for table in tree_nodes(document, "Table"):
        if not any(cell.standard == "TH" for row in rows_of(table) for cell in row.kids):
            yield str(table)


@clause("UA 7.5-b")
def attribute_owners(document):
    """Attributes stand under the owner that defines them: spans and scopes under Table, boxes under Layout."""
    owners = {"/Scope": "/Table", "/ColSpan": "/Table", "/RowSpan": "/Table", "/Headers": "/Table", "/BBox": "/Layout",
              "/Placement": "/Layout", "/ListNumbering": "/List"}
    for node in tree_nodes(document):
        for entry in flat(node.obj.get("/A")):
            for key, owner in owners.items():
                if isinstance(entry, pikepdf.Dictionary) and key in entry and str(entry.get("/O")) != owner:
                    yield f"{node}: {key[1:]}"


@clause("UA 7.6-a")
def list_items(document):
    """A list has items, and each item a body."""
    for node in tree_nodes(document, "L"):
        if not node.kinds:
            yield f"{node} is empty"
    for node in tree_nodes(document, "LI"):
        if "LBody" not in node.kinds:
            yield f"{node} has no LBody"


@clause("UA 7.7-1")
def formulas(document):
    """Formulas have an alternative or replacement text."""
    return (str(node) for node in tree_nodes(document, "Formula")
            if not (node.text("/Alt") or "").strip() and "/ActualText" not in node.obj)


@clause("UA 7.9-1")
def note_identifiers(document):
    """Notes have an ID."""
    return (str(node) for node in tree_nodes(document, "Note") if not node.text("/ID"))


@clause("UA 7.9-2")
def distinct_identifiers(document):
    """The ID of an element is its own."""
    seen = set()
    for node in tree_nodes(document):
        name = node.text("/ID")
        if name is not None and name in seen:
            yield str(node)
        seen.add(name)


@clause("UA 7.20-2")
def shared_forms(document):
    """A form with tagged content is drawn once."""
    drawn = [form.objgen for walk in document.content for form in walk.forms]
    tagged_forms = {mark.owner.objgen for walk in document.content for mark, around in walk.marks
                    if mark.mcid is not None and mark.owner is not walk.page}
    return (f"object {number}" for number, generation in tagged_forms if drawn.count((number, generation)) > 1)
