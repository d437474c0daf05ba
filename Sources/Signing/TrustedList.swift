public import Certificates
public import Diagnostics
import XMLCore

/// A list of trust services that a country publishes, as its operator signed it.
///
/// The signature is verified against certificates that the caller pins: a list vouches for others, and nobody vouches for
/// it. What is read is what was signed, byte for byte. Source: ETSI TS 119 612 v2.3.1.
public struct TrustedList: Sendable {
    /// One trust service, such as an authority that issues qualified certificates.
    public struct Service: Sendable, Hashable {
        /// What the service is; others than these keep their address only.
        ///
        /// Source: ETSI TS 119 612 §5.5.1.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// Issues qualified certificates.
            case qualifiedAuthority = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
            /// Issues other certificates.
            case authority = "http://uri.etsi.org/TrstSvc/Svctype/CA/PKC"
            /// Gives qualified timestamps.
            case qualifiedTimestamps = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
            /// Gives other timestamps.
            case timestamps = "http://uri.etsi.org/TrstSvc/Svctype/TSA"
        }

        /// A status and since when it holds.
        public struct State: Sendable, Hashable {
            /// The address that names the status.
            public let status: String
            /// Since when.
            public let since: Timestamp

            /// Whether the service may be relied on.
            ///
            /// Source: ETSI TS 119 612 §5.5.4, the words before and after 1 July 2016.
            public var isGranted: Bool {
                [
                    "granted", "undersupervision", "supervisionincessation", "accredited", "recognisedatnationallevel",
                    "setbynationallaw",
                ].contains(status.split(separator: "/").last.map(String.init) ?? "")
            }
        }

        /// Who offers it.
        public let provider: String
        /// What it is called.
        public let name: String
        /// The address that names its type.
        public let type: String
        /// Its certificates; more than one where it was certified anew.
        public let certificates: [Certificate]
        /// Its states, the present one first.
        public let states: [State]

        /// What it is; nil where it is of no use here.
        public var kind: Kind? { Kind(rawValue: type) }

        /// Whether it was to be relied on at some moment.
        public func isGranted(at time: Timestamp) -> Bool { states.first { $0.since <= time }?.isGranted == true }
    }

    /// The country, by two letters; `EU` for the list of lists.
    public let territory: String
    /// Counts up with every edition.
    public let sequenceNumber: Int
    /// When it was issued.
    public let issued: Timestamp
    /// Until when it holds; nil where the list is closed.
    public let nextUpdate: Timestamp?
    /// Who signed it; one of the pinned certificates.
    public let signer: Certificate
    /// The services in the order of the list.
    public let services: [Service]

    /// The most bytes of a list.
    public static let sizeLimit = 16 << 20
    private static let namespace = "http://uri.etsi.org/02231/v2#"

    /// Verifies and reads a list.
    ///
    /// - Parameters:
    ///   - bytes: The XML as it was published.
    ///   - signers: The certificates whose signature is accepted, got by a way that can be trusted.
    ///   - now: The list must not be older than its next update.
    /// - Throws: `trustedList.unsigned` where the signature is not good or not by one of the signers;
    ///   `trustedList.unreadable`; `trustedList.stale`.
    public init(verifying bytes: [UInt8], signedBy signers: [Certificate], at now: Timestamp) throws(ToolkitError) {
        let report = try XMLSignatureVerifier(anchors: TrustAnchors(signers)).verify(bytes, at: now)
        guard report.isValid, report.others.isEmpty, let signer = report.signer, signers.contains(signer),
            let covered = report.coveredParts.first(where: { $0.extent == .document })
        else {
            throw ToolkitError(
                .trustedListUnsigned, "The trusted list is not signed by its operator.",
                fix: "Fetch it anew, and check that the pinned certificate is the present one. \(report.message)")
        }
        let root = try XMLDocument(parsing: covered.canonical).root
        guard root.name == "TrustServiceStatusList", root.namespace == Self.namespace,
            let scheme = root.first("SchemeInformation", namespace: Self.namespace),
            let issued = Self.text(scheme, "ListIssueDateTime").flatMap({ try? Timestamp($0) }),
            let number = Self.text(scheme, "TSLSequenceNumber").flatMap({ Int($0) })
        else { throw Self.unreadable }
        self.signer = signer
        self.issued = issued
        sequenceNumber = number
        territory = Self.text(scheme, "SchemeTerritory") ?? ""
        nextUpdate = scheme.first("NextUpdate", namespace: Self.namespace)
            .flatMap { Self.text($0, "dateTime") }.flatMap { try? Timestamp($0) }
        if let nextUpdate, nextUpdate < now {
            throw ToolkitError(
                .trustedListStale, "The trusted list is out of date: its next edition was due \(nextUpdate).",
                fix: "Fetch the present edition.")
        }
        services = Self.services(in: root)
    }

    /// The certificates of services of some kinds that were to be relied on at some moment.
    public func certificates(of kinds: Set<Service.Kind>, at time: Timestamp) -> [Certificate] {
        services.filter { service in
            service.kind.map(kinds.contains) == true && service.isGranted(at: time)
        }.flatMap(\.certificates)
    }

    private static func services(in root: XMLElement) -> [Service] {
        var found: [Service] = []
        for provider in descend(root, ["TrustServiceProviderList", "TrustServiceProvider"]) {
            let names = descend(provider, ["TSPInformation", "TSPName", "Name"])
            for service in descend(provider, ["TSPServices", "TSPService"]) {
                guard let information = service.first("ServiceInformation", namespace: namespace),
                    let present = state(information)
                else { continue }
                let certificates = descend(
                    information, ["ServiceDigitalIdentity", "DigitalId", "X509Certificate"])
                let past = descend(service, ["ServiceHistory", "ServiceHistoryInstance"]).compactMap(state)
                found.append(
                    Service(
                        provider: names.first?.text ?? "",
                        name: descend(information, ["ServiceName", "Name"]).first?.text ?? "",
                        type: text(information, "ServiceTypeIdentifier") ?? "",
                        certificates: certificates.compactMap { element in
                            Base64.decode(element.text.utf8).flatMap { try? Certificate(der: $0) }
                        },
                        states: ([present] + past).sorted { $0.since > $1.since }))
            }
        }
        return found
    }

    private static func state(_ element: XMLElement) -> Service.State? {
        guard let status = text(element, "ServiceStatus"),
            let since = text(element, "StatusStartingTime").flatMap({ try? Timestamp($0) })
        else { return nil }
        return Service.State(status: status, since: since)
    }

    /// The elements at the end of a path of names.
    private static func descend(_ element: XMLElement, _ names: [String]) -> [XMLElement] {
        names.reduce([element]) { elements, name in elements.flatMap { $0.all(name, namespace: namespace) } }
    }

    private static func text(_ element: XMLElement, _ name: String) -> String? {
        element.first(name, namespace: namespace).map { child in
            String(child.text.unicodeScalars.filter { !$0.properties.isWhitespace })
        }
    }

    private static let unreadable = ToolkitError(
        .trustedListUnreadable, "This is not a trusted list.", fix: "Give the XML of an ETSI TS 119 612 list.")
}

extension ToolkitError.Code {
    /// A trusted list does not bear the signature of its operator.
    public static let trustedListUnsigned = Self("trustedList.unsigned", .key)
    /// A document is no trusted list.
    public static let trustedListUnreadable = Self("trustedList.unreadable", .unreadable)
    /// A trusted list is older than it may be.
    public static let trustedListStale = Self("trustedList.stale", .key)
}
