/// The endpoints of a catalogue by their numbers: what decisions refer to, and what of a catalogue is kept as long as
/// they do.
///
/// As text, a line for each model, and behind it for each of its endpoints a line of a tab, the tag, a tab and the
/// provider's name; for one that is pinned to a caller's own key also a tab, the credential's id, a tab, and the turn in
/// which it is tried. Those come behind all others, as their numbers do.
package struct EndpointList: Sendable {
    package struct Name: Sendable, Hashable {
        package let model: String
        package let tag: String
        package let provider: String
        /// The id of the caller's own key that it is pinned to.
        package var credential: String?
        /// Endpoints of one turn are tried before those of a later one; empty for the operator's.
        package var turn = ""
    }

    package private(set) var text: [UInt8] = []

    /// - Parameter models: all of a catalogue, in its order.
    package init(_ models: [Model]) {
        for model in models { append(model.endpoints, of: model) }
        for model in models { append(model.ownKeyEndpoints, of: model) }
    }

    private mutating func append(_ endpoints: [Endpoint], of model: Model) {
        if endpoints.isEmpty { return }
        append(model.slug)
        text.append(Self.lineFeed)
        for endpoint in endpoints {
            text.append(Self.tab)
            append(endpoint.tag)
            text.append(Self.tab)
            append(endpoint.provider.displayName)
            if let credential = endpoint.credential {
                text.append(Self.tab)
                append(credential.id)
                text.append(Self.tab)
                append("\(credential.isFallback ? "fallback" : "first") \(credential.sortOrder)")
            }
            text.append(Self.lineFeed)
        }
    }

    package init(text: [UInt8]) {
        self.text = text
    }

    /// FNV-1a.
    package var fingerprint: UInt64 {
        let hash = text.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return hash == 0 ? 1 : hash
    }

    /// The names of endpoints; a number that the list does not have gets none.
    package func names(of numbers: Set<Int>) -> [Int: Name] {
        var names: [Int: Name] = [:]
        var model = ""
        var number = 0
        for line in text.split(separator: Self.lineFeed) {
            if line.first != Self.tab {
                model = String(decoding: line, as: UTF8.self)
                continue
            }
            if numbers.contains(number) {
                let fields = line.split(separator: Self.tab).map { String(decoding: $0, as: UTF8.self) }
                var name = Name(
                    model: model, tag: fields.first ?? "", provider: fields.count > 1 ? fields[1] : "")
                if fields.count > 3 { (name.credential, name.turn) = (fields[2], fields[3]) }
                names[number] = name
            }
            number += 1
        }
        return names
    }

    private static let tab = UInt8(ascii: "\t")
    private static let lineFeed = UInt8(ascii: "\n")

    /// What would part lines or fields becomes a space.
    private mutating func append(_ name: String) {
        for byte in name.utf8 { text.append(byte < 0x20 ? UInt8(ascii: " ") : byte) }
    }
}
