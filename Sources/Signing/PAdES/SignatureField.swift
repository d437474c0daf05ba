public import Diagnostics
import PDFReader
import PDFWriter

/// Puts a signature or a timestamp into the form of a document.
///
/// Objects of the document are written anew only where something is added to them: the form or the catalogue, and the
/// page or its list of annotations. Source: ISO 32000-1, 12.5.6.19, 12.7.2, 12.7.4.5.
struct SignatureField {
    let document: PDFDocument
    private let catalogueID: PDFObjectID
    private(set) var catalogue: PDFDictionary
    let form: PDFForm
    /// Whether the catalogue has to be written.
    private var isCatalogueChanged = false

    /// Reads what the field is put into.
    ///
    /// - Throws: `pdf.unsignable` where the catalogue is missing; what the reader throws.
    init(_ document: PDFDocument) throws(ToolkitError) {
        guard let id = document.trailer["Root"].reference else {
            throw ToolkitError(.pdfUnsignable, "The PDF has no catalogue of its own.")
        }
        self.document = document
        catalogueID = id
        catalogue = try document.catalogue()
        form = try PDFForm(document)
    }

    /// Refuses what the certification of the document forbids, or what would not be a certification.
    ///
    /// - Throws: `pdf.certified`; `pdf.alreadySigned`.
    func requirePermission(_ options: PDFSignatureOptions) throws(ToolkitError) {
        if let certified = try document.certification() {
            guard certified.permissions > 1, options.certification == nil else {
                throw ToolkitError(
                    .pdfCertified, "The PDF is certified in a way that allows no further signature of this kind.",
                    fix: "Ask for a copy that is not certified.")
            }
        }
        if options.certification != nil, try !form.signed(in: document).isEmpty {
            throw ToolkitError(
                .pdfAlreadySigned, "Only the first signature of a PDF can certify it; it is signed already.",
                fix: "Leave out the certification.")
        }
    }

    /// Adds a field out of sight, or a box on a page, that holds a value.
    ///
    /// - Parameters:
    ///   - value: The signature dictionary.
    ///   - options: The name of the field and what is seen.
    ///   - isTimestamp: Whether it is a timestamp, which goes into the field that was kept for it, if one was.
    ///   - update: Takes the objects.
    /// - Throws: `pdf.noSuchPage`, `pdf.appearanceCovers`, `pdf.fieldUnusable`, `pdf.unsignable`; what reading the drawing
    ///   throws.
    mutating func add(
        _ value: PDFObjectID, _ options: PDFSignatureOptions, isTimestamp: Bool, to update: inout PDFUpdate
    ) throws(ToolkitError) {
        if options.certification != nil {
            var permissions = PDFDictionary()
            permissions.set("DocMDP", .reference(value))
            catalogue.set("Perms", .dictionary(permissions))
            isCatalogueChanged = true
        }
        let known =
            isTimestamp ? keptField : options.fieldName.flatMap { name in form.fields.first { $0.name == name } }
        if let known {
            try fill(known, value, options, &update)
        } else {
            try addField(value, options, &update)
        }
        if isCatalogueChanged { update.write(catalogueID, catalogue) }
    }

    /// What a signature locks: what was asked for, else what its field wants.
    func lock(_ options: PDFSignatureOptions) throws(ToolkitError) -> FieldLock? {
        if let lock = options.lock { return lock }
        guard let name = options.fieldName, let known = form.fields.first(where: { $0.name == name }),
            let lock = try document.resolve(known.dictionary["Lock"]).dictionary
        else { return nil }
        return try FieldLock(lock, in: document)
    }

    /// An empty field out of sight that the first signature made for the archive timestamp.
    private var keptField: PDFForm.Field? {
        form.fields.first { field in
            field.type == "Sig" && field.value.isNull && field.id != nil && field.name.hasPrefix(Self.timestampName)
                && field.dictionary["Lock"].isNull
                && field.dictionary["Rect"].array?.allSatisfy { $0.number == 0 } == true
        }
    }

    private static let timestampName = "Timestamp"

    /// Fills an empty signature field that the document was prepared with.
    private mutating func fill(
        _ field: PDFForm.Field, _ value: PDFObjectID, _ options: PDFSignatureOptions, _ update: inout PDFUpdate
    ) throws(ToolkitError) {
        guard field.type == "Sig", field.value.isNull, let id = field.id, options.appearance == nil else {
            throw ToolkitError(
                .pdfFieldUnusable, "The form field cannot be signed: it is no signature field, or signed already.",
                fix: "Name an empty signature field, or leave the name away.")
        }
        var dictionary = field.dictionary
        dictionary.set("V", .reference(value))
        update.write(id, dictionary)
        var changed = form.dictionary
        changed.set("SigFlags", .integer(3))
        writeForm(changed, &update)
    }

    private mutating func addField(
        _ value: PDFObjectID, _ options: PDFSignatureOptions, _ update: inout PDFUpdate
    ) throws(ToolkitError) {
        let page = try document.pageToSign(options.appearance?.page ?? 0)
        guard let pageID = page.id else { return }
        let id = update.reserve()
        var box = PageRectangle.nowhere
        var drawn: PDFObjectID?
        if let appearance = options.appearance {
            let copy = try FormCopy(appearance.drawing, turnedBy: page.rotation, to: &update)
            drawn = copy.form
            box = try Self.rectangle((copy.width, copy.height), appearance, on: page, in: document)
        }
        var widgets = [
            Widget(id: id, name: options.fieldName ?? unusedName("Signature"), box: box, value: value, drawn: drawn)
        ]
        // ISO 14289-1, 7.18.4: once something is signed the structure is, too, so a place is kept in time.
        if options.keepsTimestampField, try canTag() {
            widgets.append(
                Widget(
                    id: update.reserve(), name: unusedName(Self.timestampName), box: .nowhere, value: nil, drawn: nil))
        }
        let firstKey = try tag(widgets.map(\.id), on: pageID, &update)
        if firstKey == nil, drawn == nil, !catalogue["StructTreeRoot"].isNull, let edges = page.visibleBox {
            // Beyond the edge of the page it need not be in the structure (ISO 14289-1, 7.18.1).
            let (left, bottom) = (edges[0] - 2, edges[1] - 2)
            widgets[0].box = PageRectangle(left: left, bottom: bottom, right: left, top: bottom)
        }
        for (index, widget) in widgets.enumerated() {
            write(widget, firstKey.map { $0 + index }, on: pageID, described: options.appearance?.text, &update)
        }
        try addAnnotations(widgets.map(\.id), to: page, pageID, &update)
        try addToForm(widgets.map(\.id), &update)
    }

    /// A field that is its own widget.
    private struct Widget {
        let id: PDFObjectID
        let name: String
        var box: PageRectangle
        let value: PDFObjectID?
        let drawn: PDFObjectID?
    }

    private func write(
        _ widget: Widget, _ key: Int?, on page: PDFObjectID, described text: String?, _ update: inout PDFUpdate
    ) {
        update.write(widget.id) { syntax, _ in
            syntax.raw("<</Type/Annot/Subtype/Widget/FT/Sig/T")
            syntax.text(widget.name)
            // Printed and locked: PDF/A wants the first, and nobody shall move the box.
            syntax.raw("/F 132/Rect[")
            let box = widget.box
            for (place, edge) in [box.left, box.bottom, box.right, box.top].enumerated() {
                if place > 0 { syntax.byte(0x20) }
                syntax.real(edge)
            }
            syntax.raw("]/P ")
            syntax.reference(page)
            if let value = widget.value {
                syntax.raw("/V ")
                syntax.reference(value)
            }
            if let drawn = widget.drawn {
                syntax.raw("/AP<</N ")
                syntax.reference(drawn)
                syntax.raw(">>")
            }
            syntax.raw("/TU")
            syntax.text(widget.drawn == nil ? widget.name : text ?? widget.name)
            if let key {
                syntax.raw("/StructParent ")
                syntax.integer(key)
            }
            syntax.raw(">>")
        }
    }

    /// The rectangle of a box on the page, at a place where it covers nothing that was not given up.
    private static func rectangle(
        _ size: (width: Double, height: Double), _ appearance: SignatureAppearance, on page: PDFPage,
        in document: PDFDocument
    ) throws(ToolkitError) -> PageRectangle {
        let frame = ShownPage(page)
        let left: Double
        let bottom: Double
        switch appearance.place {
        case .point(let x, let y):
            left = x
            bottom = y
        case .corner(let corner, let margin):
            let isLeft = corner == .topLeft || corner == .bottomLeft
            let isBottom = corner == .bottomLeft || corner == .bottomRight
            left = isLeft ? margin : frame.width - margin - size.width
            bottom = isBottom ? margin : frame.height - margin - size.height
        }
        guard left >= 0, bottom >= 0, left + size.width <= frame.width, bottom + size.height <= frame.height else {
            throw ToolkitError(
                .pdfAppearance, "The signature box does not fit on the page.",
                fix: "Move it: the page is \(Int(frame.width)) by \(Int(frame.height)) points.")
        }
        let box = PageRectangle(left: left, bottom: bottom, right: left + size.width, top: bottom + size.height)
        if !appearance.mayCover {
            let placer = try SignaturePlacer(document, page)
            if placer.covers(box) { throw placer.refusal(width: size.width, height: size.height) }
        }
        return frame.unshown(box)
    }

    /// Appends to the page's list, where that is an object of its own, else to the page.
    private func addAnnotations(
        _ ids: [PDFObjectID], to page: PDFPage, _ pageID: PDFObjectID, _ update: inout PDFUpdate
    ) throws(ToolkitError) {
        let annotations = try document.resolve(page.dictionary["Annots"]).array ?? []
        let list = PDFObject.array(annotations + ids.map { .reference($0) })
        let isTagged = !catalogue["StructTreeRoot"].isNull
        if let listID = page.dictionary["Annots"].reference, !isTagged || !page.dictionary["Tabs"].isNull {
            update.write(listID) { syntax, _ in syntax.object(list) }
            return
        }
        var dictionary = page.dictionary
        dictionary.set("Annots", list)
        // ISO 14289-1, 7.18.3: with annotations, the order of the tabulator is that of the structure.
        if isTagged, dictionary["Tabs"].isNull { dictionary.set("Tabs", .name("S")) }
        update.write(pageID, dictionary)
    }

    private mutating func addToForm(_ ids: [PDFObjectID], _ update: inout PDFUpdate) throws(ToolkitError) {
        var changed = form.dictionary
        let fields = try document.resolve(changed["Fields"]).array ?? []
        changed.set("Fields", .array(fields + ids.map { .reference($0) }))
        changed.set("SigFlags", .integer(3))
        writeForm(changed, &update)
    }

    private mutating func writeForm(_ dictionary: PDFDictionary, _ update: inout PDFUpdate) {
        if let id = catalogue["AcroForm"].reference {
            update.write(id, dictionary)
        } else {
            catalogue.set("AcroForm", .dictionary(dictionary))
            isCatalogueChanged = true
        }
    }

    /// `Signature1` and so on.
    private func unusedName(_ stem: String) -> String {
        let taken = Set(form.fields.map { String($0.name.prefix { $0 != "." }) })
        var number = 1
        while taken.contains("\(stem)\(number)") { number += 1 }
        return "\(stem)\(number)"
    }
}

extension PageRectangle {
    /// Without extent: out of sight.
    fileprivate static let nowhere = PageRectangle(left: 0, bottom: 0, right: 0, top: 0)
}

extension ToolkitError.Code {
    /// The PDF is certified against what was asked for.
    public static let pdfCertified = Self("pdf.certified", .rejected)
    /// The PDF carries a signature already.
    public static let pdfAlreadySigned = Self("pdf.alreadySigned", .rejected)
    /// The form field cannot take a signature.
    public static let pdfFieldUnusable = Self("pdf.fieldUnusable", .rejected)
}
