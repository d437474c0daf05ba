extension JSONWriter {
    /// A whole number as a member of the open object.
    public mutating func member(_ name: String, _ value: Int) {
        key(name)
        integer(value)
    }

    /// A whole number as a member of the open object; `null` where there is none, so that the key is always there.
    public mutating func member(_ name: String, orNull value: Int?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    /// A text as a member of the open object; `null` where there is none, so that the key is always there.
    public mutating func member(_ name: String, orNull value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// A truth value as a member of the open object.
    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }
}
