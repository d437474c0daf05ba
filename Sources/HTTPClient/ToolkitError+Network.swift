public import Diagnostics

extension ToolkitError.Code {
    /// The address of a service is not one of HTTP.
    public static let networkBadAddress = Self("network.badAddress", .usage)
    /// The address lies in a network that is not open to such requests.
    public static let networkRefusedAddress = Self("network.refusedAddress", .state)
    /// Nobody answered.
    public static let networkUnreachable = Self("network.unreachable", .later)
    /// The answer did not come in time.
    public static let networkTimeout = Self("network.timeout", .later)
    /// The service could not prove who it is.
    public static let networkUntrusted = Self("network.untrusted", .inputOutput)
    /// The answer is larger than one of its kind may be.
    public static let networkTooLarge = Self("network.tooLarge", .inputOutput)
    /// The service refused, or redirected where it must not.
    public static let networkRefused = Self("network.refused", .inputOutput)
    /// There is no library for HTTP on this machine.
    public static let networkUnavailable = Self("network.unavailable", .state)
}
