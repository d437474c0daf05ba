internal import CMicroHTTPD

/// What a service says to systemd, and the signals that it gets (sd_notify(3)).
public enum ServiceManager: Sendable {
    /// Sends a state such as `READY=1`; nothing happens where nobody listens.
    ///
    /// - Parameters:
    ///   - state: Lines of `NAME=VALUE`.
    ///   - address: The value of `NOTIFY_SOCKET`.
    /// - Returns: Whether it was sent.
    @discardableResult
    public static func notify(_ state: String, at address: String) -> Bool {
        unsafe address.withCString { address in
            unsafe state.withCString { state in unsafe pechat_notify_manager(address, state) != 0 }
        }
    }

    /// Keeps the signals that end or reload a service for `nextSignal`; call it before any thread is started.
    public static func holdSignals() {
        pechat_hold_signals()
        pechat_ignore_broken_pipes()
    }

    /// Waits for SIGTERM, SIGINT or SIGHUP.
    ///
    /// - Parameter seconds: How long at most.
    /// - Returns: The number of the signal; nil where none came.
    public static func nextSignal(within seconds: Int) -> Int32? {
        let number = pechat_wait_for_signal(UInt32(clamping: seconds))
        return number == 0 ? nil : number
    }
}
