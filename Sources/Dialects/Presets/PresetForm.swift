import Completions
import JSONText

/// A preset's fields in the words of one dialect.
///
/// What a dialect has no word for keeps its name, and goes the way of any such field that a caller sends: to providers
/// that know it, else it is left out and named.
struct PresetForm: Sendable {
    /// All but the tools, in the order written.
    private(set) var members: [NamedJSON] = []
    var tools: [PresetTool] = []
    /// `reasoning` without `exclude`, for requests that say with `include_reasoning` whether it is shown; nil where the
    /// preset does not say it.
    private(set) var reasoningToShow: RawJSON?

    init() {}

    /// - Parameter fields: in the words of chat.
    init(_ fields: JSONValue, in caller: CallerDialect) {
        switch caller {
        case .chat, .completions: self.init(chat: fields)
        case .messages: self.init(messages: fields)
        case .responses: self.init(responses: fields)
        }
    }

    private init(chat fields: JSONValue) {
        for member in fields.members where !member.value.isNull {
            if member.key.equals("tools") {
                tools = member.value.elements.map { PresetTool($0, RawJSON($0.rawText)) }
            } else {
                add(member.key.string, member.value)
            }
        }
    }

    mutating func add(_ name: String, _ value: JSONValue) {
        members.append(NamedJSON(name, RawJSON(value.rawText)))
        if name != "reasoning" || value.given("exclude") == nil { return }
        reasoningToShow = RawJSON(
            .json { json in
                json.object { json in
                    for member in value.members where !member.key.equals("exclude") {
                        json.key(text: member.key.string)
                        json.raw(member.value)
                    }
                }
            })
    }

    mutating func add(_ name: String, _ body: (inout JSONWriter) -> Void) {
        members.append(NamedJSON(name, RawJSON(.json(body))))
    }

    /// The shorthand as the object that it stands for; both of them stay as they are.
    mutating func addEffort(_ effort: JSONValue, of fields: JSONValue) {
        if fields.given("reasoning") != nil { return add("reasoning_effort", effort) }
        add("reasoning") { json in
            json.object { $0.member("effort", raw: effort) }
        }
    }
}

/// A tool of a preset.
struct PresetTool: Sendable {
    /// What it is known by; nil where nothing says it.
    let identity: ToolIdentity?
    let json: RawJSON

    /// - Parameters:
    ///   - tool: in the words of chat.
    ///   - json: in those of its dialect.
    init(_ tool: JSONValue, _ json: RawJSON) {
        identity = ToolIdentity(tool)
        self.json = json
    }
}

extension JSONValue {
    /// The member where it is there and not null.
    func given(_ name: StaticString) -> JSONValue? {
        guard let value = self[name], !value.isNull else { return nil }
        return value
    }
}
