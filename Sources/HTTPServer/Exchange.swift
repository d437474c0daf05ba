internal import CMicroHTTPD
import Diagnostics

/// The callbacks of the C library, and the threads that answer. Free functions: they are called on threads of C.

/// What is remembered with an exchange between its head and its answer.
final class Pending {
    var request: HTTPRequest
    let isQuick: Bool

    init(_ request: HTTPRequest, isQuick: Bool) {
        self.request = request
        self.isQuick = isQuick
    }
}

/// One thread that answers.
final class Worker {
    let core: ServerCore
    let isQuick: Bool

    init(_ core: ServerCore, isQuick: Bool) {
        self.core = core
        self.isQuick = isQuick
    }
}

func runWorker(_ context: UnsafeMutableRawPointer) {
    let worker = unsafe Unmanaged<Worker>.fromOpaque(context).takeRetainedValue()
    let handle = worker.core.makeHandler()
    while let exchange = unsafe worker.core.next(isQuick: worker.isQuick) {
        guard let pending = unsafe pending(of: exchange) else { continue }
        unsafe answer(exchange, handle(pending.request), in: worker.core)
    }
}

func screenExchange(_ context: UnsafeMutableRawPointer, _ exchange: OpaquePointer) -> Int {
    let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    let request = unsafe HTTPRequest(headOf: exchange)
    switch core.screen(request) {
    case .answer(let response):
        unsafe answer(exchange, response, in: core)
        return -1
    case .accept(let limit, let isQuick):
        // What announces too much is refused before it is sent.
        if let announced = request.field("content-length").flatMap({ Int($0) }), announced > limit {
            unsafe answer(exchange, core.refusal(413, request), in: core)
            return -1
        }
        let pending = Pending(request, isQuick: isQuick)
        unsafe pechat_exchange_set_tag(exchange, Unmanaged.passRetained(pending).toOpaque())
        return limit
    }
}

func handleExchange(_ context: UnsafeMutableRawPointer, _ exchange: OpaquePointer) {
    let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
    guard let pending = unsafe pending(of: exchange) else { return }
    guard unsafe pechat_exchange_is_too_large(exchange) == 0 else {
        return unsafe answer(exchange, core.refusal(413, pending.request), in: core)
    }
    var size = 0
    if let bytes = unsafe pechat_exchange_body(exchange, &size), size > 0 {
        pending.request.body = unsafe Array(UnsafeBufferPointer(start: bytes, count: size))
    }
    if !(unsafe core.push(exchange, isQuick: pending.isQuick)) {
        unsafe answer(exchange, core.refusal(503, pending.request), in: core)
    }
}

func finishExchange(_ context: UnsafeMutableRawPointer, _ exchange: OpaquePointer, _ wasAnswered: CInt) {
    guard let tag = unsafe pechat_exchange_tag(exchange) else { return }
    unsafe pechat_exchange_set_tag(exchange, nil)
    unsafe Unmanaged<Pending>.fromOpaque(tag).release()
}

private func pending(of exchange: OpaquePointer) -> Pending? {
    unsafe pechat_exchange_tag(exchange).map { unsafe Unmanaged<Pending>.fromOpaque($0).takeUnretainedValue() }
}

private func answer(_ exchange: OpaquePointer, _ response: HTTPResponse, in core: ServerCore) {
    // What would begin another field or another answer can come from nowhere but a defect; it is cut off.
    let texts = response.fields.flatMap { [$0.name, $0.value] }.map { text in
        Array(text.utf8.prefix { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) + [0]
    }
    let joined = texts.flatMap { $0 }
    unsafe joined.withUnsafeBytes { all in
        let start = unsafe all.bindMemory(to: CChar.self).baseAddress
        var offset = 0
        var pointers: [UnsafePointer<CChar>] = unsafe []
        for text in texts {
            if let start = unsafe start { unsafe pointers.append(start + offset) }
            offset += text.count
        }
        let status = UInt32(clamping: response.status)
        unsafe pointers.withUnsafeBufferPointer { fields in
            switch response.body {
            case .bytes(let bytes):
                unsafe bytes.withUnsafeBufferPointer { body in
                    unsafe pechat_exchange_answer(
                        exchange, status, fields.baseAddress, fields.count / 2, body.baseAddress, body.count, nil)
                }
            case .stream(let stream):
                core.keep(stream)
                unsafe pechat_exchange_answer(
                    exchange, status, fields.baseAddress, fields.count / 2, nil, 0, stream.handle)
            }
        }
    }
}

extension HTTPRequest {
    /// The head of an exchange, copied.
    fileprivate init(headOf exchange: OpaquePointer) {
        var fields: [(name: String, value: String)] = []
        unsafe withUnsafeMutablePointer(to: &fields) { pointer in
            unsafe pechat_exchange_fields(exchange, pointer, takeField)
        }
        let address = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            unsafe pechat_exchange_address(exchange, start, 64)
            return unsafe String(cString: start)
        }
        var size = 0
        var isTrusted: CInt = 0
        let certificate = unsafe pechat_exchange_certificate(exchange, &size, &isTrusted).map { bytes in
            unsafe ClientCertificate(
                der: Array(UnsafeBufferPointer(start: bytes, count: size)), isTrusted: isTrusted != 0)
        }
        unsafe self.init(
            method: String(cString: pechat_exchange_method(exchange)),
            target: String(cString: pechat_exchange_target(exchange)), fields: fields, address: address,
            certificate: certificate)
    }
}

private func takeField(
    _ context: UnsafeMutableRawPointer, _ name: UnsafePointer<CChar>, _ nameSize: Int,
    _ value: UnsafePointer<CChar>?, _ valueSize: Int
) {
    let fields = unsafe context.assumingMemoryBound(to: [(name: String, value: String)].self)
    func text(_ start: UnsafePointer<CChar>?, _ size: Int) -> String {
        guard let start = unsafe start else { return "" }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: size), as: UTF8.self)
    }
    unsafe fields.pointee.append((name: text(name, nameSize), value: text(value, valueSize)))
}
