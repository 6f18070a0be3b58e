import Accounting
import Buffers
import JSONText
import Telemetry

/// What the flags of `martlet keys create` and `update` say about a key.
struct KeyChanges: Sendable, Equatable {
    /// A flag's value; `none` takes away what was there.
    enum Setting<Value: Sendable & Equatable>: Sendable, Equatable {
        case none
        case some(Value)
    }

    var name: String?
    var isManagement = false
    /// US dollars as they were typed.
    var limit: Setting<String>?
    var reset: Setting<String>?
    var expires: Setting<String>?
    var models: Setting<[String]>?
    var providers: Setting<[String]>?
    var addresses: Setting<[String]>?
    var requestsPerMinute: Setting<Int>?
    var tokensPerMinute: Setting<Int>?

    init(_ arguments: ParsedArguments, _ action: KeysCommand.Action, nowMs: Int64) throws(UsageError) {
        if action != .create, action != .update { return }
        if action == .update { name = arguments.value(.name) }
        isManagement = arguments.has(.management)
        limit = try Self.setting(arguments, .spendingLimit, "an amount of dollars such as 5 or 0.25") { text in
            Credits(exactly: text).flatMap { $0 >= .zero ? "\($0)" : nil }
        }
        reset = try Self.setting(arguments, .reset, "daily, weekly or monthly") { text in
            ["daily", "weekly", "monthly"].contains(text) ? text : nil
        }
        expires = try Self.setting(arguments, .expires, "a time such as 2027-01-31T00:00:00Z, or 12h or 30d from now") {
            Self.moment($0, nowMs: nowMs)
        }
        models = try Self.setting(arguments, .models, "names with commas between them", Self.words)
        providers = try Self.setting(arguments, .providers, "names with commas between them", Self.words)
        addresses = try Self.setting(arguments, .addresses, "addresses with commas between them", Self.words)
        requestsPerMinute = try Self.setting(arguments, .requests, "a whole number above 0", Self.number)
        tokensPerMinute = try Self.setting(arguments, .tokens, "a whole number above 0", Self.number)
        if action == .update, isEmpty {
            throw UsageError(
                verb: .keys, action: action.rawValue, message: "say what to change: --limit USD, for example")
        }
    }

    private var isEmpty: Bool {
        name == nil && limit == nil && reset == nil && expires == nil && models == nil && providers == nil
            && addresses == nil && requestsPerMinute == nil && tokensPerMinute == nil
    }

    /// The body of the request.
    func json(name: String? = nil) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.appendJSON { json in
            json.object { json in
                json.member("name", name ?? self.name)
                if isManagement { json.member("is_management_key", true) }
                Self.member("limit", limit, &json) { $1.raw(text: $0) }
                Self.member("limit_reset", reset, &json) { $1.string($0) }
                Self.member("expires_at", expires, &json) { $1.string($0) }
                Self.member("allowed_models", models, &json) { $1.strings($0) }
                Self.member("allowed_providers", providers, &json) { $1.strings($0) }
                Self.member("allowed_ips", addresses, &json) { $1.strings($0) }
                Self.member("requests_per_minute", requestsPerMinute, &json) { $1.integer($0) }
                Self.member("tokens_per_minute", tokensPerMinute, &json) { $1.integer($0) }
            }
        }
        return Array(buffer.bytes)
    }

    private static func member<Value>(
        _ name: StaticString, _ setting: Setting<Value>?, _ json: inout JSONWriter,
        _ write: (Value, inout JSONWriter) -> Void
    ) {
        guard let setting else { return }
        json.key(name)
        switch setting {
        case .none: json.null()
        case .some(let value): write(value, &json)
        }
    }

    // MARK: Reading flags

    private static func setting<Value>(
        _ arguments: ParsedArguments, _ flag: Flag, _ expected: String, _ read: (String) -> Value?
    ) throws(UsageError) -> Setting<Value>? {
        guard let text = arguments.value(flag) else { return nil }
        if text == "none" { return Setting.none }
        guard let value = read(text) else {
            throw UsageError(
                verb: .keys, action: arguments.action,
                message: "\(flag.name) must be \(expected), or none; not \"\(TerminalText.clean(text))\"")
        }
        return .some(value)
    }

    private static func words(_ text: String) -> [String]? {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            String(word.drop { $0 == " " })
        }
        return words.isEmpty || words.contains("") ? nil : words
    }

    private static func number(_ text: String) -> Int? {
        Int(text).flatMap { $0 > 0 ? $0 : nil }
    }

    /// A moment in UTC, or so many minutes, hours or days from now.
    private static func moment(_ text: String, nowMs: Int64) -> String? {
        if let moment = UTCTime.moment(text) { return UTCTime.text(ms: moment) }
        let units: [Character: Int64] = ["m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
            (1...CLILimits.expiryUnits).contains(count)
        else { return nil }
        return UTCTime.text(ms: nowMs + count * unit)
    }

}

extension JSONWriter {
    fileprivate mutating func strings(_ values: [String]) {
        array { json in
            for value in values { json.string(value) }
        }
    }

    /// A number as it is written.
    fileprivate mutating func raw(text: String) {
        raw(text.utf8Span.span)
    }
}
