import Diagnostics
import Glibc

/// Where an SQLite ledger is, and how connections to it are opened.
struct SQLitePlace: Sendable {
    let path: String
    /// Whether nothing is ever written.
    let isOnlyRead: Bool
    let vfs: String?
    /// Whether it is in memory, where every connection would have a database of its own.
    var isMemory = false

    /// A place in memory.
    static let memory = SQLitePlace(path: ":memory:", isOnlyRead: false, vfs: nil, isMemory: true)

    /// Opens a connection.
    ///
    /// - Throws: `ledger.unavailable`.
    func connection(isReadOnly: Bool) throws(ToolkitError) -> SQLiteConnection {
        let name = isReadOnly && isOnlyRead && isUnchangeable ? immutableAddress : path
        return try SQLiteConnection(path: name, isReadOnly: isReadOnly, vfs: vfs)
    }

    /// Whether nobody here can change the file: its folder takes no files, and no log of commits waits beside it.
    ///
    /// SQLite cannot share such a file with writers, because the memory that they share would be a file beside it; so it
    /// must be told that there are none.
    private var isUnchangeable: Bool {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        return unsafe access(folder, W_OK) != 0 && access("\(path)-wal", F_OK) != 0
    }

    private var immutableAddress: String {
        var address = "file:"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                address.unicodeScalars.append(Unicode.Scalar(byte))
            default: address += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return address + "?immutable=1"
    }
}
