import Completions

/// Which part of a long list a request asks for.
struct CataloguePage {
    private static let limitDefault = 500
    private static let limitMax = 1000

    private let offset: Int
    private let limit: Int

    init(_ query: some QueryParameters) throws(APIError) {
        let offset = try query.whole("offset")
        let limit = try query.whole("limit")
        self.offset = offset ?? 0
        // Pages are for those who ask for them; everyone else gets the whole list.
        self.limit = limit ?? (offset == nil ? Int.max : Self.limitDefault)
        guard (1...Self.limitMax).contains(limit ?? 1) else {
            throw .invalid("limit", "limit must be a whole number from 1 to \(Self.limitMax).")
        }
    }

    func slice<Element>(of list: [Element]) -> ArraySlice<Element> {
        list.dropFirst(offset).prefix(limit)
    }

    /// The address of the next page, with everything else that was asked for; nil on the last one.
    /// - Parameter path: the list's own, below `/api/v1`.
    func next(_ path: StaticString, _ query: some QueryParameters, total: Int) -> String? {
        guard total - offset > limit else { return nil }
        var link = "/api/v1\(path)?offset=\(offset + limit)&limit=\(limit)"
        for (name, value) in query.all where name != "offset" && name != "limit" && !value.isEmpty {
            link += "&\(Self.escaped(name))=\(Self.escaped(value))"
        }
        return link
    }

    /// A whole number that is not negative; nil where there is none.
    static func number(_ text: String?, _ param: String) throws(APIError) -> Int? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int(text), value <= 1_000_000_000 else {
            throw .invalid(param, "\(param) must be a whole number that is not negative.")
        }
        return value
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ","):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
