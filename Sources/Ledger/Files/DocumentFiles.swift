import Certificates
public import Diagnostics
import JSONCore

/// A file that was made of a document; its bytes lie in an archive under the name of their digest.
public struct DocumentFile: Sendable, Hashable {
    /// What it is, such as `pdf` or `xml`.
    public let role: String
    /// SHA-256 of its bytes.
    public let digest: [UInt8]
    /// How many bytes it has.
    public let size: Int

    /// Takes every property as it is.
    public init(role: String, digest: [UInt8], size: Int) {
        self.role = role
        self.digest = digest
        self.size = size
    }
}

/// The answer to entering a document's files: nothing but that it is done.
struct FilesEntered: LedgerAnswer {
    let stored: [UInt8]
    init(_ stored: [UInt8]) throws(ToolkitError) { self.stored = stored }
}

extension DocumentLedger {
    /// Enters the files that were made of an issued document, and ends the job that made them, in one transaction.
    ///
    /// The bytes must be on the disk before. Entering the same files again changes nothing.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - document: The id of the document.
    ///   - isSigned: Whether they carry a signature; then the document counts as signed.
    ///   - jobs: The kinds of jobs that are done with it.
    ///   - request: By whom and when.
    /// - Throws: What the store throws.
    public func enter(
        _ files: [DocumentFile], of document: String, isSigned: Bool, endingJobs jobs: [String],
        _ request: LedgerRequest
    ) throws(ToolkitError) {
        let known = try self.files(of: document, issuer: request.issuer)
        if files.allSatisfy(known.contains) { return }
        _ = try perform(request) { entry throws(ToolkitError) in
            try Self.enter(files, of: document, isSigned: isSigned, endingJobs: jobs, in: entry)
        }
    }

    /// The files of one of many documents.
    public struct FileEntry: Sendable, Hashable {
        let document: String
        let files: [DocumentFile]
        let isSigned: Bool

        /// Takes the id of a document, its files, and whether they carry a signature.
        public init(document: String, files: [DocumentFile], isSigned: Bool) {
            self.document = document
            self.files = files
            self.isSigned = isSigned
        }
    }

    /// Enters the files of many documents of an issuer in one transaction.
    ///
    /// - Parameters:
    ///   - entries: The documents with their files, which are on the disk.
    ///   - jobs: The kinds of jobs that are done with it.
    ///   - request: By whom and when.
    /// - Throws: `files.final`; what the store throws.
    public func enter(
        _ entries: [FileEntry], endingJobs jobs: [String], _ request: LedgerRequest
    ) throws(ToolkitError) {
        guard !entries.isEmpty else { return }
        _ = try perform(request) { entry throws(ToolkitError) in
            for one in entries {
                try Self.enter(one.files, of: one.document, isSigned: one.isSigned, endingJobs: jobs, in: entry)
            }
            return LedgerCount(value: entries.count)
        }
    }

    /// Enters files within a transaction that holds the issuer's lock.
    ///
    /// - Throws: `files.final`; what the store throws.
    @discardableResult
    static func enter(
        _ files: [DocumentFile], of document: String, isSigned: Bool, endingJobs jobs: [String], in entry: LedgerEntry
    ) throws(ToolkitError) -> FilesEntered {
        let known = try Self.files(of: document, entry.issuer, in: entry.transaction)
        if files.allSatisfy(known.contains) { return try FilesEntered(DocumentFile.json(of: known)) }
        let roles = Set(known.map(\.role))
        guard !files.contains(where: { roles.contains($0.role) }) else {
            throw ToolkitError(
                .filesFinal, "The document has its files already, and these are others.",
                fix: "`pechat show NUMBER --file pdf` gives those that count.")
        }
        let id = SQLValue.text(document)
        for file in files {
            try entry.transaction.run(
                """
                INSERT INTO file (issuer, document, role, digest, size, entered_at)
                SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (
                    SELECT 1 FROM file WHERE issuer = $1 AND document = $2 AND role = $3 AND digest = $4)
                """, entry.issuer, id, .text(file.role), .bytes(file.digest), .integer(file.size), entry.now)
        }
        for job in jobs {
            try entry.transaction.run(
                """
                UPDATE job SET state = 'completed', problem = NULL, changed_at = $4, ended_at = $4
                WHERE issuer = $1 AND subject = $2 AND kind = $3 AND state IN (\(JobState.sources(of: .completed)))
                """, entry.issuer, id, .text(job), entry.now)
        }
        if isSigned {
            let before = try entry.standing(of: document)
            var after = before
            if before.signature != .signed { try after.signature.step(to: .signed) }
            try entry.save(after, was: before, as: .signature)
        }
        let after = DocumentFile.json(of: known + files)
        try entry.record(DocumentFile.action, of: document, after: after)
        return try FilesEntered(after)
    }

    /// The files that were made of a document, in the order in which they were entered.
    ///
    /// - Throws: What the store throws.
    public func files(of document: String, issuer: String) throws(ToolkitError) -> [DocumentFile] {
        try store.read { transaction throws(ToolkitError) in
            try Self.files(of: document, .text(issuer), in: transaction)
        }
    }

    private static func files(
        of document: String, _ issuer: SQLValue, in transaction: any StoreTransaction
    ) throws(ToolkitError) -> [DocumentFile] {
        let rows = try transaction.rows(
            """
            SELECT role, digest, size FROM file WHERE issuer = $1 AND document = $2 ORDER BY entered_at, role
            """, issuer, .text(document))
        var files: [DocumentFile] = []
        for row in rows {
            files.append(DocumentFile(role: try row.text(0), digest: try row.bytes(1), size: try row.integer(2)))
        }
        return files
    }

    /// All files of an issuer, each once.
    ///
    /// - Throws: What the store throws.
    public func files(of issuer: String) throws(ToolkitError) -> [DocumentFile] {
        try store.read { transaction throws(ToolkitError) in
            var files: [DocumentFile] = []
            for row in try transaction.rows(
                "SELECT DISTINCT role, digest, size FROM file WHERE issuer = $1 ORDER BY digest", .text(issuer))
            {
                files.append(DocumentFile(role: try row.text(0), digest: try row.bytes(1), size: try row.integer(2)))
            }
            return files
        }
    }
}

extension DocumentFile {
    /// How the audit chain calls the entry of files.
    static let action = "document.files"

    /// All files of a document as compact JSON, by role: what the audit chain seals.
    static func json(of files: [DocumentFile]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for file in files.sorted(by: { $0.role < $1.role }) {
            writer.member(file.role, Digest.hexadecimal(file.digest))
        }
        writer.endObject()
        return writer.bytes
    }
}

extension ToolkitError.Code {
    /// A document has its files; they never change.
    public static let filesFinal = Self("files.final", .state)
}
