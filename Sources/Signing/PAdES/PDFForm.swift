import Diagnostics
import PDFReader

/// The interactive form of a document: its fields with what they inherit (ISO 32000-1, 12.7).
struct PDFForm {
    /// A field that holds a value.
    struct Field {
        /// Its object; nil where an array holds it directly.
        let id: PDFObjectID?
        /// The names from the top down, joined with full stops.
        let name: String
        /// `Sig`, `Tx`, `Btn` or `Ch`; nil where it does not say.
        let type: String?
        /// Its dictionary, without what it inherits.
        let dictionary: PDFDictionary
        /// `/V` as it stands, its own or inherited.
        let value: PDFObject
        /// The object that holds `/V`; nil where it is not an object of its own.
        let holder: PDFObjectID?
    }

    /// `/AcroForm`; empty where there is none.
    let dictionary: PDFDictionary
    /// All fields without further ones below them, in the order of the form.
    let fields: [Field]
    /// All objects that are fields or their widgets, those in between included, with the type of the field.
    let objects: [PDFObjectID: String]
    /// The full name of the field that each of these objects is, or is a widget of.
    let names: [PDFObjectID: String]

    /// More fields than an honest form has.
    private static let limit = 100_000

    /// Reads the form of a document.
    ///
    /// - Throws: `pdf.limit` for absurdly large forms; what the reader throws.
    init(_ document: PDFDocument) throws(ToolkitError) {
        dictionary = try document.resolve(document.catalogue()["AcroForm"]).dictionary ?? PDFDictionary()
        var fields: [Field] = []
        var objects: [PDFObjectID: String] = [:]
        var names: [PDFObjectID: String] = [:]
        let top = try document.resolve(dictionary["Fields"]).array ?? []
        var pending = top.reversed().map { Node(object: $0) }
        while let node = pending.popLast() {
            guard objects.count + fields.count < Self.limit, pending.count < Self.limit else {
                throw ToolkitError(.pdfLimit, "The PDF has too many form fields.")
            }
            if let id = node.object.reference, objects[id] != nil { continue }
            guard let own = try document.resolve(node.object).dictionary else { continue }
            var next = node
            if let part = try document.resolve(own["T"]).text {
                next.name = node.name.isEmpty ? part : "\(node.name).\(part)"
            }
            next.type = try document.resolve(own["FT"]).name ?? node.type
            if let id = node.object.reference {
                objects[id] = next.type ?? ""
                names[id] = next.name
            }
            if !own["V"].isNull {
                next.value = own["V"]
                next.holder = node.object.reference
            }
            let kids = try document.resolve(own["Kids"]).array ?? []
            var deeper: [Node] = []
            for kid in kids {
                // Kids without a name of their own are widgets of this field, not fields.
                guard let child = try document.resolve(kid).dictionary, !child["T"].isNull else {
                    if let id = kid.reference {
                        objects[id] = next.type ?? ""
                        names[id] = next.name
                    }
                    continue
                }
                next.object = kid
                deeper.append(next)
            }
            if deeper.isEmpty {
                fields.append(
                    Field(
                        id: node.object.reference, name: next.name, type: next.type, dictionary: own,
                        value: next.value, holder: next.holder))
            } else {
                pending += deeper.reversed()
            }
        }
        self.fields = fields
        self.objects = objects
        self.names = names
    }

    private struct Node {
        var object: PDFObject
        var name = ""
        var type: String?
        var value = PDFObject.null
        var holder: PDFObjectID?
    }

    /// The fields that hold a signature or a timestamp.
    func signed(in document: PDFDocument) throws(ToolkitError) -> [Field] {
        var found: [Field] = []
        for field in fields where field.type == "Sig" {
            if try document.resolve(field.value).dictionary != nil { found.append(field) }
        }
        return found
    }
}

extension PDFDocument {
    /// What the certifying signature of the document allows afterwards, 1 to 3; nil where there is none.
    ///
    /// Source: ISO 32000-1, 12.8.2.2.
    func certification() throws(ToolkitError) -> (signature: PDFObjectID?, permissions: Int)? {
        guard let permissions = try resolve(catalogue()["Perms"]).dictionary else { return nil }
        let entry = permissions["DocMDP"]
        guard let signature = try resolve(entry).dictionary else { return nil }
        return (entry.reference, try signature.certificationLevel(self) ?? 2)
    }
}

extension PDFDictionary {
    /// `/P` of the DocMDP transform of a signature; nil where it does not certify.
    func certificationLevel(_ document: PDFDocument) throws(ToolkitError) -> Int? {
        for item in try document.resolve(self["Reference"]).array ?? [] {
            guard let reference = try document.resolve(item).dictionary,
                try document.resolve(reference["TransformMethod"]).name == "DocMDP"
            else { continue }
            let parameters = try document.resolve(reference["TransformParams"]).dictionary
            // 2 is the default; what is out of range allows nothing.
            let level = try document.resolve(parameters?["P"] ?? .null)
            return level.isNull ? 2 : [1, 2, 3].contains(level.integer ?? 0) ? level.integer : 1
        }
        return nil
    }
}
