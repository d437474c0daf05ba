internal import CMicroHTTPD
public import Diagnostics

/// The content of an answer that comes bit by bit; any thread may write to it.
///
/// `@unchecked Sendable` holds because the C object locks itself and lives until its last owner lets it go.
@safe public final class HTTPStream: @unchecked Sendable {
    let handle: OpaquePointer

    /// Makes an empty one.
    ///
    /// - Parameter capacity: How many bytes may wait for a client that takes them slowly; more ends the stream.
    /// - Throws: `http.memory`.
    public init(capacity: Int = 256 << 10) throws(ToolkitError) {
        guard let handle = unsafe pechat_stream_make(capacity) else { throw .noMemory }
        unsafe self.handle = handle
    }

    deinit {
        unsafe pechat_stream_end(handle)
        unsafe pechat_stream_release(handle)
    }

    /// Sends bytes as soon as the client takes them.
    ///
    /// - Returns: False when the client is gone, or so slow that the stream was ended: nothing more needs to be written.
    public func write(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return isOpen }
            return unsafe pechat_stream_write(handle, start, buffer.count) != 0
        }
    }

    /// Whether anybody still reads.
    public var isOpen: Bool { unsafe pechat_stream_is_open(handle) != 0 }

    /// Ends the content; what was written before is still sent.
    public func end() { unsafe pechat_stream_end(handle) }
}
