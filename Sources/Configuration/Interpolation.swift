/// Replaces `${VAR}`, `${VAR:-default}` and `${file:/path}` in a value. `$$` stands for one `$`.
struct Interpolation {
    let environment: [String: String]
    /// The content of a file; nil where it cannot be read.
    let readFile: (String) -> String?
    /// Whether texts are left as they are.
    var isVerbatim = false

    static var verbatim: Interpolation {
        Interpolation(environment: [:], readFile: { _ in nil }, isVerbatim: true)
    }

    struct Failure: Error, Equatable {
        let message: String
    }

    func expand(_ text: String) throws(Failure) -> String {
        guard !isVerbatim, text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let next = rest.index(after: dollar)
            if next < rest.endIndex, rest[next] == "$" {
                result += "$"
                rest = rest[rest.index(after: next)...]
            } else if next < rest.endIndex, rest[next] == "{" {
                guard let close = rest[next...].firstIndex(of: "}") else {
                    throw Failure(message: "has ${ without its }")
                }
                result += try value(of: rest[rest.index(after: next)..<close])
                rest = rest[rest.index(after: close)...]
            } else {
                result += "$"
                rest = rest[next...]
            }
        }
        return result + rest
    }

    private func value(of reference: Substring) throws(Failure) -> String {
        if reference.hasPrefix("file:") {
            let path = String(reference.dropFirst("file:".count))
            guard path.hasPrefix("/") else { throw Failure(message: "needs an absolute path in ${file:\(path)}") }
            guard let content = readFile(path) else { throw Failure(message: "cannot read the file \(path)") }
            return content.hasSuffix("\r\n") || content.hasSuffix("\n") ? String(content.dropLast()) : content
        }
        let name: Substring
        let fallback: Substring?
        if let separator = reference.range(of: ":-") {
            name = reference[..<separator.lowerBound]
            fallback = reference[separator.upperBound...]
        } else {
            name = reference
            fallback = nil
        }
        guard let first = name.utf8.first, Self.isNameByte(first), first < 0x30 || first > 0x39,
            name.utf8.allSatisfy(Self.isNameByte)
        else { throw Failure(message: "has ${\(reference)}, which names no variable") }
        if let value = environment[String(name)], !value.isEmpty || fallback == nil { return value }
        if let fallback { return String(fallback) }
        throw Failure(message: "needs the environment variable \(name), which is not set")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension Substring {
    /// The first place where `pattern` stands.
    fileprivate func range(of pattern: String) -> Range<Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(pattern) { return index..<self.index(index, offsetBy: pattern.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
