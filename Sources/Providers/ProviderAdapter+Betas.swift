extension ProviderAdapter {
    /// What Anthropic calls answers of the faster tier.
    package static let fastModeBeta = "fast-mode-2026-02-01"

    /// The field that asks Anthropic for features that are not out yet: what the caller asked for, once each and in order.
    ///
    /// - Parameter lists: the caller's `anthropic-beta` and `x-anthropic-beta`, each a list with commas. What is no name
    ///   of a feature (letters, digits, `-`, `_`, `.`) is left out, and what comes after 64 names.
    /// - Returns: the field with its line end; empty where there is nothing to ask for.
    package static func betaField(_ lists: [String]) -> [UInt8] {
        var names: [Substring] = []
        for list in lists {
            for piece in list.split(separator: ",") {
                guard names.count < ProvidersLimits.betas else { break }
                let name = piece.drop { $0 == " " }.prefix { $0 != " " }
                if !name.isEmpty, name.utf8.allSatisfy(isNameByte), !names.contains(name) { names.append(name) }
            }
        }
        return names.isEmpty ? [] : Array("anthropic-beta: \(names.joined(separator: ","))\r\n".utf8)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
