import Access
import Accounting
import Catalog
import Completions
import HTTPServer
import HTTPWire
import JSONText
import Reactor
import Routing

/// Keeping a conversation at the endpoint whose cache has it. Source: spec 11.
extension CompletionCall {
    /// Looks up which endpoint answered the conversation last.
    func findConversation(_ root: JSONValue, _ model: Model, _ context: inout RouteContext) {
        guard request.provider.order.isEmpty else { return }
        var hasher = Hasher()
        hasher.combine(principal.hash)
        hasher.combine(model.slug)
        if let session = request.sessionID ?? exchange.text(.xSessionID) ?? root["prompt_cache_key"]?.string {
            hasNamedConversation = true
            hasher.combine(session)
        } else if !hashOpening(of: root, into: &hasher) {
            return
        }
        let conversation = UInt64(bitPattern: Int64(hasher.finalize()))
        self.conversation = conversation
        context.sticky = state.stickyRoutes.endpointHash(of: conversation, nowMs: context.nowMs)
    }

    /// Remembers who answered: where the caller named the conversation always, else once a cache has shown itself.
    func rememberConversation(_ candidate: Candidate) {
        guard let conversation, candidate.endpoint.rewardsCaching else { return }
        let hasCache = finish.usage.map { $0.cached > 0 || $0.cacheWrite5m > 0 || $0.cacheWrite1h > 0 } ?? false
        if hasNamedConversation || hasCache {
            state.stickyRoutes.remember(conversation, candidate.endpoint, nowMs: pipeline.loop.now)
        }
    }

    /// The first instructions and the first message behind them are the same in every request of a conversation.
    private func hashOpening(of root: JSONValue, into hasher: inout Hasher) -> Bool {
        guard let messages = root["messages"] else { return false }
        for message in messages.elements {
            guard let role = message["role"], let content = message["content"] else { continue }
            hasher.combine(content.range.count)
            let opening = content.range.prefix(GatewayLimits.conversationBytes)
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: body.bytes[opening]))
            if !role.equals("system"), !role.equals("developer") { return true }
        }
        return false
    }
}
