import JSONCore

extension JSONWriter {
    /// A whole number as a member of the open object.
    mutating func member(_ name: String, _ value: Int) {
        key(name)
        integer(value)
    }

    /// A truth value as a member of the open object.
    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }
}
