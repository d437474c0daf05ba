import Certificates
import Diagnostics
import PDFReader
import PDFWriter

/// The document security store: certificates, revocation lists and OCSP answers within a PDF.
///
/// Source: ETSI EN 319 142-1 §5.4.2, ISO 32000-2, 12.8.4.3.
enum EvidenceStore {
    /// The lists, and the key that each has for one signature.
    private static let lists = [("Certs", "Cert"), ("CRLs", "CRL"), ("OCSPs", "OCSP")]

    /// Appends evidence to a file.
    ///
    /// - Parameters:
    ///   - evidence: What is added; what is there already is not repeated.
    ///   - contents: `/Contents` of the signature that it is about.
    ///   - pdf: The signed file.
    /// - Returns: The file with one more revision.
    /// - Throws: What the reader throws; `pdf.unsignable`.
    static func append(
        _ evidence: Evidence, about contents: [UInt8], to pdf: [UInt8]
    ) throws(ToolkitError) -> [UInt8] {
        let document = try PDFDocument(parsing: pdf)
        guard let catalogueID = document.trailer["Root"].reference else {
            throw ToolkitError(.pdfUnsignable, "The PDF has no catalogue of its own.")
        }
        var update = try PDFUpdate(document)
        var catalogue = try document.catalogue()
        var store = try document.resolve(catalogue["DSS"]).dictionary ?? PDFDictionary()
        store.set("Type", .name("DSS"))
        var own = PDFDictionary()
        own.set("Type", .name("VRI"))
        let parts = [evidence.certificates.map(\.der), evidence.revocationLists, evidence.ocspResponses]
        for ((name, ownName), items) in zip(lists, parts) where !items.isEmpty {
            var entries = try document.resolve(store[name]).array ?? []
            var known: [[UInt8]: PDFObject] = [:]
            for entry in entries {
                guard let stream = try document.resolve(entry).stream else { continue }
                known[try document.content(of: stream)] = entry
            }
            var references: [PDFObject] = []
            for item in items {
                let entry = known[item] ?? .reference(update.writeStream(item))
                if known[item] == nil { entries.append(entry) }
                known[item] = entry
                references.append(entry)
            }
            store.set(name, .array(entries))
            own.set(ownName, .array(references))
        }
        guard let digest = Digest.named("SHA1", of: contents) else {
            throw ToolkitError(.pdfUnsignable, "The evidence cannot be filed under the digest of the signature.")
        }
        var records = try document.resolve(store["VRI"]).dictionary ?? PDFDictionary()
        records.set(Digest.hexadecimal(digest).uppercased(), .dictionary(own))
        store.set("VRI", .dictionary(records))
        if let id = catalogue["DSS"].reference {
            update.write(id, store)
        } else {
            let id = update.reserve()
            update.write(id, store)
            catalogue.set("DSS", .reference(id))
            update.write(catalogueID, catalogue)
        }
        let identifier = try Digest.sha256(Array(pdf.suffix(4096))).prefix(16)
        return pdf + update.finish(identifier: Array(identifier))
    }

    /// The evidence of a document; what cannot be read is left out.
    ///
    /// - Throws: `pdf.limit`.
    static func read(_ document: PDFDocument) throws(ToolkitError) -> Evidence {
        var evidence = Evidence()
        guard let store = try document.resolve(document.catalogue()["DSS"]).dictionary else { return evidence }
        for (name, _) in lists {
            for entry in (try document.resolve(store[name]).array ?? []).prefix(256) {
                guard let stream = try document.resolve(entry).stream else { continue }
                let content: [UInt8]
                do throws(ToolkitError) {
                    content = try document.content(of: stream)
                } catch {
                    guard error.code == .pdfMalformed else { throw error }
                    continue
                }
                switch name {
                case "Certs":
                    if let certificate = try? Certificate(der: content) { evidence.certificates.append(certificate) }
                case "CRLs": evidence.revocationLists.append(content)
                default: evidence.ocspResponses.append(content)
                }
            }
        }
        return evidence
    }
}
