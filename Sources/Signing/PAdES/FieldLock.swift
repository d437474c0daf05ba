import Diagnostics
import PDFReader
import PDFWriter

/// Which form fields a signature locks.
///
/// It stands in the signature (FieldMDP), in the field (`/Lock`), or in both. Sources: ISO 32000-1, 12.7.4.5 and 12.8.2.4.
public enum FieldLock: Sendable, Hashable {
    /// All of them.
    case all
    /// These, and what is below them.
    case only([String])
    /// All but these, and what is below them.
    case allBut([String])

    /// Reads a lock, or the parameters of a transform; what is out of order locks everything.
    init(_ dictionary: PDFDictionary, in document: PDFDocument) throws(ToolkitError) {
        var names: [String] = []
        for item in try document.resolve(dictionary["Fields"]).array ?? [] {
            guard let name = try document.resolve(item).text else { continue }
            names.append(name)
        }
        self =
            switch try document.resolve(dictionary["Action"]).name {
            case "Include": .only(names)
            case "Exclude": .allBut(names)
            default: .all
            }
    }

    /// Whether a field may not be filled in any more.
    func locks(_ field: String) -> Bool {
        func isNamed(_ names: [String]) -> Bool {
            names.contains { field == $0 || field.hasPrefix("\($0).") }
        }
        return switch self {
        case .all: true
        case .only(let names): isNamed(names)
        case .allBut(let names): !isNamed(names)
        }
    }

    /// Whether filling in a field would fill in a locked one, itself or one that inherits its value.
    func reaches(_ field: String) -> Bool {
        if case .only(let names) = self, names.contains(where: { $0.hasPrefix("\(field).") }) { return true }
        return locks(field)
    }

    /// `/Action` and `/Fields`.
    func write(to syntax: inout PDFSyntax) {
        let list: [String]
        switch self {
        case .all:
            syntax.raw("/Action/All")
            return
        case .only(let names):
            syntax.raw("/Action/Include/Fields[")
            list = names
        case .allBut(let names):
            syntax.raw("/Action/Exclude/Fields[")
            list = names
        }
        for name in list { syntax.text(name) }
        syntax.raw("]")
    }
}

/// What a signature lets become of the document.
struct SignatureLocks {
    /// The locks of the signature and of its field.
    private(set) var fields: [FieldLock] = []
    /// `/P` of the field's lock, 1 to 3 (ISO 32000-2, 12.7.5.5); nil where it does not say.
    private(set) var permissions: Int?

    /// Reads them from the state of the file that was signed.
    init(_ signature: EmbeddedSignature, in signed: PDFDocument) throws(ToolkitError) {
        for item in try signed.resolve(signature.dictionary["Reference"]).array ?? [] {
            guard let reference = try signed.resolve(item).dictionary,
                try signed.resolve(reference["TransformMethod"]).name == "FieldMDP"
            else { continue }
            let parameters = try signed.resolve(reference["TransformParams"]).dictionary
            fields.append(try FieldLock(parameters ?? PDFDictionary(), in: signed))
        }
        guard let id = signature.field, let field = try signed.object(id).dictionary,
            let lock = try signed.resolve(field["Lock"]).dictionary
        else { return }
        fields.append(try FieldLock(lock, in: signed))
        let level = try signed.resolve(lock["P"])
        if !level.isNull { permissions = [1, 2, 3].contains(level.integer ?? 0) ? level.integer : 1 }
    }
}
