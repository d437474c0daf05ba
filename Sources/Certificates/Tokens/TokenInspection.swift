import Diagnostics

/// A token that was asked for a key, once, so that a wrong PIN is not tried again.
public struct TokenInspection: Sendable {
    /// The key, or why there is none.
    let key: Result<TokenKey, ToolkitError>

    /// Logs in and looks for the key.
    ///
    /// - Parameters:
    ///   - address: Which token and key.
    ///   - pin: The PIN; nil where the token needs none or has a keypad.
    public init(_ address: TokenAddress, pin: [UInt8]?) {
        do throws(ToolkitError) {
            key = .success(try TokenKey(address, pin: pin, sessions: 1))
        } catch {
            key = .failure(error)
        }
    }
}
