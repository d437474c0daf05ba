import Certificates
import Diagnostics
import HTTPServer
import Synchronization

/// Who is signed in at the page: kept in memory, so that a restart signs everybody out.
///
/// The cookie holds a random name; the key that was shown when signing in is kept nowhere, only its prefix is.
final class PageSessions: Sendable {
    /// Hours after which one signs in again.
    static let hours = 8
    private static let most = 1000
    static let cookie = "pechat_session"

    /// One who is signed in.
    struct Session: Sendable {
        /// The prefix of the key; it is looked up with each request, so that a withdrawn key ends its sessions.
        let prefix: String
        /// What forms carry so that no other site can send them.
        let token: String
        let expires: Timestamp
    }

    /// By the SHA-256 of the cookie's value.
    private let sessions = Mutex<[[UInt8]: Session]>([:])
    /// What forms carry where nobody signs in.
    let openToken: String
    private let random: @Sendable (Int) -> [UInt8]

    init(random: @escaping @Sendable (Int) -> [UInt8]) {
        self.random = random
        openToken = Self.text(random(32))
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: Base64.encodeURL(bytes), as: UTF8.self) }

    /// Signs in.
    ///
    /// - Returns: The value of the cookie.
    func begin(_ prefix: String, at now: Timestamp) throws(ToolkitError) -> String {
        let name = Self.text(random(32))
        let session = Session(
            prefix: prefix, token: Self.text(random(32)), expires: now.adding(seconds: Self.hours * 3600))
        let digest = try Digest.sha256(Array(name.utf8))
        sessions.withLock { sessions in
            sessions = sessions.filter { now < $0.value.expires }
            if sessions.count >= Self.most, let oldest = sessions.min(by: { $0.value.expires < $1.value.expires }) {
                sessions[oldest.key] = nil
            }
            sessions[digest] = session
        }
        return name
    }

    /// Who sent a request; nil where nobody is signed in.
    func session(of request: HTTPRequest, at now: Timestamp) throws(ToolkitError) -> Session? {
        guard let name = Self.cookie(Self.cookie, of: request) else { return nil }
        let digest = try Digest.sha256(Array(name.utf8))
        guard let session = sessions.withLock({ $0[digest] }), now < session.expires else { return nil }
        return session
    }

    /// Signs out.
    func end(_ request: HTTPRequest) throws(ToolkitError) {
        guard let name = Self.cookie(Self.cookie, of: request) else { return }
        let digest = try Digest.sha256(Array(name.utf8))
        sessions.withLock { $0[digest] = nil }
    }

    /// The value of a cookie.
    static func cookie(_ name: String, of request: HTTPRequest) -> String? {
        for field in request.fields where field.name == "cookie" {
            for part in field.value.split(separator: ";") {
                let pair = part.split(separator: "=", maxSplits: 1)
                if pair.count == 2, pair[0].filter({ $0 != " " }) == name { return String(pair[1]) }
            }
        }
        return nil
    }
}
