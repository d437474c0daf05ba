public import Diagnostics

/// Waits for work that other threads, processes or nodes put into the ledger; one thread at a time.
///
/// A worker makes one before it looks for work, so that nothing falls between looking and waiting. A call can get lost
/// when a server falls, so whoever waits looks again from time to time.
public protocol StoreWatch: AnyObject {
    /// Waits until there may be new work.
    ///
    /// - Parameter milliseconds: How long at most.
    /// - Returns: Whether something came in since the last call; false when the time is over.
    /// - Throws: `ledger.unavailable`.
    func wait(milliseconds: Int) throws(ToolkitError) -> Bool
}
