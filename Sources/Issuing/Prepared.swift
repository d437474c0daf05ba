import Diagnostics
import Synchronization

/// Something that is made when it is first asked for, once in the process, by whichever thread comes first.
///
/// A failure is kept as well: the same error comes back instead of the work being tried again.
final class Prepared<Value: Sendable>: Sendable {
    private let value = Mutex<Result<Value, ToolkitError>?>(nil)
    private let make: @Sendable () throws(ToolkitError) -> Value

    init(_ make: @escaping @Sendable () throws(ToolkitError) -> Value) {
        self.make = make
    }

    func get() throws(ToolkitError) -> Value {
        let result = value.withLock { value in
            if let value { return value }
            let made = Result { () throws(ToolkitError) -> Value in try make() }
            value = made
            return made
        }
        return try result.get()
    }
}

/// The same for things that go by a name, such as templates and label catalogues.
final class PreparedByName<Name: Hashable & Sendable, Value: Sendable>: Sendable {
    private let values = Mutex<[Name: Result<Value, ToolkitError>]>([:])
    private let make: @Sendable (Name) throws(ToolkitError) -> Value

    init(_ make: @escaping @Sendable (Name) throws(ToolkitError) -> Value) {
        self.make = make
    }

    func get(_ name: Name) throws(ToolkitError) -> Value {
        let result = values.withLock { values in
            if let value = values[name] { return value }
            let made = Result { () throws(ToolkitError) -> Value in try make(name) }
            values[name] = made
            return made
        }
        return try result.get()
    }
}
