import HTTPWire

/// However a response is cut, the same is read, for requests with and without a body in the answer.
func fuzzResponse(_ input: [UInt8]) {
    var cuts = Cuts(input)
    for method in [HTTPMethod.post, .head] {
        let whole = comparable(ResponseTranscript(input, method: method))
        for places in [cuts.next(input.count), cuts.next(input.count), cuts.many(input.count)] {
            let pieces = comparable(ResponseTranscript(input, cuts: places, method: method))
            require(pieces == whole, "cut at \(places):\n\(pieces)\nwhole:\n\(whole)")
        }
        require(whole.error != nil || method != .head || whole.body.isEmpty, "HEAD has no body: \(whole)")
    }
}

/// How much had arrived when an error was found is the only thing that may differ.
private func comparable(_ transcript: ResponseTranscript) -> ResponseTranscript {
    var transcript = transcript
    if transcript.error != nil { transcript.rest = [] }
    return transcript
}
