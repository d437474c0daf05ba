import Diagnostics
import HTTPClient
import Issuing

extension World {
    /// Posts to webhooks: to public addresses, and to the blocks that are named; nothing is redirected.
    ///
    /// The address that is really connected to is judged, so that a name cannot change its meaning in between.
    ///
    /// - Parameter allowed: Addresses and blocks of the own network.
    /// - Returns: What posts.
    /// - Throws: `network.badAddress`.
    func webhookPost(_ allowed: [String]) throws(ToolkitError) -> WebhookCourier.Post {
        let fetcher = HTTPFetcher(addresses: try addressPolicy(allowed), limits: HTTPFetcher.Limits(redirections: 0))
        return { (request) throws(ToolkitError) in try fetcher.answer(to: request).status }
    }

    /// 32 random bytes to sign with.
    static func newSecret() -> [UInt8] { RandomBytes.take(32) }
}
