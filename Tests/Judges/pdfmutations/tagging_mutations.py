"""Mutations of ISO 19005-3, 6.7, and ISO 14289-1, 7.1 to 7.9 and 7.20."""

import re

from pikepdf import Array, Dictionary, Name, String

from .bench import accepts, add, annotation, breaks, document, draw, elements, form, leaf, next_key, page, rewrite

ROW = ("TR", ("TH",))
NO_LANGUAGE = ("UA 7.2-33", "UA 7.2-34")


def contents(pdf):
    pdf.pages[0].contents_coalesce()
    return page(pdf).Contents


@breaks("A 6.7.2-1")
def not_marked(pdf):
    pdf.Root.MarkInfo.Marked = False


@breaks("A 6.7.3-1", "UA 7.1-11")
def no_tree(pdf):
    pdf.Root.StructTreeRoot.Type = Name.Foo


@breaks("A 6.7.3-2", "UA 7.1-5")
def unknown_type(pdf):
    leaf(pdf).S = Name.Paragraph


@breaks("A 6.7.4-1", "UA 7.2-29")
def language(pdf):
    leaf(pdf).Lang = String("mk_MK")


@breaks("UA 7.1-1")
def artifact_in_tag(pdf):
    rewrite(contents(pdf), b"<</MCID 0>>BDC\n", b"<</MCID 0>>BDC\n/Artifact BMC EMC\n")


@breaks("UA 7.1-2")
def tag_in_artifact(pdf):
    stream = contents(pdf)
    stream.write(re.sub(rb"(/\w+<</MCID 0>>BDC.*?EMC)", rb"/Artifact BMC \1 EMC", stream.read_bytes(), count=1, flags=re.S))


@breaks("UA 7.1-3")
def untagged(pdf):
    draw(pdf, b"0 0 1 1 re f", artifact=False)


@breaks("UA 7.1-4")
def suspects(pdf):
    pdf.Root.MarkInfo.Suspects = True


@breaks("UA 7.1-6")
def circle(pdf):
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(A=Name.B, B=Name.A)


@breaks("UA 7.1-7")
def remapped(pdf):
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(P=Name.Span)


@breaks("UA 7.1-a")
def parent_swapped(pdf):
    owners = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    owners[0], owners[1] = owners[1], owners[0]


@breaks("UA 7.1-a")
def not_drawn(pdf):
    add(pdf, document(pdf), "P", Pg=page(pdf), K=9999)


@breaks("UA 7.1-a")
def no_parent(pdf):
    leaf(pdf).P = pdf.Root.StructTreeRoot


@breaks("UA 7.1-b")
def second_root(pdf):
    root = pdf.Root.StructTreeRoot
    second = pdf.make_indirect(Dictionary(S=Name.Sect, P=root))
    root.K = Array((list(root.K) if isinstance(root.K, Array) else [root.K]) + [second])


@breaks("UA 7.1-b")
def block_in_inline(pdf):
    add(pdf, document(pdf), "P", ("Span", ("P",)))


@breaks("UA 7.1-c")
def content_of_section(pdf):
    leaf(pdf).S = Name.Sect


@breaks("UA 7.2-2", *NO_LANGUAGE)
def outline(pdf):
    del pdf.Root["/Lang"]
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Count=0))


@breaks(*NO_LANGUAGE)
def no_language(pdf):
    del pdf.Root["/Lang"]


def structure(clause, parent, *kids, also=()):
    """Registers: kids in a new element break a clause; without a parent the kid stands in the document."""
    @breaks(clause, *also)
    def mutation(pdf):
        for kid in [(parent, *kids)] if parent else kids:
            add(pdf, document(pdf), *kid)


structure("UA 7.2-3", "Table", ROW, ("P",))
structure("UA 7.2-4", None, ("TR",))
structure("UA 7.2-5", None, ("THead",))
structure("UA 7.2-6", None, ("TBody",))
structure("UA 7.2-7", None, ("TFoot",))
structure("UA 7.2-8", None, ("TH",))
structure("UA 7.2-9", None, ("TD",))
structure("UA 7.2-10", "Table", ("TR", ("TH",), ("P",)))
structure("UA 7.2-11", "Table", ("THead", ROW), ("THead", ROW), ("TBody", ROW))
structure("UA 7.2-12", "Table", ("TBody", ROW), ("TFoot", ROW), ("TFoot", ROW))
structure("UA 7.2-13", "Table", ("TFoot", ROW))
structure("UA 7.2-14", "Table", ("THead", ROW))
structure("UA 7.2-15", "Table", ROW, ("TR", ("TD",), ("TD",)))
structure("UA 7.2-17", None, ("LI", ("LBody",)))
structure("UA 7.2-18", None, ("LBody",))
structure("UA 7.2-19", "L", ("LI", ("LBody",)), ("P",))
structure("UA 7.2-20", "L", ("LI", ("LBody",), ("P",)))
structure("UA 7.2-26", None, ("TOCI",))
structure("UA 7.2-27", "TOC", ("TOCI",), ("P",))
structure("UA 7.2-36", "Table", ("THead", ROW, ("P",)), ("TBody", ROW))
structure("UA 7.2-37", "Table", ("TBody", ROW, ("P",)))
structure("UA 7.2-38", "Table", ("TBody", ROW), ("TFoot", ROW, ("P",)))
structure("UA 7.4-a", None, ("H1",))
structure("UA 7.5-a", "Table", ("TR", ("TD",)))
structure("UA 7.6-a", "L")
structure("UA 7.6-a", "L", ("LI", ("Lbl",)))


@breaks("UA 7.2-15")
def overlap(pdf):
    table = add(pdf, document(pdf), "Table", ("TR", ("TH",), ("TH",)), ("TR", ("TD",), ("TD",)))
    table.K[0].K[1].A = Dictionary(O=Name.Table, Scope=Name.Column, RowSpan=2)


def text_without_language(key):
    def mutation(pdf):
        del pdf.Root["/Lang"]
        leaf(pdf)[key] = String("x")
    return mutation


breaks("UA 7.2-21", *NO_LANGUAGE)(text_without_language("/ActualText"))
breaks("UA 7.2-22", *NO_LANGUAGE)(text_without_language("/Alt"))
breaks("UA 7.2-23", *NO_LANGUAGE)(text_without_language("/E"))


@breaks("UA 7.2-24", *NO_LANGUAGE)
def annotation_language(pdf):
    annotation(pdf)
    del pdf.Root["/Lang"]


@breaks("UA 7.2-30", *NO_LANGUAGE)
def mark_language(pdf):
    draw(pdf, b"/Span <</ActualText (x)>> BDC EMC", artifact=False)
    del pdf.Root["/Lang"]


def figure(pdf, **keys):
    element = leaf(pdf)
    element.S = Name.Figure
    element.Alt = String("x")
    element.A = Dictionary(O=Name.Layout, BBox=Array([10, 10, 20, 20]))
    return element


@breaks("UA 7.3-1")
def silent_figure(pdf):
    del figure(pdf)["/Alt"]


@breaks("UA 7.3-a")
def no_box(pdf):
    del figure(pdf)["/A"]


@breaks("UA 7.3-a")
def outside(pdf):
    figure(pdf).A.BBox = Array([10, 10, 20, 20000])


@breaks("UA 7.4.2-1")
def skipped(pdf):
    leaf(pdf, "H1").S = Name.H2


@breaks("UA 7.4.4-1")
def two_headings(pdf):
    for element in elements(pdf, "H1", "H2", "H3"):
        element.S = Name.Sect if "/Pg" not in element else Name.P
    leaf(pdf, number=0).S = Name.H
    leaf(pdf, number=0).S = Name.H


@breaks("UA 7.4.4-2")
def mixed(pdf):
    leaf(pdf).S = Name.H


@breaks("UA 7.5-1")
def no_scope(pdf):
    del elements(pdf, "TH")[0]["/A"]


@breaks("UA 7.5-b")
def owner(pdf):
    element = elements(pdf, "TH")[0]
    element.A = Dictionary(O=Name.Layout, Scope=Name.Column)


@breaks("UA 7.7-1")
def formula(pdf):
    leaf(pdf).S = Name.Formula


@breaks("UA 7.9-1")
def note(pdf):
    leaf(pdf).S = Name.Note


@breaks("UA 7.9-2")
def same_identifiers(pdf):
    leaf(pdf, number=0).ID = String("i")
    leaf(pdf, number=1).ID = String("i")


def tagged_form(pdf):
    """A form whose content belongs to an element of its own."""
    shape = form(pdf, b"/P<</MCID 0>>BDC 0 0 1 1 re f EMC")
    element = add(pdf, document(pdf), "P")
    element.K = Dictionary(Type=Name.MCR, Pg=page(pdf), Stm=shape, MCID=0)
    shape.StructParents = next_key(pdf, Array([element]))


@breaks("UA 7.20-2")
def shared_form(pdf):
    tagged_form(pdf)
    draw(pdf, b"/Shape Do /Shape Do", artifact=False)


@accepts
def everything(pdf):
    tagged_form(pdf)
    draw(pdf, b"/Shape Do", artifact=False)
    figure(pdf)
    add(pdf, document(pdf), "Table", ("Caption",), ("THead", ROW), ("TBody", ("TR", ("TD",))), ("TFoot", ROW))
    add(pdf, document(pdf), "L", ("Caption",), ("LI", ("Lbl",), ("LBody", ("P",), ("L", ("LI", ("LBody",))))))
    add(pdf, document(pdf), "TOC", ("TOCI",))
    add(pdf, document(pdf), "Sect", ("Div", ("P", ("Span",))))
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(Absatz=Name.Text, Text=Name.P)
    leaf(pdf).S = Name.Absatz
    leaf(pdf).Lang = String("sr-Latn-RS")


@accepts
def spans(pdf):
    table = add(pdf, document(pdf), "Table", ("TR", ("TH",), ("TH",)), ("TR", ("TD",)), ("TR", ("TD",)))
    table.K[0].K[1].A = Dictionary(O=Name.Table, Scope=Name.Column, RowSpan=2)
    table.K[2].K[0].A = Array([Dictionary(O=Name.Table, ColSpan=2)])
