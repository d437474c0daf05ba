"""ISO 19005-3, 6.6, and ISO 14289-1, 5: metadata."""

import re

import pikepdf
from lxml import etree

from .clauses import clause

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DC, XMP, PDF = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/", "http://ns.adobe.com/pdf/1.3/"
PDFA, PDFUA = "http://www.aiim.org/pdfa/ns/id/", "http://www.aiim.org/pdfua/ns/id/"
EXTENSION, SCHEMA = "http://www.aiim.org/pdfa/ns/extension/", "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY, TYPE = "http://www.aiim.org/pdfa/ns/property#", "http://www.aiim.org/pdfa/ns/type#"
FIELD = "http://www.aiim.org/pdfa/ns/field#"
PREFIXES = {EXTENSION: "pdfaExtension", SCHEMA: "pdfaSchema", PROPERTY: "pdfaProperty", TYPE: "pdfaType", FIELD: "pdfaField"}
FIELDS = {SCHEMA: "schema namespaceURI prefix property valueType", PROPERTY: "name valueType category description",
          TYPE: "type namespaceURI prefix description field", FIELD: "name valueType description"}
PREDEFINED = {  # namespace -> property -> kind of value; XMP specification of 2005, section 4, and ISO 19005-3, table 8
    DC: dict(contributor="Bag", coverage="Text", creator="Seq", date="Seq", description="Alt", format="Text",
             identifier="Text", language="Bag", publisher="Bag", relation="Bag", rights="Alt", source="Text",
             subject="Bag", title="Alt", type="Bag"),
    XMP: dict(Advisory="Bag", BaseURL="Text", CreateDate="Date", CreatorTool="Text", Identifier="Bag", Label="Text",
              MetadataDate="Date", ModifyDate="Date", Nickname="Text", Rating="Integer", Thumbnails="Alt"),
    PDF: dict(Keywords="Text", PDFVersion="Text", Producer="Text"),
    PDFA: dict(part="Integer", amd="Text", corr="Text", conformance="Text"),
    "http://ns.adobe.com/xap/1.0/rights/": dict(
        Certificate="Text", Marked="Boolean", Owner="Bag", UsageTerms="Alt", WebStatement="Text"),
    "http://ns.adobe.com/xap/1.0/mm/": dict(
        DerivedFrom="Any", DocumentID="Text", History="Seq", InstanceID="Text", ManagedFrom="Any", Manager="Text",
        ManageTo="Text", ManageUI="Text", ManagerVariant="Text", RenditionClass="Text", RenditionParams="Text",
        VersionID="Text", Versions="Seq"),
    "http://ns.adobe.com/xap/1.0/t/pg/": dict(
        Colorants="Seq", Fonts="Bag", MaxPageSize="Any", NPages="Integer", PlateNames="Seq"),
    EXTENSION: dict(schemas="Bag"),
}
DATE = r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?"
SIMPLE = {"Integer": r"[+-]?\d+", "Boolean": "True|False", "Date": DATE, "Real": r"[+-]?\d*\.?\d+"}
BASIC = set("Text Integer Boolean Date Real URI URL MIMEType ProperName AgentName Locale Rational XPath Any".split())


def packet(document):
    stream = document.root.get("/Metadata")
    return stream.read_bytes() if isinstance(stream, pikepdf.Stream) else b""


def descriptions(data):
    """The rdf:Description elements of a packet; raises where it is no XML."""
    if not data:
        return []
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    rdf = root if root.tag == RDF + "RDF" else root.find(RDF + "RDF")
    return [] if rdf is None else rdf.findall(RDF + "Description")


def properties(data):
    """Namespace, name, prefix and value (an element or a string) of all properties."""
    for description in descriptions(data):
        for name, value in description.attrib.items():
            tag = etree.QName(name)
            if tag.namespace and tag.namespace != RDF[1:-1] and name != LANG:
                prefix = next((p for p, n in description.nsmap.items() if n == tag.namespace), None)
                yield tag.namespace, tag.localname, prefix, value
        for element in description:
            if isinstance(element.tag, str):
                tag = etree.QName(element)
                yield tag.namespace, tag.localname, element.prefix, element


def value(document, namespace, name):
    """The text of a simple property, or the texts of an array."""
    for space, local, prefix, found in properties(packet(document)):
        if (space, local) == (namespace, name):
            if isinstance(found, str):
                return found
            items = found.findall(f"*/{RDF}li")
            return [item.text or "" for item in items] if items else found.text or ""
    return None


@clause("A 6.6.2.1-1", "UA 7.1-8")
def has_metadata(document):
    """The catalogue has a metadata stream, typed as one."""
    stream = document.root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream) or stream.get("/Type") != pikepdf.Name.Metadata \
            or stream.get("/Subtype") != pikepdf.Name.XML:
        yield "no Metadata"


@clause("A 6.6.2.1-2")
def packet_bytes(document):
    """The header of the packet has no attribute bytes."""
    if re.search(rb"<\?xpacket[^>]*\sbytes\s*=", packet(document)):
        yield "bytes"


@clause("A 6.6.2.1-3")
def packet_encoding(document):
    """The header of the packet has no attribute encoding."""
    if re.search(rb"<\?xpacket[^>]*\sencoding\s*=", packet(document)):
        yield "encoding"


@clause("A 6.6.2.1-4")
def well_formed(document):
    """Metadata is a packet of well-formed RDF in XML."""
    data = packet(document)
    if not data:
        return
    try:
        if not descriptions(data):
            yield "no description"
        for description in descriptions(data):
            if description.get(RDF + "about", description.get("about")) is None:
                yield "a description is about nothing"
    except etree.XMLSyntaxError as error:
        yield str(error)
    if not re.match(rb"\s*<\?xpacket begin=", data) or not re.search(rb"<\?xpacket end=[\"'][rw][\"']\?>\s*$", data):
        yield "no packet around it"


@clause("A 6.6.2.1-5")
def packet_in_utf8(document):
    """Metadata is in UTF-8."""
    try:
        packet(document).decode("utf-8")
    except UnicodeDecodeError:
        yield "not UTF-8"


def resource(element):
    """The fields of an XMP structure: name -> element, attributes as strings."""
    inner = element.find(RDF + "Description")
    holder = inner if inner is not None and element.get(RDF + "parseType") is None else element
    fields = {child.tag: child for child in holder if isinstance(child.tag, str)}
    fields.update({k: v for k, v in holder.attrib.items() if not k.startswith(RDF) and k != LANG})
    return fields, holder


def entries(element, kind):
    """The items of an array; None where it is not an array of that kind."""
    array = element.find(RDF + kind) if not isinstance(element, str) and element is not None else None
    return None if array is None or len(element) != 1 else array.findall(RDF + "li")


def text(field):
    return field if isinstance(field, str) else field.text or "" if field is not None and not len(field) else ""


def extensions(document):
    """Namespace URI -> property -> value type, with the problems of the container by clause number."""
    cached = document.__dict__.get("_extensions")
    if cached is not None:
        return cached
    schemas, problems = {}, []

    def fields_of(item, namespace, number, needed):
        fields, holder = resource(item)
        known = {f"{{{namespace}}}{name}" for name in FIELDS[namespace].split()}
        problems.extend((1, f"unknown field {name}") for name in fields if name not in known)
        for name in needed.split():
            if f"{{{namespace}}}{name}" not in fields:
                problems.append((number, f"{name} is missing"))
        problems.extend((number, f"{name} has another prefix") for name, f in fields.items()
                        if not isinstance(f, str) and f.tag in known and f.prefix != PREFIXES[namespace])
        return {name.split("}")[1]: field for name, field in fields.items() if name in known}

    for namespace, name, prefix, element in properties(packet(document)):
        if namespace != EXTENSION:
            continue
        items = entries(element, "Bag") if name == "schemas" else None
        if items is None or prefix != "pdfaExtension":
            problems.append((2, "pdfaExtension:schemas is no Bag, or has another prefix"))
            continue
        for item in items:
            schema = fields_of(item, SCHEMA, 3, "schema namespaceURI prefix property")
            types = entries(schema["valueType"], "Seq") if "valueType" in schema else []
            listed = entries(schema.get("property"), "Seq")
            if listed is None or types is None:
                problems.append((3, "property or valueType is no Seq"))
                continue
            own = set()
            for entry in types:
                kind = fields_of(entry, TYPE, 5, "type namespaceURI prefix description")
                own.add(text(kind.get("type")))
                for field in entries(kind["field"], "Seq") or [] if "field" in kind else []:
                    fields_of(field, FIELD, 6, "name valueType description")
            known = schemas.setdefault(text(schema.get("namespaceURI")), {})
            for entry in listed:
                fields = fields_of(entry, PROPERTY, 4, "name valueType category description")
                kind = text(fields.get("valueType"))
                simple = kind.split()[-1] if kind else ""
                if text(fields.get("category")) not in ("internal", "external"):
                    problems.append((4, "category is neither internal nor external"))
                if simple not in BASIC | own | {"Alt", "Bag", "Seq"}:
                    problems.append((4, f"value type {kind} is not defined"))
                known[text(fields.get("name"))] = kind
    document._extensions = schemas, problems
    return document._extensions


def container(number, sentence):
    def function(document):
        return (message for kind, message in extensions(document)[1] if kind == number)
    function.__doc__ = sentence
    clause(f"A 6.6.2.3-{number}")(function)


container(1, "Descriptions of extension schemas hold no fields but those of 6.6.2.3.3.")
container(2, "Extension schemas are a Bag in pdfaExtension:schemas.")
container(3, "An extension schema has its name, namespace, prefix and properties.")
container(4, "A property of an extension schema has its name, value type, category and description.")
container(5, "A value type of an extension schema has its name, namespace, prefix and description.")
container(6, "A field of a value type has its name, value type and description.")


def mismatch(kind, found):
    """Whether a value is not of its kind."""
    if kind in ("Alt", "Bag", "Seq"):
        items = entries(found, kind)
        return items is None or kind == "Alt" and any(item.get(LANG) is None for item in items) and len(items) > 0
    if kind == "Any" or kind.split()[-1] not in BASIC:
        return False
    if not isinstance(found, str) and len(found):
        return True
    return kind in SIMPLE and not re.fullmatch(SIMPLE[kind], text(found).strip())


@clause("A 6.6.2.3-7")
def known_properties(document):
    """Every property is predefined or described by an extension schema, and has a value of its type."""
    schemas = extensions(document)[0]
    for namespace, name, prefix, found in properties(packet(document)):
        kind = PREDEFINED.get(namespace, {}).get(name) or schemas.get(namespace, {}).get(name)
        if kind is None:
            yield f"{prefix}:{name} is not known"
        elif mismatch(kind, found):
            yield f"{prefix}:{name} is no {kind}"


def date(pdf):
    """A PDF date as XMP writes it."""
    match = re.fullmatch(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-]\d\d)'(\d\d)'?)", pdf)
    return match and "{}-{}-{}T{}:{}:{}".format(*match.groups()[:6]) + (f"{match[7]}:{match[8]}" if match[7] else "Z")


@clause("A 6.6.3-a")
def information(document):
    """The information dictionary says the same as XMP: stricter than the standard, which lets readers ignore it."""
    info = document.pdf.trailer.get("/Info", pikepdf.Dictionary())
    pairs = {"/Title": (DC, "title"), "/Author": (DC, "creator"), "/Subject": (DC, "description"),
             "/Keywords": (PDF, "Keywords"), "/Creator": (XMP, "CreatorTool"), "/Producer": (PDF, "Producer"),
             "/CreationDate": (XMP, "CreateDate"), "/ModDate": (XMP, "ModifyDate")}
    for key, (namespace, name) in pairs.items():
        if key in info:
            other = value(document, namespace, name)
            other = other[0] if isinstance(other, list) and len(other) == 1 else other
            own = date(str(info[key])) if key.endswith("Date") else str(info[key])
            same = isinstance(other, str) and re.sub(r"\+00:00$", "Z", other) == re.sub(r"\+00:00$", "Z", own or "")
            if not same:
                yield f"{key[1:]} is not {name}"


@clause("A 6.6.4-1")
def archival_claim(document):
    """The file claims a part of PDF/A."""
    if value(document, PDFA, "part") is None:
        yield "no pdfaid:part"


@clause("A 6.6.4-2")
def archival_part(document):
    """The part is 3."""
    if value(document, PDFA, "part") not in (None, "3"):
        yield f"{value(document, PDFA, 'part')}"


@clause("A 6.6.4-3")
def archival_level(document):
    """The level is A."""
    if value(document, PDFA, "conformance") != "A":
        yield f"{value(document, PDFA, 'conformance')}"


@clause("A 6.6.4-4")
def archival_prefix(document):
    """The prefix of the claim is pdfaid."""
    for namespace, name, prefix, found in properties(packet(document)):
        if namespace == PDFA and prefix != "pdfaid":
            yield f"{prefix}:{name}"


@clause("UA 5-1")
def access_claim(document):
    """The file claims a part of PDF/UA."""
    if value(document, PDFUA, "part") is None:
        yield "no pdfuaid:part"


@clause("UA 5-2")
def access_part(document):
    """The part is 1."""
    if value(document, PDFUA, "part") not in (None, "1"):
        yield f"{value(document, PDFUA, 'part')}"


@clause("UA 5-3")
def access_prefix(document):
    """The prefix of the claim is pdfuaid."""
    for namespace, name, prefix, found in properties(packet(document)):
        if namespace == PDFUA and prefix != "pdfuaid":
            yield f"{prefix}:{name}"


@clause("UA 7.1-9")
def title(document):
    """The metadata has a title: dc:title, a language alternative."""
    found = value(document, DC, "title")
    if not isinstance(found, list) or not any(item.strip() for item in found):
        yield "no dc:title"


@clause("UA 7.1-10")
def shown_title(document):
    """Readers show the title in place of the file's name."""
    if document.root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle") is not True:
        yield "DisplayDocTitle is not true"
