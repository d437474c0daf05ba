import CXML

/// Numbers names, namespaces and prefixes while a document is parsed.
///
/// libxml2 keeps each string once per parse, so equal names have equal pointers: the pointer is the first key, and the
/// strings themselves are compared only when a pointer is new.
struct XMLNameTable {
    private(set) var records: [NameRecord] = []
    private var recordNumbers: [NameRecord: Int32] = [:]
    private var namesByPointers = PointerTable()
    private var namespaceTable = StringTable()
    private var prefixTable = StringTable()

    /// The namespaces by number; number 0 is "no namespace".
    var namespaces: [String] { namespaceTable.strings }
    /// The prefixes by number; number 0 is "no prefix".
    var prefixes: [String] { prefixTable.strings }

    /// The number of an expanded name.
    mutating func name(_ local: UnsafePointer<UInt8>, _ namespace: UnsafePointer<UInt8>?) -> Int32 {
        let key = PointerTable.Key(first: Int(bitPattern: local), second: Int(bitPattern: namespace))
        if let known = namesByPointers[key] { return known }
        let number = unsafe name(String(cString: local), inNamespace: namespaceTable.number(of: namespace))
        namesByPointers.insert(number, for: key)
        return number
    }

    /// The number of a name whose namespace has a number, such as 0 for the target of a processing instruction.
    mutating func name(_ local: String, inNamespace namespace: Int32) -> Int32 {
        let record = NameRecord(local: local, namespace: namespace)
        if let known = recordNumbers[record] { return known }
        let number = Int32(truncatingIfNeeded: records.count)
        records.append(record)
        recordNumbers[record] = number
        return number
    }

    /// The number of a prefix; 0 for none.
    mutating func prefix(_ pointer: UnsafePointer<UInt8>?) -> Int32 {
        unsafe prefixTable.number(of: pointer)
    }
}

/// Numbers strings of libxml2; no string is number 0.
private struct StringTable {
    private(set) var strings: [String] = [""]
    private var numbers: [ExactString: Int32] = [ExactString(text: ""): 0]
    private var byPointer = PointerTable()

    mutating func number(of pointer: UnsafePointer<UInt8>?) -> Int32 {
        guard let pointer = unsafe pointer else { return 0 }
        let place = PointerTable.Key(first: Int(bitPattern: pointer), second: 0)
        if let known = byPointer[place] { return known }
        let string = unsafe String(cString: pointer)
        let key = ExactString(text: string)
        let number = numbers[key] ?? Int32(truncatingIfNeeded: strings.count)
        if number == strings.count {
            strings.append(string)
            numbers[key] = number
        }
        byPointer.insert(number, for: place)
        return number
    }
}

/// A string that equals another only where their bytes do: a letter is not the same composed and decomposed.
private struct ExactString: Hashable {
    let text: String

    static func == (left: ExactString, right: ExactString) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// An open hash table from one or two addresses to a number.
///
/// A dictionary would spend more time on its hash, which resists chosen keys, than libxml2 spends on parsing; nobody
/// chooses addresses.
private struct PointerTable {
    struct Key {
        let first: Int
        let second: Int
    }
    private var slots: [(key: Key, number: Int32)] = Self.empty(64)
    private var used = 0

    private static func empty(_ count: Int) -> [(key: Key, number: Int32)] {
        [(key: Key, number: Int32)](repeating: (Key(first: 0, second: 0), -1), count: count)
    }

    subscript(key: Key) -> Int32? {
        let number = slots[place(of: key)].number
        return number < 0 ? nil : number
    }

    mutating func insert(_ number: Int32, for key: Key) {
        if used * 2 >= slots.count {
            let old = slots
            slots = Self.empty(old.count * 2)
            for entry in old where entry.number >= 0 { slots[place(of: entry.key)] = entry }
        }
        slots[place(of: key)] = (key, number)
        used += 1
    }

    /// Where the key is, or the free place where it belongs.
    private func place(of key: Key) -> Int {
        let mixed = (UInt(bitPattern: key.first) ^ UInt(bitPattern: key.second) &* 31) &* 0x9E37_79B9_7F4A_7C15
        var index = Int(truncatingIfNeeded: mixed >> 32) & (slots.count - 1)
        while slots[index].number >= 0, slots[index].key.first != key.first || slots[index].key.second != key.second {
            index = (index + 1) & (slots.count - 1)
        }
        return index
    }
}
