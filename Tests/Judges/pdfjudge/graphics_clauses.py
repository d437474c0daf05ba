"""ISO 19005-3, 6.2.2 to 6.2.10: what is drawn, but for fonts."""

import pikepdf

from .clauses import clause
from .structure import flat

INTENTS = {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
BLENDS = set("/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight /SoftLight "
             "/Difference /Exclusion /Hue /Saturation /Color /Luminosity".split())


@clause("A 6.2.2-1")
def operators(document):
    """Content streams hold no operator that ISO 32000-1 does not define."""
    for walk in document.content:
        yield from (f"page {walk.number}: {name}" for name in walk.unknown)


@clause("A 6.2.2-2")
def resources(document):
    """What a content stream uses is in its own resource dictionary, not in an inherited one."""
    for walk in document.content:
        yield from walk.missing
        if walk.paints and "/Resources" not in walk.page:
            yield f"page {walk.number} has no resources of its own"


def profile(stream, devices, spaces):
    """What is wrong with the header of an ICC profile."""
    data = stream.read_bytes()
    if len(data) < 132 or int.from_bytes(data[:4], "big") != len(data) or data[36:40] != b"acsp":
        yield "is no ICC profile"
    elif data[12:16] not in devices or data[16:20] not in spaces or data[8] > 4:
        yield f"has class {data[12:16]!r}, space {data[16:20]!r}, version {data[8]}"
    elif int(stream.get("/N", 0)) != {b"GRAY": 1, b"RGB ": 3, b"Lab ": 3, b"CMYK": 4}[data[16:20]]:
        yield "has a space of another number of components than N"


@clause("A 6.2.3-1")
def intent_profile(document):
    """The profile of an output intent is one of a printer or monitor, GRAY, RGB or CMYK, of ICC version 2 or 4."""
    for path, intent in [("OutputIntents", i) for i in document.root.get("/OutputIntents", [])]:
        if "/DestOutputProfile" in intent:
            yield from profile(intent.DestOutputProfile, (b"prtr", b"mntr"), (b"GRAY", b"RGB ", b"CMYK"))


@clause("A 6.2.3-2")
def same_profile(document):
    """All output intents that have a profile have the same one."""
    intents = document.root.get("/OutputIntents", [])
    if len({i.DestOutputProfile.objgen for i in intents if "/DestOutputProfile" in i}) > 1:
        yield "the profiles differ"


@clause("A 6.2.3-a")
def intent_keys(document):
    """An output intent says which condition it means, and has a profile or a registered name (ISO 32000-1, 14.11.5)."""
    for intent in document.root.get("/OutputIntents", []):
        if "/S" not in intent or not str(intent.get("/OutputConditionIdentifier", "")):
            yield "S or OutputConditionIdentifier is missing"
        if "/DestOutputProfile" in intent and not str(intent.get("/Info", "")):
            yield "Info is missing"


@clause("A 6.2.4.2-1")
def input_profiles(document):
    """The profile of an ICCBased colour space is one that PDF 1.7 knows."""
    for path, value in [(p, d) for p, d in document.dictionaries if "/ColorSpace" in d]:
        spaces = value.ColorSpace
        for space in spaces.values() if isinstance(spaces, pikepdf.Dictionary) else [spaces]:
            if isinstance(space, pikepdf.Array) and str(space[0]) == "/ICCBased":
                classes = (b"prtr", b"mntr", b"scnr", b"spac")
                yield from profile(space[1], classes, (b"GRAY", b"RGB ", b"CMYK", b"Lab "))


def device(document, space, allowed):
    for walk in document.content:
        if space in walk.colours and document.intent not in allowed:
            yield f"page {walk.number}"


@clause("A 6.2.4.3-2")
def device_rgb(document):
    """DeviceRGB needs an output intent with an RGB profile, or DefaultRGB."""
    return device(document, "RGB", (b"RGB ",))


@clause("A 6.2.4.3-3")
def device_cmyk(document):
    """DeviceCMYK needs an output intent with a CMYK profile, or DefaultCMYK."""
    return device(document, "CMYK", (b"CMYK",))


@clause("A 6.2.4.3-4")
def device_gray(document):
    """DeviceGray, in which every page begins, needs an output intent, or DefaultGray."""
    return device(document, "Gray", (b"GRAY", b"RGB ", b"CMYK"))


def states(document):
    """The extended graphics states of all resource dictionaries."""
    for path, value in document.dictionaries:
        for name, state in value.get("/ExtGState", {}).items() if isinstance(value, pikepdf.Dictionary) else []:
            yield f"{path}/ExtGState{name}", state


@clause("A 6.2.5-1")
def transfer(document):
    """No graphics state has TR."""
    return (path for path, state in states(document) if "/TR" in state)


@clause("A 6.2.5-2")
def second_transfer(document):
    """TR2 is Default where it is set."""
    return (path for path, state in states(document) if state.get("/TR2", "/Default") != "/Default")


@clause("A 6.2.5-3")
def halftone_phase(document):
    """No graphics state has HTP."""
    return (path for path, state in states(document) if "/HTP" in state)


@clause("A 6.2.5-4")
def halftone_types(document):
    """Halftones are of type 1 or 5."""
    for path, value in document.dictionaries:
        if "/HalftoneType" in value and int(value.HalftoneType) not in (1, 5):
            yield path


@clause("A 6.2.5-5")
def halftone_names(document):
    """Halftones have no name."""
    return (path for path, value in document.dictionaries if "/HalftoneType" in value and "/HalftoneName" in value)


@clause("A 6.2.6-1")
def rendering_intents(document):
    """Rendering intents are the four of ISO 32000-1, table 70."""
    used = [(f"page {w.number}", name) for w in document.content for name in w.intents]
    used += [(path, str(state.RI)) for path, state in states(document) if "/RI" in state]
    used += [(path, str(d.Intent)) for path, d in document.typed("/Subtype", "/Image") if "/Intent" in d]
    return (f"{where}: {name}" for where, name in used if name not in INTENTS)


@clause("A 6.2.8-1")
def alternates(document):
    """Images have no Alternates."""
    return (path for path, image in document.typed("/Subtype", "/Image") if "/Alternates" in image)


@clause("A 6.2.8-2")
def image_opi(document):
    """Images have no OPI."""
    return (path for path, image in document.typed("/Subtype", "/Image") if "/OPI" in image)


@clause("A 6.2.8-3")
def interpolation(document):
    """Images are not interpolated."""
    for path, image in document.typed("/Subtype", "/Image"):
        if image.get("/Interpolate", False):
            yield path
    for walk in document.content:
        for image in walk.inline_images:
            if image.obj.get("/I", image.obj.get("/Interpolate", False)):
                yield f"page {walk.number}: an inline image"


@clause("A 6.2.8-a")
def image_keys(document):
    """An image has a size, a depth of 1, 2, 4, 8 or 16 bits, and a colour space that its data fills (ISO 32000-1, 8.9.5)."""
    for path, image in document.typed("/Subtype", "/Image"):
        if not all(int(image.get(key, 0)) > 0 for key in ("/Width", "/Height")):
            yield f"{path} has no size"
        coded = str(flat(image.get("/Filter"))[-1]) if "/Filter" in image else ""
        if coded in ("/JPXDecode",) or bool(image.get("/ImageMask", False)):
            continue
        if int(image.get("/BitsPerComponent", 0)) not in (1, 2, 4, 8, 16) or "/ColorSpace" not in image:
            yield f"{path} has no depth or colour space"
        elif coded not in ("/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode"):
            parts = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}.get(str(image.ColorSpace))
            row = (int(image.Width) * int(image.BitsPerComponent) * (parts or 0) + 7) // 8
            if parts and len(image.read_bytes()) < row * int(image.Height):
                yield f"{path} has too little data"


@clause("A 6.2.9-1")
def form_opi(document):
    """Forms have neither OPI nor PostScript."""
    for path, form in document.typed("/Subtype", "/Form"):
        if "/OPI" in form or "/PS" in form or form.get("/Subtype2") == pikepdf.Name.PS:
            yield path


@clause("A 6.2.9-2", "UA 7.20-1")
def reference_forms(document):
    """Forms do not stand for pages of other files."""
    return (path for path, form in document.typed("/Subtype", "/Form") if "/Ref" in form)


@clause("A 6.2.9-3")
def postscript(document):
    """There are no PostScript XObjects."""
    return (path for path, value in document.typed("/Subtype", "/PS"))


@clause("A 6.2.10-1")
def blend_modes(document):
    """Blend modes are those of ISO 32000-1, 11.3.5."""
    for path, state in states(document):
        for mode in flat(state.get("/BM")):
            if str(mode) not in BLENDS:
                yield f"{path}: {mode}"


@clause("A 6.2.10-2")
def blending_space(document):
    """A page with transparency states its blending space where no output intent does."""
    for walk in document.content:
        transparent = any("/SMask" in image for image in walk.images) or any(
            state is not None and (float(state.get("/ca", 1)) < 1 or float(state.get("/CA", 1)) < 1
                                   or isinstance(state.get("/SMask"), pikepdf.Dictionary)
                                   or str(state.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"))
            for state in walk.states) or any("/Group" in form for form in walk.forms)
        if transparent and document.intent is None and "/CS" not in walk.page.get("/Group", {}):
            yield f"page {walk.number}"
