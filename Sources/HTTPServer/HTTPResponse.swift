/// What the server answers.
public struct HTTPResponse: Sendable {
    /// The content of an answer.
    public enum Body: Sendable {
        /// All of it.
        case bytes([UInt8])
        /// It comes bit by bit, for as long as it takes.
        case stream(HTTPStream)
    }

    /// The status code.
    public var status: Int
    /// Names and values, in order; the server adds length and date.
    public var fields: [(name: String, value: String)]
    /// The content.
    public var body: Body

    /// An answer with all of its content.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - type: The media type; nil where there is no content.
    ///   - body: The content.
    ///   - fields: Further fields.
    public init(
        _ status: Int = 200, type: String? = nil, _ body: [UInt8] = [], fields: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.fields = (type.map { [(name: "Content-Type", value: $0)] } ?? []) + fields
        self.body = .bytes(body)
    }

    /// An answer whose content comes bit by bit.
    public init(_ status: Int = 200, type: String, stream: HTTPStream) {
        self.status = status
        fields = [(name: "Content-Type", value: type)]
        body = .stream(stream)
    }

    /// Sets a field in place of others of its name.
    public mutating func set(_ name: String, _ value: String) {
        fields.removeAll { $0.name.lowercased() == name.lowercased() }
        fields.append((name: name, value: value))
    }

    /// The first value of a field.
    public func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
