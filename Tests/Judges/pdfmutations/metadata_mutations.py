"""Mutations of ISO 19005-3, 6.6, and ISO 14289-1, 5."""

from pikepdf import Name, String

from .bench import breaks, metadata, metadata_pattern


@breaks("A 6.6.2.1-1", "UA 7.1-8")
def no_type(pdf):
    pdf.Root.Metadata.Type = Name.Foo


@breaks("A 6.6.2.1-2")
def size(pdf):
    metadata(pdf, b' id="W5', b' bytes="9" id="W5')


@breaks("A 6.6.2.1-3")
def encoding(pdf):
    metadata(pdf, b' id="W5', b' encoding="UTF-8" id="W5')


@breaks("A 6.6.2.1-4")
def no_packet(pdf):
    metadata(pdf, b'<?xpacket end="r"?>', b"")


@breaks("A 6.6.2.1-4", "A 6.6.2.1-5")
def utf16(pdf):
    text = pdf.Root.Metadata.read_bytes().decode("utf-8").replace("\ufeff", "", 1)
    pdf.Root.Metadata.write(text.encode("utf-16"))


@breaks("A 6.6.2.3-1")
def unknown_field(pdf):
    metadata(pdf, b"<pdfaSchema:prefix>", b"<pdfaSchema:foo>x</pdfaSchema:foo><pdfaSchema:prefix>")


@breaks("A 6.6.2.3-2", "A 6.6.2.3-7")
def no_bag(pdf):
    metadata_pattern(pdf, rb"(<pdfaExtension:schemas><rdf:)Bag>(.*)</rdf:Bag>(</pdfaExtension)", rb"\1Seq>\2</rdf:Seq>\3")


@breaks("A 6.6.2.3-3")
def no_prefix(pdf):
    metadata_pattern(pdf, rb"<pdfaSchema:prefix>.*</pdfaSchema:prefix>", b"")


@breaks("A 6.6.2.3-4")
def category(pdf):
    metadata(pdf, b">internal<", b">secret<")


@breaks("A 6.6.2.3-4")
def value_type(pdf):
    metadata(pdf, b">Integer<", b">Number<")


def type_of(pdf, content):
    metadata(pdf, b"</rdf:li></rdf:Bag></pdfaExtension", b"<pdfaSchema:valueType "
             b'xmlns:pdfaType="http://www.aiim.org/pdfa/ns/type#" xmlns:pdfaField="http://www.aiim.org/pdfa/ns/field#">'
             b'<rdf:Seq><rdf:li rdf:parseType="Resource">' + content +
             b"</rdf:li></rdf:Seq></pdfaSchema:valueType></rdf:li></rdf:Bag></pdfaExtension")


@breaks("A 6.6.2.3-5")
def poor_type(pdf):
    type_of(pdf, b"<pdfaType:type>T</pdfaType:type>")


@breaks("A 6.6.2.3-6")
def poor_field(pdf):
    type_of(pdf, b"<pdfaType:type>T</pdfaType:type><pdfaType:namespaceURI>u:</pdfaType:namespaceURI>"
            b"<pdfaType:prefix>p</pdfaType:prefix><pdfaType:description>d</pdfaType:description><pdfaType:field><rdf:Seq>"
            b'<rdf:li rdf:parseType="Resource"><pdfaField:name>n</pdfaField:name></rdf:li></rdf:Seq></pdfaType:field>')


@breaks("A 6.6.2.3-7")
def no_schema(pdf):
    metadata_pattern(pdf, rb"<pdfaExtension:schemas>.*</pdfaExtension:schemas>", b"")


@breaks("A 6.6.2.3-7")
def no_date(pdf):
    metadata_pattern(pdf, rb"<dc:creator>", b"<xmp:MetadataDate>today</xmp:MetadataDate><dc:creator>")


@breaks("A 6.6.3-a")
def other_title(pdf):
    pdf.trailer.Info.Title = String("Other")


@breaks("A 6.6.4-1")
def no_part(pdf):
    metadata(pdf, b"<pdfaid:part>3</pdfaid:part>", b"")


@breaks("A 6.6.4-2")
def other_part(pdf):
    metadata(pdf, b"<pdfaid:part>3<", b"<pdfaid:part>2<")


@breaks("A 6.6.4-3")
def other_level(pdf):
    metadata(pdf, b"conformance>A<", b"conformance>B<")


@breaks("A 6.6.4-4")
def other_prefix(pdf):
    metadata(pdf, b"pdfaid", b"aid", -1)


@breaks("UA 5-1")
def no_access(pdf):
    metadata(pdf, b"<pdfuaid:part>1</pdfuaid:part>", b"")


@breaks("UA 5-2")
def other_access(pdf):
    metadata(pdf, b"<pdfuaid:part>1<", b"<pdfuaid:part>2<")


@breaks("UA 5-3")
def other_access_prefix(pdf):
    metadata(pdf, b"xmlns:pdfuaid", b"xmlns:ua")
    metadata(pdf, b"<pdfuaid:part>1</pdfuaid:", b"<ua:part>1</ua:")


@breaks("UA 7.1-9")
def no_title(pdf):
    metadata_pattern(pdf, rb'("x-default">)[^<]*', rb"\1")
    del pdf.trailer.Info["/Title"]


@breaks("UA 7.1-10")
def hidden_title(pdf):
    pdf.Root.ViewerPreferences.DisplayDocTitle = False
