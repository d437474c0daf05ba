import Certificates
import Diagnostics
import HTTPServer
import JSONCore
import Synchronization

/// A signature of a key with four eyes, from the request to its release.
///
/// Its state is made of the audit chain alone: a restart finds it as it was, and nobody can grant himself a release
/// without a line that tells so. The content is not kept; a release is bound to its digest and to how it is to be signed,
/// and whoever asked sends the same request again.
struct SignatureRelease: Sendable, Hashable {
    /// How far it is.
    enum State: String, Sendable, Hashable, CaseIterable {
        case pending, approved, refused, used, expired
    }

    let id: String
    let key: String
    let requester: String
    let requested: Timestamp
    let format: String
    /// SHA-256 of the content, which the second caller compares.
    let content: String
    /// SHA-256 of content and parameters.
    let order: String
    var decidedBy: String?
    fileprivate var step = State.pending
    /// Whether the signature is in the audit.
    fileprivate var isSigned = false

    /// How long a release may take, in seconds.
    private static let lifetime = 86_400

    var expires: Timestamp { requested.adding(seconds: Self.lifetime) }

    func state(at now: Timestamp) -> State {
        (step == .pending || step == .approved) && now >= expires ? .expired : step
    }

    /// What the audit line of the signature says.
    var facts: [(String, String)] { [("release", id), ("releasedBy", decidedBy ?? "")] }

    func write(to writer: inout JSONWriter, at now: Timestamp) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("key", key)
        writer.member("state", state(at: now).rawValue)
        writer.member("requestedBy", requester)
        writer.member("requested", requested.description)
        writer.member("expires", expires.description)
        writer.member("decidedBy", orNull: decidedBy)
        writer.member("format", format)
        writer.member("contentSHA256", content)
        writer.endObject()
    }

    /// Follows an event of the audit.
    static func follow(
        _ event: String, _ key: String, in releases: inout [String: Self], _ fact: (String) -> String?
    ) {
        guard let id = fact("release") else { return }
        switch event {
        case "signature.requested":
            guard let moment = fact("time").flatMap({ try? Timestamp($0) }) else { return }
            releases = releases.filter { $0.value.expires > moment }
            releases[id] = Self(
                id: id, key: key, requester: fact("caller") ?? "", requested: moment, format: fact("format") ?? "",
                content: fact("contentSHA256") ?? "", order: fact("orderSHA256") ?? "")
        case "signature.approved", "signature.refused":
            releases[id]?.step = event == "signature.approved" ? .approved : .refused
            releases[id]?.decidedBy = fact("caller")
        case "signature":
            releases[id]?.step = .used
            releases[id]?.isSigned = true
        default: break
        }
    }
}

extension SigningKeys {
    /// The releases that are not over, the oldest first.
    func releases(at now: Timestamp) -> [SignatureRelease] {
        book.withLock { Array($0.releases.values) }.filter { $0.expires > now }
            .sorted { ($0.requested, $0.id) < ($1.requested, $1.id) }
    }

    /// A release, if whoever calls may know of it: who may use the key.
    ///
    /// - Throws: `resource.unknown`.
    func release(_ id: String, _ call: Call) throws(ToolkitError) -> SignatureRelease {
        guard let found = book.withLock({ $0.releases[id] }), mayUse(found.key, call) else {
            throw ToolkitError(
                .resourceUnknown, "There is no such release.", fix: "`GET /v1/releases` lists those that there are.")
        }
        return found
    }

    /// Whether a caller may use a key at all.
    func mayUse(_ key: String, _ call: Call) -> Bool {
        keys.first { $0.name == key }.map { $0.callers?.contains(call.principal.name) ?? true } ?? false
    }

    /// Enters a wish to sign.
    ///
    /// - Throws: `audit.unwritable`; `release.tooMany`.
    func request(_ key: ServiceKey, _ format: String, _ call: Call) throws(ToolkitError) -> SignatureRelease {
        guard releases(at: call.now).count < 1000 else {
            throw ToolkitError(.releaseTooMany, "Too many signatures wait for their release.", fix: "Decide on some.")
        }
        let id = Digest.hexadecimal(call.service.environment.random(16))
        try record(
            "signature.requested", key.name, call,
            [
                ("release", id), ("format", format),
                ("contentSHA256", Digest.hexadecimal(try Digest.sha256(call.body))),
                ("orderSHA256", try Self.order(format, call)),
            ])
        return try release(id, call)
    }

    /// Lets a signature pass, or refuses it; whoever asked for it cannot let it pass.
    ///
    /// - Throws: `resource.unknown`, `release.own`, `release.state`, `audit.unwritable`.
    func decide(_ id: String, approves: Bool, _ call: Call) throws(ToolkitError) -> SignatureRelease {
        let found = try release(id, call)
        guard !approves || found.requester != call.principal.name else {
            throw ToolkitError(
                .releaseOwn, "Whoever asked for a signature cannot release it.", fix: "Let another caller look at it.")
        }
        try requireState(.pending, of: found, at: call.now)
        try record(
            approves ? "signature.approved" : "signature.refused", found.key, call,
            [("release", id), ("contentSHA256", found.content)])
        return try release(id, call)
    }

    /// Takes an approved release for the signature that it is for; nobody else gets it then.
    ///
    /// - Throws: `resource.unknown`, `release.state`, `release.mismatch`.
    func use(_ id: String, of key: ServiceKey, _ call: Call) throws(ToolkitError) -> SignatureRelease {
        let found = try release(id, call)
        let format = found.format
        guard found.key == key.name, found.requester == call.principal.name, try Self.order(format, call) == found.order
        else {
            throw ToolkitError(
                .releaseMismatch, "The release is for another signature.",
                fix: "Send the request that was released, with nothing added but `release`.")
        }
        try requireState(.approved, of: found, at: call.now)
        let isOurs = book.withLock { book in
            guard book.releases[id]?.step == .approved else { return false }
            book.releases[id]?.step = .used
            return true
        }
        guard isOurs else { throw Self.wrongState(.used) }
        return found
    }

    /// Gives a release back that led to no signature.
    func giveBack(_ release: SignatureRelease) {
        book.withLock { book in
            if book.releases[release.id]?.isSigned == false { book.releases[release.id]?.step = .approved }
        }
    }

    private func requireState(
        _ state: SignatureRelease.State, of release: SignatureRelease, at now: Timestamp
    ) throws(ToolkitError) {
        let present = release.state(at: now)
        guard present == state else { throw Self.wrongState(present) }
    }

    private static func wrongState(_ state: SignatureRelease.State) -> ToolkitError {
        ToolkitError(
            .releaseState, "The release is \(state.rawValue).",
            fix: state == .pending ? "Wait until another caller has approved it." : "Ask for the signature anew.")
    }

    /// What is bound: the content, and every parameter but the release.
    private static func order(_ format: String, _ call: Call) throws(ToolkitError) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        writer.string(format)
        for parameter in (call.request.query ?? []).sorted(by: { ($0.name, $0.value) < ($1.name, $1.value) })
        where parameter.name != "release" {
            writer.string(parameter.name)
            writer.string(parameter.value)
        }
        writer.endArray()
        return Digest.hexadecimal(try Digest.sha256(writer.bytes + call.body))
    }
}

extension ToolkitError.Code {
    /// Somebody wants to release his own signature.
    static let releaseOwn = Self("release.own", .usage)
    /// A release is not in the state that is needed.
    static let releaseState = Self("release.state", .state)
    /// A release is for another signature.
    static let releaseMismatch = Self("release.mismatch", .state)
    /// Too many signatures wait.
    static let releaseTooMany = Self("release.tooMany", .later)
}
