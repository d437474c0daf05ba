public import Diagnostics

/// Something to be got from the network, as a value: libraries describe what they need and the caller decides.
///
/// The caller's side is expected to hold to `sizeLimit`, to a time limit of its own, to an allow-list of addresses,
/// and to follow no redirect into a private network: addresses in certificates are written by strangers.
public struct NetworkRequest: Sendable, Hashable {
    /// What is fetched; an allow-list may differ from kind to kind.
    public enum Kind: String, Sendable, Hashable {
        /// The state of one certificate (RFC 6960).
        case ocsp
        /// A revocation list (RFC 5280 §5).
        case revocationList
        /// The certificate of an issuer (RFC 5280 §4.2.2.1).
        case issuer
        /// A timestamp (RFC 3161).
        case timestamp
        /// A trusted list (ETSI TS 119 612).
        case trustedList
        /// A signature by a remote key.
        case signature
        /// An event that is told to whoever asked for it.
        case webhook
    }

    /// A field of the head.
    public struct Field: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String

        /// Takes both as they are.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What is fetched.
    public let kind: Kind
    /// The address, `http://` or `https://`.
    public let url: String
    /// What is posted; nil gets the address instead.
    public let body: [UInt8]?
    /// The media type of the body; empty without one.
    public let contentType: String
    /// The value of the `Authorization` field, which must never be logged; nil for none.
    public let authorization: String?
    /// Further fields of the head.
    public let fields: [Field]
    /// The most bytes that an answer may have.
    public let sizeLimit: Int

    /// Describes a request.
    public init(
        _ kind: Kind, url: String, body: [UInt8]? = nil, contentType: String = "", authorization: String? = nil,
        fields: [Field] = [], sizeLimit: Int
    ) {
        self.kind = kind
        self.url = url
        self.body = body
        self.contentType = contentType
        self.authorization = authorization
        self.fields = fields
        self.sizeLimit = sizeLimit
    }

    /// The value of an `Authorization` field for a name and a password.
    ///
    /// Source: RFC 7617 §2.
    public static func basicAuthorization(user: String, password: [UInt8]) -> String {
        "Basic " + String(decoding: Base64.encode(Array(user.utf8) + [UInt8(ascii: ":")] + password), as: UTF8.self)
    }
}

/// Gets the body of a successful answer, or throws; called on the thread that needs the answer.
public typealias Fetch = @Sendable (NetworkRequest) throws(ToolkitError) -> [UInt8]
