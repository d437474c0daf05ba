"""Mutations of ISO 19005-3, 6.2.2 to 6.2.10."""

from pikepdf import Array, Dictionary, Name, Stream

from .bench import accepts, breaks, draw, form, image, page, resources


@breaks("A 6.2.2-1")
def operator(pdf):
    draw(pdf, b"BX foo EX")


@breaks("A 6.2.2-2")
def no_resource(pdf):
    fonts = page(pdf).Resources.Font
    fonts.Other = fonts[sorted(fonts.keys())[0]]
    del fonts[sorted(fonts.keys())[0]]


def profile_of(pdf):
    return pdf.Root.OutputIntents[0].DestOutputProfile


@breaks("A 6.2.3-1")
def scanner(pdf):
    data = profile_of(pdf).read_bytes()
    profile_of(pdf).write(data[:12] + b"scnr" + data[16:])


@breaks("A 6.2.3-1")
def components(pdf):
    profile_of(pdf).N = 4


@breaks("A 6.2.3-2")
def other_profile(pdf):
    copy = pdf.make_indirect(Stream(pdf, profile_of(pdf).read_bytes(), N=3))
    first = pdf.Root.OutputIntents[0]
    pdf.Root.OutputIntents.append(Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier=first.OutputConditionIdentifier,
        Info=first.Info, DestOutputProfile=copy))


@breaks("A 6.2.3-a")
def no_condition(pdf):
    del pdf.Root.OutputIntents[0]["/OutputConditionIdentifier"]


@breaks("A 6.2.4.2-1")
def input_profile(pdf):
    resources(pdf, "/ColorSpace", C=Array([Name.ICCBased, pdf.make_indirect(Stream(pdf, b"x" * 200, N=3))]))


@breaks("A 6.2.4.3-2")
def rgb(pdf):
    del pdf.Root["/OutputIntents"]


@breaks("A 6.2.4.3-3")
def cmyk(pdf):
    draw(pdf, b"0 0 0 1 k 0 0 1 1 re f")


@breaks("A 6.2.4.3-4")
def gray(pdf):
    calibrated = Array([Name.CalRGB, Dictionary(WhitePoint=[0.95, 1, 1.09])])
    for one in pdf.pages:
        one.obj.Resources.ColorSpace = Dictionary(DefaultRGB=calibrated)
    del pdf.Root["/OutputIntents"]
    draw(pdf, b"0 g 0 0 1 1 re f")


def state(pdf, **keys):
    resources(pdf, "/ExtGState", E=Dictionary(Type=Name.ExtGState, **keys))
    draw(pdf, b"q /E gs Q")


@breaks("A 6.2.5-1")
def transfer(pdf):
    state(pdf, TR=Name.Identity)


@breaks("A 6.2.5-2")
def second_transfer(pdf):
    state(pdf, TR2=Name.Identity)


@breaks("A 6.2.5-3")
def phase(pdf):
    state(pdf, HTP=Array([0, 0]))


@breaks("A 6.2.5-4")
def halftone(pdf):
    state(pdf, HT=Dictionary(Type=Name.Halftone, HalftoneType=6))


@breaks("A 6.2.5-5")
def halftone_name(pdf):
    state(pdf, HT=Dictionary(Type=Name.Halftone, HalftoneType=1, HalftoneName=b"x"))


@breaks("A 6.2.6-1")
def intent(pdf):
    draw(pdf, b"/Beautiful ri")


@breaks("A 6.2.8-1")
def alternates(pdf):
    image(pdf, Alternates=Array([]))


@breaks("A 6.2.8-2")
def opi(pdf):
    image(pdf, OPI=Dictionary())


@breaks("A 6.2.8-3")
def interpolated(pdf):
    image(pdf, Interpolate=True)


@breaks("A 6.2.8-a")
def too_little(pdf):
    image(pdf, Width=100, Height=100)


@breaks("A 6.2.9-1")
def form_postscript(pdf):
    form(pdf, PS=Stream(pdf, b""))


@breaks("A 6.2.9-2", "UA 7.20-1")
def reference(pdf):
    form(pdf, Ref=Dictionary())


@breaks("A 6.2.9-3")
def postscript(pdf):
    resources(pdf, "/XObject", Script=Stream(pdf, b"", Type=Name.XObject, Subtype=Name.PS))


@breaks("A 6.2.10-1")
def blend(pdf):
    state(pdf, BM=Name.Beautiful)


@breaks("A 6.2.10-2", "A 6.2.4.3-2")
def blending(pdf):
    del pdf.Root["/OutputIntents"]
    state(pdf, ca=0.5)


@accepts
def pictures(pdf):
    image(pdf)
    form(pdf)
    draw(pdf, b"q 1 0 0 1 5 5 cm /Shape Do Q q /E gs Q")
    resources(pdf, "/ExtGState", E=Dictionary(Type=Name.ExtGState, ca=0.5, BM=Name.Multiply, TR2=Name.Default))
