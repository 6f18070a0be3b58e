import JSONText

/// The tools of a preset and of a request together: the preset's first, in its order, each in the request's version where
/// that has one; then what only the request has.
struct JoinedTools {
    private enum Origin {
        case preset(PresetTool)
        case request(Int)
    }

    private let own: [JSONValue]
    private var origins: [Origin] = []

    init(_ preset: [PresetTool], _ own: [JSONValue]) {
        self.own = own
        var places: [ToolIdentity: Int] = [:]
        for (index, tool) in own.enumerated() {
            if let identity = ToolIdentity(tool), places[identity] == nil { places[identity] = index }
        }
        var isPlaced = [Bool](repeating: false, count: own.count)
        for tool in preset {
            guard let index = tool.identity.flatMap({ places[$0] }) else {
                origins.append(.preset(tool))
                continue
            }
            if !isPlaced[index] { origins.append(.request(index)) }
            isPlaced[index] = true
        }
        for index in own.indices where !isPlaced[index] { origins.append(.request(index)) }
    }

    /// Where each of them stands in the request; nil for the preset's.
    var callerIndexes: [Int?] {
        origins.map { if case .request(let index) = $0 { index } else { nil } }
    }

    func write(into json: inout JSONWriter) {
        json.array { json in
            for origin in origins {
                switch origin {
                case .preset(let tool): json.raw(tool.json)
                case .request(let index): json.raw(own[index])
                }
            }
        }
    }
}
