public import Diagnostics
public import Ledger

/// Where the files of issued documents are kept under the names of their digests.
public protocol DocumentArchive: Sendable {
    /// Keeps bytes; they are on the disk when this returns.
    ///
    /// - Returns: What the ledger enters.
    /// - Throws: What the disk says.
    func keep(_ bytes: [UInt8], as role: String) throws(ToolkitError) -> DocumentFile

    /// Keeps many files; all of them are on the disk when this returns.
    ///
    /// - Returns: What the ledger enters, in the same order.
    /// - Throws: What the disk says.
    func keep(_ files: [(bytes: [UInt8], role: String)]) throws(ToolkitError) -> [DocumentFile]
}

extension DocumentArchive {
    /// Keeps one after the other, where an archive knows no better.
    public func keep(_ files: [(bytes: [UInt8], role: String)]) throws(ToolkitError) -> [DocumentFile] {
        var kept: [DocumentFile] = []
        for file in files { kept.append(try keep(file.bytes, as: file.role)) }
        return kept
    }
}
