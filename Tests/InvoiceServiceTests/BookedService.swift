import Certificates
import Diagnostics
import Foundation
import HTTPServer
import InvoiceModel
import Issuing
import JSONCore
import Ledger
import Synchronization
import TestSupport
import Testing

@testable import InvoiceService

/// A service with books in memory, a key for each of two issuers, and workers that work when they are told to.
final class BookedService: Sendable {
    /// Whoever calls: each issuer's own key, one that may see all books, and one that may only look.
    enum Caller: String, CaseIterable {
        case own, other, all, viewer

        var issuers: Set<String>? {
            switch self {
            case .own, .viewer: [BookedService.issuer]
            case .other: ["4030000000000"]
            case .all: nil
            }
        }
    }

    static let issuer = "4020006543214"
    static let json = "application/json"
    static let lines = "application/x-ndjson"
    let service: InvoiceService
    let ledger: DocumentLedger
    let secrets: [Caller: String]
    let policy: AccessPolicy
    private let archive = Shelf()
    private let now: Timestamp
    private let today: CalendarDate
    private let count: @Sendable () -> String

    /// Files in memory.
    private final class Shelf: DocumentArchive {
        private let files = Mutex<[[UInt8]: [UInt8]]>([:])

        func keep(_ bytes: [UInt8], as role: String) throws(ToolkitError) -> DocumentFile {
            let digest = try Digest.sha256(bytes)
            files.withLock { $0[digest] = bytes }
            return DocumentFile(role: role, digest: digest, size: bytes.count)
        }

        func bytes(of file: DocumentFile) -> [UInt8] { files.withLock { $0[file.digest] ?? [] } }
    }

    init() throws {
        now = try Timestamp("2026-11-29T10:00:00Z")
        let today = try #require(CalendarDate(iso: "2026-11-29"))
        self.today = today
        let moment = now
        var policy = AccessPolicy()
        var secrets: [Caller: String] = [:]
        for (index, caller) in Caller.allCases.enumerated() {
            let (prefix, text) = AccessKey.text(random: (0..<40).map { UInt8($0 + 50 * index) })
            secrets[caller] = text
            policy.keys[prefix] = AccessKey(
                prefix: prefix, digest: try Digest.sha256(Array(text.utf8)), name: caller.rawValue,
                scopes: caller == .viewer ? Role.viewer.scopes : Role.admin.scopes, issuers: caller.issuers)
        }
        (self.secrets, self.policy) = (secrets, policy)
        ledger = DocumentLedger(try SQLiteStore())
        let next = Atomic(0)
        count = { "0199-\(String(next.add(1, ordering: .relaxed).newValue + 1_000_000))" }
        let archive = archive
        var books = ServiceLedger(
            ledger: ledger, identifier: count, today: { _, _ in today },
            keep: { bytes, role throws(ToolkitError) in try archive.keep(bytes, as: role) },
            bytes: { archive.bytes(of: $0) })
        books.post = { _ in 200 }
        service = InvoiceService(
            InvoiceService.Environment(
                toolkit: Toolkit.bundled(), now: { moment }, microseconds: { 0 },
                random: { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } }, log: { _ in }),
            access: AccessControl(policy), keys: try SigningKeys([]), ledger: books)
    }

    /// Sends a request as a server would: first the head, then all of it.
    func send(
        _ method: String, _ target: String, as caller: Caller? = .own, type: String? = nil, _ body: [UInt8] = [],
        fields more: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        var fields = more
        if let caller, let secret = secrets[caller] { fields.append(("Authorization", "Bearer \(secret)")) }
        if let type { fields.append(("Content-Type", type)) }
        let head = HTTPRequest(method: method, target: target, fields: fields)
        if case .answer(let response) = service.screen(head) { return response }
        return service.respond(
            to: HTTPRequest(method: method, target: target, fields: fields, body: body),
            with: Workbench(service.environment.toolkit))
    }

    /// An invoice of the issuer, as one line of JSON.
    static func invoice(_ note: String = "", buyer: String? = nil) throws -> [UInt8] {
        let path = "\(PackageFolder.root)/samples/services/invoice.json"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        var object = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        for name in ["number", "dueDate"] { object[name] = nil }
        object["issueDate"] = "2026-11-29"
        object["notes"] = ["note \(note)"]
        if let buyer { object["buyer"] = (object["buyer"] as? [String: Any])?.merging(["name": buyer]) { $1 } }
        return [UInt8](try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]))
    }

    /// Invoices, one on each line; those with a wrong ordinal are none.
    static func batch(_ count: Int, wrong: Set<Int> = []) throws -> [UInt8] {
        var lines: [UInt8] = []
        for index in 0..<count {
            lines += wrong.contains(index) ? Array(#"{"kind": "invoice"}"#.utf8) : try invoice("\(index)")
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    /// Submits a batch.
    func submit(_ body: [UInt8], as caller: Caller = .own, key: String = "k", query: String = "") -> HTTPResponse {
        send("POST", "/v1/jobs\(query)", as: caller, type: Self.lines, body, fields: [("Idempotency-Key", key)])
    }

    /// Does all that waits.
    func work() throws {
        let (moment, today) = (now, today)
        let desk = try JobDesk(
            ledger, archive, DocumentOptions(), signer: nil,
            JobDesk.Host(now: { moment }, day: { _, _ in today }, identifier: count, actor: "worker:test"))
        let toolkit = service.environment.toolkit
        try JobWorkers(desk, JobWorkers.Plan(threads: 1, endsWhenIdle: true)).run(
            makeTools: { Workbench(toolkit) }, isStopped: { false }, tell: { _ in })
    }
}
