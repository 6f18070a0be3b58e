import Accounting
import Buffers
import Completions
import Dialects
import JSONText

nonisolated(unsafe) private let scanner = JSONScanner()
private let stamp = ResponseStamp(id: "gen-1", model: "a/b", provider: "P", created: 1, kind: .text)
private let charge = Charge(total: Credits(nanos: 3), prompt: Credits(nanos: 1))
private let target = TranslationTarget(model: "m", isStream: false, abilities: [])

/// The first line is what a caller asks, each further one what a provider answers: vectors that are accepted are one for
/// each input, of finite numbers, in the encoding that was asked for, and keep their bits whichever way they are told.
func fuzzEmbeddings(_ input: [UInt8]) {
    var lines = input.split(whereSeparator: { $0 == 10 || $0 == 13 }).map { Array($0) }
    var request = EmbeddingRequest(model: "m", input: .text("x"))
    if let asked = lines.first.flatMap({ read($0, EmbeddingRequestReader.read) }) {
        ask(asked)
        request = asked
        lines.removeFirst()
    }
    for line in lines {
        for dialect in EmbeddingDialect.allCases {
            for encoding in EmbeddingRequest.Encoding.allCases {
                request.encoding = encoding
                guard let root = try? scanner.scan(copying: line.span) else { continue }
                guard let answer = try? dialect.readAnswer(root, to: request) else { continue }
                check(answer, to: request, "\(dialect) says \(String(decoding: line, as: UTF8.self).debugDescription)")
            }
        }
    }
}

/// The same for documents in their order: each at most once, and as many as were asked for at most.
func fuzzRerank(_ input: [UInt8]) {
    var lines = input.split(whereSeparator: { $0 == 10 || $0 == 13 }).map { Array($0) }
    var request = RerankRequest(model: "m", query: "q", documents: [.init(text: "x"), .init(text: "y")])
    if let asked = lines.first.flatMap({ read($0, RerankRequestReader.read) }) {
        ask(asked)
        request = asked
        lines.removeFirst()
    }
    for line in lines {
        for dialect in RerankDialect.allCases {
            guard let root = try? scanner.scan(copying: line.span) else { continue }
            guard let answer = try? dialect.readAnswer(root, to: request) else { continue }
            check(answer, to: request, "\(dialect) says \(String(decoding: line, as: UTF8.self).debugDescription)")
        }
    }
}

/// What a caller asks; nil for what is refused.
private func read<Request>(
    _ line: [UInt8], _ body: (JSONValue) throws(APIError) -> Request
) -> Request? {
    guard let root = try? scanner.scan(copying: line.span) else { return nil }
    do throws(APIError) {
        let request = try body(root)
        require(NaiveJSON.parse(line)?.repeatsKeys == false, "accepted a repeated key")
        return request
    } catch {
        require(error.status == 400 && !error.message.isEmpty, "refused as \(error)")
        return nil
    }
}

// MARK: Requests

private func ask(_ request: EmbeddingRequest) {
    require(request.count > 0 && !request.model.isEmpty, "nothing is asked of \(request.model)")
    require(request.longestTextBytes <= request.promptSize.textBytes, "a text longer than all")
    checkRouted(.embeddings(request))
    for dialect in EmbeddingDialect.allCases {
        sent("\(dialect)") { (out) throws(APIError) in try dialect.write(request, for: target, into: &out) }
    }
    if case .contents = request.input { return }
    var out = ByteBuffer()
    _ = try? EmbeddingDialect.openAI.write(request, for: target, into: &out)
    let again = read(Array(out.bytes), EmbeddingRequestReader.read)
    require(again?.input == request.input, "\(request.input) is sent as \(out.text.debugDescription)")
}

private func ask(_ request: RerankRequest) {
    require(!request.documents.isEmpty && !request.query.isEmpty, "nothing is asked of \(request.model)")
    require(request.longestTextBytes <= request.promptSize.textBytes, "a text longer than all")
    require(0 < request.searchUnits && request.searchUnits <= request.searchUnitsMax, "\(request.searchUnitsMax)")
    checkRouted(.rerank(request))
    for dialect in RerankDialect.allCases {
        sent("\(dialect)") { (out) throws(APIError) in try dialect.write(request, for: target, into: &out) }
    }
}

private func checkRouted(_ request: RetrievalRequest) {
    let routed = request.routed
    require(routed.promptSize.textBytes >= 0 && request.requestsMax > 0, "\(routed.promptSize)")
}

/// A provider is asked in JSON that says nothing twice, or refused with a field.
private func sent(_ provider: String, _ write: (inout ByteBuffer) throws(APIError) -> Translation) {
    var out = ByteBuffer()
    do throws(APIError) {
        _ = try write(&out)
    } catch {
        require(error.status == 400 && error.param != nil, "\(provider) refuses as \(error)")
        return
    }
    let sent = NaiveJSON.parse(Array(out.bytes))
    require(sent?.repeatsKeys == false, "\(provider) is asked \(out.text.debugDescription)")
}

// MARK: Answers

private func check(_ answer: EmbeddingAnswer, to request: EmbeddingRequest, _ story: String) {
    require(answer.vectors.count == request.count, story)
    if let usage = answer.usage {
        let media = usage.imagePrompt + usage.audioPrompt + usage.videoPrompt
        require(usage.completion >= 0 && 0 <= media && media <= usage.prompt, "\(usage) of \(story)")
    }
    for vector in answer.vectors {
        switch vector {
        case .numbers(let json):
            require(request.encoding == .float, story)
            let elements = NaiveJSON.parse(Array(json.text.utf8))?.elements
            require(elements?.allSatisfy { isFinite($0) } ?? false, "\(json.text) of \(story)")
        case .base64: require(request.encoding == .base64, story)
        }
    }
    // As bits, as decimals and as bits again.
    var told = request
    told.encoding = .base64
    let bits = tell(answer, to: told, story)
    told.encoding = .float
    let decimals = tell(bits, to: told, story)
    told.encoding = .base64
    require(tell(decimals, to: told, story).vectors == bits.vectors, "other bits of \(story)")
}

private func isFinite(_ value: NaiveJSON) -> Bool {
    if case .number(let text) = value.content { Float(text)?.isFinite ?? false } else { false }
}

/// What a caller who is a router too makes of an answer.
private func tell(_ answer: EmbeddingAnswer, to request: EmbeddingRequest, _ story: String) -> EmbeddingAnswer {
    let root = written(story) { out in
        RetrievalAnswer.embeddings(answer).write(
            stamp: stamp, usage: answer.usage ?? TokenUsage(), charge: charge, into: &out)
    }
    guard let told = try? EmbeddingDialect.openAI.readAnswer(root, to: request) else { fatalError(story) }
    return told
}

private func check(_ answer: RerankAnswer, to request: RerankRequest, _ story: String) {
    let places = answer.results.map(\.index)
    require(places.allSatisfy { request.documents.indices.contains($0) }, story)
    require(Set(places).count == places.count && places.count <= request.limit ?? .max, story)
    let relevances = answer.results.map(\.relevance)
    require(relevances.allSatisfy(\.isFinite) && relevances == relevances.sorted(by: >), story)
    let whole = RetrievalAnswer.rerank(answer, to: request)
    if let usage = whole.usage { require(usage.prompt >= 0 && usage.searchUnits >= 0, "\(usage) of \(story)") }
    let root = written(story) { out in
        whole.write(stamp: stamp, usage: whole.usage ?? TokenUsage(), charge: charge, into: &out)
    }
    let told = try? RerankDialect.cohere.readAnswer(root, to: request)
    require(told?.results == answer.results, "told otherwise of \(story)")
}

/// What is written, scanned: valid until the next time.
private func written(_ story: String, _ body: (inout ByteBuffer) -> Void) -> JSONValue {
    var out = ByteBuffer()
    body(&out)
    require(NaiveJSON.parse(Array(out.bytes)) != nil, "\(out.text.debugDescription) of \(story)")
    guard let root = try? scanner.scan(copying: out.span) else { fatalError(story) }
    return root
}
