"""The structure tree (ISO 32000-1, 14.7), read once into plain nodes."""

import pikepdf

GROUPING = set("Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private".split())
BLOCK = set("P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot".split())
INLINE = set("Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP".split())
ILLUSTRATION = {"Figure", "Formula", "Form"}
STANDARD = GROUPING | BLOCK | INLINE | ILLUSTRATION


class Node:
    """A structure element."""

    def __init__(self, obj, parent, kind, standard, number):
        self.obj, self.parent, self.kind, self.standard, self.number = obj, parent, kind, standard, number
        self.kids = []
        self.items = []  # (object number of the page or form, MCID)
        self.objects = []  # annotations and the like

    def __str__(self):
        return f"{self.kind} (element {self.number})"

    @property
    def kinds(self):
        """The types of the children, without their own content."""
        return [kid.standard for kid in self.kids]

    def text(self, key):
        """A text string of the element, or None."""
        value = self.obj.get(key)
        return str(value) if value is not None else None

    def attribute(self, name, classes):
        """The last value of an attribute, from `/A` before `/C`; None where it is not set."""
        found = None
        lists = [classes.get(str(c)) for c in flat(self.obj.get("/C"))] + [self.obj.get("/A")]
        for entry in lists:
            for dictionary in flat(entry):
                if isinstance(dictionary, (pikepdf.Dictionary, pikepdf.Stream)) and name in dictionary:
                    found = dictionary[name]
        return found

    @property
    def language(self):
        node = self
        while node is not None:
            if "/Lang" in node.obj:
                return str(node.obj.Lang)
            node = node.parent
        return None


def flat(value):
    """The entries of an array, or the value alone; nothing for None."""
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


class Tree:
    def __init__(self, root, document):
        self.root = root
        self.roles = root.get("/RoleMap", pikepdf.Dictionary())
        self.classes = root.get("/ClassMap", pikepdf.Dictionary())
        self.nodes = []
        self.problems = []
        self.by_item = {}  # (object number, MCID) -> nodes
        self.by_object = {}  # object number of an element -> node
        self.top = []
        work = [(kid, None, None) for kid in reversed(flat(root.get("/K")))]
        while work:
            value, parent, page = work.pop()
            if isinstance(value, int):
                self._item(parent, page, value)
            elif not isinstance(value, pikepdf.Dictionary):
                self.problems.append("a kid is neither an element nor content")
            elif value.get("/Type") == pikepdf.Name.MCR:
                target = value.get("/Stm", value.get("/Pg", page))
                self._item(parent, target, value.get("/MCID"))
            elif value.get("/Type") == pikepdf.Name.OBJR:
                if parent is not None:
                    parent.objects.append(value.get("/Obj"))
            else:
                work += self._element(value, parent, page)
        self.parents = self._parent_tree()

    def _element(self, obj, parent, page):
        kind = str(obj.get("/S", "/?"))[1:]
        node = Node(obj, parent, kind, self.standard(kind), len(self.nodes) + 1)
        if obj.objgen[0] in self.by_object:
            self.problems.append(f"{node} is in the tree twice")
            return []
        self.by_object[obj.objgen[0]] = node
        self.nodes.append(node)
        (self.top if parent is None else parent.kids).append(node)
        expected = self.root if parent is None else parent.obj
        if "/P" not in obj or obj.P.objgen != expected.objgen:
            self.problems.append(f"{node} does not name its parent")
        page = obj.get("/Pg", page)
        return [(kid, node, page) for kid in reversed(flat(obj.get("/K")))]

    def _item(self, node, owner, mcid):
        if node is None or owner is None or not isinstance(mcid, int):
            self.problems.append("a piece of content has no element, page or number")
            return
        item = (owner.objgen[0], mcid)
        node.items.append(item)
        self.by_item.setdefault(item, []).append(node)

    def _parent_tree(self):
        """Key -> element, or the list of elements by MCID."""
        found, work = {}, [self.root.get("/ParentTree")]
        while work:
            node = work.pop()
            if node is None:
                continue
            work += flat(node.get("/Kids"))
            numbers = flat(node.get("/Nums"))
            for key, value in zip(numbers[::2], numbers[1::2]):
                found[int(key)] = list(value) if isinstance(value, pikepdf.Array) else value
        return found

    def standard(self, kind):
        """The standard type that a type means; None where the role map does not lead to one."""
        seen = set()
        while kind not in STANDARD:
            if kind in seen or f"/{kind}" not in self.roles:
                return None
            seen.add(kind)
            kind = str(self.roles[f"/{kind}"])[1:]
        return kind

    def element(self, owner, mcid):
        """The node that the parent tree gives to a piece of content; None where it gives none."""
        key = owner.get("/StructParents")
        entry = self.parents.get(int(key)) if key is not None else None
        if not isinstance(entry, list) or not isinstance(mcid, int) or not 0 <= mcid < len(entry):
            return None
        target = entry[mcid]
        return self.by_object.get(target.objgen[0]) if isinstance(target, pikepdf.Dictionary) else None

    def of(self, *kinds):
        return [node for node in self.nodes if node.standard in kinds]
