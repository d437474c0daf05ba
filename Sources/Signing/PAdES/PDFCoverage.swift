/// What was changed in a PDF after it was signed.
public struct PDFChanges: Sendable, Hashable {
    /// The kinds of change, each including the ones before it.
    public enum Level: String, Sendable, Hashable, CaseIterable, Comparable {
        /// Nothing.
        case none
        /// Evidence and timestamps for long-term verification.
        case evidence = "lta-updates"
        /// Forms were filled in, or further signatures made.
        case formFilling = "form-filling"
        /// Annotations were added or changed.
        case annotations
        /// Something else, which no signature allows.
        case other

        /// Orders by how much was changed.
        public static func < (left: Self, right: Self) -> Bool {
            let all = allCases
            return (all.firstIndex(of: left) ?? 0) < (all.firstIndex(of: right) ?? 0)
        }
    }

    /// The greatest change.
    public internal(set) var level = Level.none
    /// How many times the file was appended to after this signature.
    public internal(set) var revisions = 0
    /// What was changed against the rules, in words; empty where nothing was.
    public internal(set) var violations: [String] = []
    /// What a person should look at although it is allowed.
    public internal(set) var notes: [String] = []
    /// Whether a page may look different from what was signed, by a form that was filled in or an annotation.
    public internal(set) var changesAppearance = false

    mutating func raise(to other: Level) { level = max(level, other) }

    mutating func violate(_ text: String) {
        level = .other
        if violations.count < 16 { violations.append(text) }
    }

    mutating func note(_ text: String) {
        if notes.count < 16 { notes.append(text) }
    }
}

/// How much of a PDF a signature covers, and what became of the file afterwards.
public struct PDFCoverage: Sendable, Hashable {
    /// How far the signed bytes reach.
    public enum Extent: String, Sendable, Hashable {
        /// All of the file but the signature's own value.
        case entireFile = "entire-file"
        /// All of a state of the file that was appended to later.
        case entireRevision = "entire-revision"
    }

    /// How far the signed bytes reach.
    public let extent: Extent
    /// The name of the form field.
    public let field: String
    /// The first so many bytes of the file are the file as it was signed.
    public let byteCount: Int
    /// What was changed afterwards.
    public internal(set) var changes: PDFChanges
    /// What a certifying signature allows, 1 to 3; nil for an ordinary one.
    public let certification: Int?
    /// Why it was signed, in the signer's words.
    public let reason: String?
}

extension PDFCoverage {
    /// The lines of the report for people.
    var lines: [String] {
        var lines: [String] = []
        switch extent {
        case .entireFile: lines.append("covers: the whole file")
        case .entireRevision: lines.append("covers: the file as it was, its first \(byteCount) bytes")
        }
        if let certification { lines.append("certified: changes of kind \(certification) are allowed") }
        if let reason { lines.append("reason: \(reason)") }
        lines.append("changed afterwards: \(changes.level.rawValue)")
        lines += changes.violations.map { "  not allowed: \($0)" }
        lines += changes.notes.map { "  \($0)" }
        return lines
    }
}
