// The one fuzz driver with every target in it; `scripts/fuzz` builds and runs it.
//
// The variable FUZZ_TARGET names the target. An input is a message and nothing else, so that corpora stay readable:
// whatever else a target varies it derives from the input.

import Catalog
import Dialects

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum FuzzTarget: String, CaseIterable {
    case request, response, body, events, frames, json, chat, chunks
    /// Answers of the families.
    case anthropic, responses, gemini, bedrock, cohere
    /// Answers of hosts that speak chat, for callers of other dialects.
    case hosts
    /// Requests in the callers' other dialects, and those of chat for providers of other dialects.
    case messages, inputs, translated
    /// What searches are made of: requests and answers.
    case embeddings, rerank
    /// Texts of models that were to be JSON.
    case healing

    func run(_ input: [UInt8]) {
        switch self {
        case .request: fuzzRequest(input)
        case .response: fuzzResponse(input)
        case .body: fuzzBody(input)
        case .events: fuzzEvents(input)
        case .frames: fuzzFrames(input)
        case .json: fuzzJSON(input)
        case .chat: fuzzChat(input)
        case .chunks: fuzzChunks(input)
        case .anthropic: fuzzAnswers(of: .anthropic, input)
        case .responses: fuzzAnswers(of: .openAIResponses, input)
        case .gemini: fuzzAnswers(of: .gemini, input)
        case .bedrock: fuzzAnswers(of: .bedrock, input)
        case .cohere: fuzzAnswers(of: .cohere, input)
        case .hosts: fuzzAnswers(of: .openAI, input)
        case .messages: fuzzRequests(of: .messages, input)
        case .inputs: fuzzRequests(of: .responses, input)
        case .translated: fuzzRequests(of: .chat, input)
        case .embeddings: fuzzEmbeddings(input)
        case .rerank: fuzzRerank(input)
        case .healing: fuzzHealing(input)
        }
    }

    static let chosen: FuzzTarget = {
        guard let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            fatalError("FUZZ_TARGET must be one of \(names)")
        }
        return target
    }()
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Stops the run with a finding.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
