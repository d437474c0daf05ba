"""Mutations of ISO 19005-3, 6.3 to 6.5 and 6.8 to 6.11, and of ISO 14289-1, 7.10 to 7.18."""

from pikepdf import Array, Dictionary, Name, Stream, String

from .bench import accepts, annotation, breaks, page


@breaks("A 6.3.1-1")
def sound(pdf):
    annotation(pdf, "Sound")


@breaks("A 6.3.2-1")
def no_flags(pdf):
    del annotation(pdf)[0]["/F"]


@breaks("A 6.3.2-2")
def not_printed(pdf):
    annotation(pdf, F=0)


@breaks("A 6.3.3-1")
def no_appearance(pdf):
    del annotation(pdf)[0]["/AP"]


@breaks("A 6.3.3-2")
def rollover(pdf):
    a, element = annotation(pdf)
    a.AP.R = a.AP.N


def widget(pdf, **keys):
    return annotation(pdf, "Widget", "Form", FT=Name.Tx, T=String("t"), TU=String("x"), **keys)


@breaks("A 6.4.1-1")
def widget_action(pdf):
    widget(pdf, A=Dictionary(S=Name.URI, URI=b"x:"))


@breaks("A 6.4.1-2")
def field_action(pdf):
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(Dictionary(FT=Name.Tx, AA=Dictionary()))]))


@breaks("A 6.4.1-3")
def made_appearances(pdf):
    pdf.Root.AcroForm = Dictionary(Fields=Array(), NeedAppearances=True)


@breaks("A 6.4.2-1", "UA 7.15-1")
def xfa(pdf):
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Stream(pdf, b"<a/>"))


@breaks("A 6.4.2-2")
def rendering(pdf):
    pdf.Root.NeedsRendering = True


@breaks("A 6.4.3-1")
def signature(pdf):
    pdf.Root.X = pdf.make_indirect(Dictionary(Type=Name.Sig, ByteRange=Array([0, 10, 20, 30]), Contents=b"x"))


@breaks("A 6.5.1-1")
def script(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("1"))


@breaks("A 6.5.1-1")
def named_scripts(pdf):
    pdf.Root.Names.JavaScript = Dictionary(Names=Array())


@breaks("A 6.5.1-2")
def named(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.Named, N=Name.Print)


@breaks("A 6.5.2-1")
def catalogue_actions(pdf):
    pdf.Root.AA = Dictionary()


@breaks("A 6.5.2-2")
def page_actions(pdf):
    page(pdf).AA = Dictionary()


def specification(pdf):
    return pdf.Root.AF[0]


@breaks("A 6.8-1")
def no_media_type(pdf):
    del specification(pdf).EF.F["/Subtype"]


@breaks("A 6.8-2", "UA 7.11-1")
def no_unicode_name(pdf):
    del specification(pdf)["/UF"]


@breaks("A 6.8-3")
def no_relation(pdf):
    del specification(pdf)["/AFRelationship"]


@breaks("A 6.8-4")
def not_associated(pdf):
    del pdf.Root["/AF"]


@breaks("A 6.8-a")
def wrong_size(pdf):
    specification(pdf).EF.F.Params.Size = 1


@breaks("A 6.8-a")
def not_listed(pdf):
    del pdf.Root.Names["/EmbeddedFiles"]


def optional(pdf, **keys):
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("g")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(Name=String("n"), Order=Array([group])))
    for key, value in keys.items():
        pdf.Root.OCProperties.D[f"/{key}"] = value
    return pdf.Root.OCProperties


@breaks("A 6.9-1", "UA 7.10-1")
def no_configuration_name(pdf):
    del optional(pdf).D["/Name"]


@breaks("A 6.9-2")
def same_names(pdf):
    optional(pdf).Configs = Array([Dictionary(Name=String("n"))])


@breaks("A 6.9-3")
def order(pdf):
    optional(pdf, Order=Array())


@breaks("A 6.9-4", "UA 7.10-2")
def automatic(pdf):
    optional(pdf, AS=Array())


@breaks("A 6.10-1")
def presentations(pdf):
    pdf.Root.Names.AlternatePresentations = Dictionary(Names=Array())


@breaks("A 6.10-2")
def steps(pdf):
    page(pdf).PresSteps = Dictionary()


@breaks("A 6.11-1")
def requirements(pdf):
    pdf.Root.Requirements = Array()


@breaks("UA 7.18.1-1")
def untagged_annotation(pdf):
    annotation(pdf, element=None)


@breaks("UA 7.18.1-2")
def silent_annotation(pdf):
    del annotation(pdf)[0]["/Contents"]


@breaks("UA 7.18.1-3")
def silent_field(pdf):
    del widget(pdf)[0]["/TU"]


@breaks("UA 7.18.2-1")
def trap(pdf):
    annotation(pdf, "TrapNet")


@breaks("UA 7.18.3-1")
def tab_order(pdf):
    annotation(pdf)
    page(pdf).Tabs = Name.R


@breaks("UA 7.18.4-1")
def untagged_widget(pdf):
    annotation(pdf, "Widget", FT=Name.Tx, T=String("t"), TU=String("x"))


@breaks("UA 7.18.5-1")
def untagged_link(pdf):
    annotation(pdf, "Link", "Annot")


@breaks("UA 7.18.5-2")
def silent_link(pdf):
    del annotation(pdf, "Link", "Link")[0]["/Contents"]


@breaks("UA 7.18.8-1")
def printer_mark(pdf):
    annotation(pdf, "PrinterMark", "Annot")


@accepts
def note_and_layers(pdf):
    annotation(pdf)
    optional(pdf)


@accepts
def link(pdf):
    annotation(pdf, "Link", "Link", A=Dictionary(S=Name.URI, URI=b"https://example.org/"))


@accepts
def field(pdf):
    a, element = widget(pdf)
    pdf.Root.AcroForm = Dictionary(Fields=Array([a]))
