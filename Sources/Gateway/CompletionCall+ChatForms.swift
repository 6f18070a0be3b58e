import Buffers
import Catalog
import Completions
import Dialects
import HTTPServer

/// A request as a chat request under the rules of one kind of host.
struct ChatForm {
    /// nil for the form that routing, money and compression know, which other routers are sent too.
    let host: ChatHostRules?
    let body: RequestBody
    let request: CompletionRequest
    /// What was left out, and which names were changed.
    let translation: Translation
}

extension CompletionCall {
    /// Whether the request as it stands may not be the one for an endpoint. A chat request, which is spliced, is written
    /// anew only where it has something that the endpoint's host has rules for.
    func mayNeedForm(for endpoint: Endpoint) -> Bool {
        if !caller.isChat || chatForm != nil { return true }
        return !request.layout.rewrites.intersection(.forms).isDisjoint(with: state.targets[endpoint.index].rewrites)
    }

    /// Puts the request in place in the form that an endpoint takes. Most requests have one form for all.
    ///
    /// - Throws: a 503 where there is no memory for another one.
    func takeForm(for endpoint: Endpoint) throws(APIError) {
        // What is asked for instead of a completion has none.
        if task != nil || !caller.isChat && canonical == nil { return }
        let canonical = try wholeRequest()
        var rules = endpoint.dialect.isOpenAIChat ? ChatHostRules(endpoint) : nil
        if rules?.touches(canonical) == false { rules = nil }
        if rules == chatForm?.host { return }
        let usual =
            usualForm
            ?? ChatForm(host: nil, body: body, request: request, translation: chatTranslation ?? Translation())
        usualForm = usual
        guard let rules else { return take(usual) }
        var text = ByteBuffer(capacity: body.bytes.count + 256)
        let translation = ChatRequestWriter.write(canonical, of: caller, for: rules, into: &text)
        guard let written = RequestBody(copying: text.bytes, budget: pipeline.budget) else {
            throw APIError(.outOfMemory, limit: state.settings.bodyBytes)!
        }
        body = written
        let decoded = try ChatRequestDecoder.decode(try scanBody(), surface: .chat)
        // Answers are judged when their names are the caller's again.
        decoded.toolNames = usual.request.toolNames
        // What the model cannot do without was settled when the route was planned.
        decoded.reasoning = usual.request.reasoning
        take(ChatForm(host: rules, body: written, request: decoded, translation: translation))
    }

    private func take(_ form: ChatForm) {
        chatForm = form
        body = form.body
        request = form.request
        chatTranslation = form.translation
        conversationOutline = nil
    }

    /// Notes the names of what the attempt at hand leaves out.
    func noteDropped(_ names: [String]) {
        let parameters = SupportedParameters(names: names)
        dropped.formUnion(parameters.known)
        droppedParts = Array(parameters.unknown.prefix(GatewayLimits.droppedNames))
    }
}
