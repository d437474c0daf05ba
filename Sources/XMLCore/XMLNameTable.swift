import CXML

/// Numbers names, namespaces and prefixes while a document is parsed.
///
/// libxml2 keeps each string once per parse, so equal names have equal pointers: the pointer is the first key, and the
/// strings themselves are compared only when a pointer is new.
@safe struct XMLNameTable {
    private(set) var records: [NameRecord] = []
    private(set) var namespaces: [String] = [""]
    private(set) var prefixes: [String] = [""]

    private struct NamePointers: Hashable {
        let local: Int
        let namespace: Int
    }
    private var namesByPointer: [NamePointers: Int32] = [:]
    private var namesByRecord: [NameRecord: Int32] = [:]
    private var namespacesByPointer: [Int: Int32] = [0: 0]
    private var prefixesByPointer: [Int: Int32] = [0: 0]

    /// The number of an expanded name.
    mutating func name(_ local: UnsafePointer<UInt8>, _ namespace: UnsafePointer<UInt8>?) -> Int32 {
        let key = NamePointers(local: Int(bitPattern: local), namespace: Int(bitPattern: namespace))
        if let known = namesByPointer[key] { return known }
        let number = unsafe name(String(cString: local), inNamespace: self.namespace(namespace))
        namesByPointer[key] = number
        return number
    }

    /// The number of a name without a namespace, such as the target of a processing instruction.
    mutating func name(_ local: String, inNamespace namespace: Int32) -> Int32 {
        let record = NameRecord(local: local, namespace: namespace)
        if let known = namesByRecord[record] { return known }
        let number = Int32(truncatingIfNeeded: records.count)
        records.append(record)
        namesByRecord[record] = number
        return number
    }

    /// The number of a prefix; 0 for none.
    mutating func prefix(_ pointer: UnsafePointer<UInt8>?) -> Int32 {
        unsafe Self.number(pointer, in: &prefixes, &prefixesByPointer)
    }

    private mutating func namespace(_ pointer: UnsafePointer<UInt8>?) -> Int32 {
        unsafe Self.number(pointer, in: &namespaces, &namespacesByPointer)
    }

    private static func number(
        _ pointer: UnsafePointer<UInt8>?, in strings: inout [String], _ known: inout [Int: Int32]
    ) -> Int32 {
        let key = Int(bitPattern: pointer)
        if let number = known[key] { return number }
        guard let pointer = unsafe pointer else { return 0 }
        let string = unsafe String(cString: pointer)
        let number: Int
        if let position = strings.firstIndex(of: string) {
            number = position
        } else {
            number = strings.count
            strings.append(string)
        }
        known[key] = Int32(truncatingIfNeeded: number)
        return Int32(truncatingIfNeeded: number)
    }
}
