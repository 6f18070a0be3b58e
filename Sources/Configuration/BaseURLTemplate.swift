import Catalog

/// A base URL with `${VARIABLE}` in it, as of hosts that have one address per account.
struct BaseURLTemplate {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The text with its variables replaced, and those that are not set.
    func expanded(_ environment: [String: String]) -> (text: String, missing: [String]) {
        var missing: [String] = []
        let text = replacing { name in
            if let value = environment[name], !value.isEmpty { return value }
            missing.append(name)
            return ""
        }
        return (text, missing)
    }

    /// An address that shows where the variables go; for providers that cannot be called.
    var placeholder: BaseURL? {
        try? BaseURL(replacing { $0.lowercased().replacing("_", with: "-") })
    }

    private func replacing(_ value: (String) -> String) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$"), let close = rest[dollar...].firstIndex(of: "}") {
            let name = rest[dollar..<close].dropFirst(2)
            result += rest[..<dollar] + value(String(name))
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}

extension String {
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
