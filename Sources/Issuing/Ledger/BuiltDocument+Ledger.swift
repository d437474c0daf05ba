extension BuiltDocument {
    /// Whether the files carry a signature.
    public var isSigned: Bool { seal != nil }
}
