import Buffers
import Completions
import JSONText

/// JSON Schemas as Anthropic takes them where it holds the model to them: a subset, closed objects only.
///
/// Keywords outside the subset go into the description, where the model reads them. A schema that cannot be said so
/// (open objects, recursion, "any value") has no strict form. Source: wire spec 7.
struct AnthropicSchema {
    /// The schema of a tool without arguments.
    static let empty = RawJSON("{\"type\":\"object\",\"properties\":{}}")

    private let root: JSONValue
    /// References on the way to where we are, and those that were followed to their end.
    private var following: [String] = []
    private var followed: Set<String> = []

    /// The schema in the subset; nil where it cannot be said in it.
    static func strict(_ schema: RawJSON) -> RawJSON? {
        schema.scanned { root in
            guard let root, root.isObject else { return nil }
            var rewriter = AnthropicSchema(root: root)
            if rewriter.isRecursive(root) { return nil }
            var json = JSONWriter()
            guard rewriter.write(root, &json) else { return nil }
            return RawJSON(json.finish().text)
        }
    }

    /// Whether a schema is one of objects.
    static func isObject(_ schema: RawJSON) -> Bool {
        schema.scanned { $0?["type"]?.equals("object") == true }
    }

    /// The schema with the type that a tool's arguments must have, where it leaves it out.
    static func ofObject(_ schema: RawJSON) -> RawJSON {
        schema.scanned { root in
            guard let root, root.isObject else { return empty }
            if root["type"]?.equals("object") == true { return schema }
            var json = JSONWriter()
            json.object { json in
                json.member("type", "object")
                for member in root.members where !member.key.equals("type") {
                    json.key(text: member.key.string)
                    json.raw(member.value)
                }
            }
            return RawJSON(json.finish().text)
        }
    }

    /// The search that Anthropic runs itself, for `web_search_options` of the chat dialect.
    static func webSearch(_ options: RawJSON) -> RawJSON {
        options.scanned { root in
            let place = root?["user_location"]
            var json = JSONWriter()
            json.object { json in
                json.member("type", "web_search_20250305")
                json.member("name", "web_search")
                guard let place, let details = place["approximate"] ?? (place.isObject ? place : nil) else { return }
                json.memberObject("user_location") { json in
                    json.member("type", "approximate")
                    for member in details.members where member.value.isString && !member.key.equals("type") {
                        json.key(text: member.key.string)
                        json.raw(member.value)
                    }
                }
            }
            return RawJSON(json.finish().text)
        }
    }

    private mutating func isRecursive(_ value: JSONValue) -> Bool {
        if let reference = value["$ref"]?.string {
            if following.contains(reference) { return true }
            if reference == "#" { return true }
            if followed.contains(reference) { return false }
            guard let target = target(of: reference) else { return false }
            following.append(reference)
            defer { following.removeLast() }
            if isRecursive(target) { return true }
            followed.insert(reference)
        }
        for member in value.members where isRecursive(member.value) { return true }
        for element in value.elements where isRecursive(element) { return true }
        return false
    }

    private func target(of reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        var value: JSONValue? = root
        for step in reference.dropFirst(2).split(separator: "/") {
            value = value?.members.first { $0.key.string == step }?.value
        }
        return value
    }

    /// Writes a schema; false where it cannot be said.
    private func write(_ schema: JSONValue, _ json: inout JSONWriter) -> Bool {
        guard schema.isObject else { return false }
        if let reference = schema["$ref"] {
            guard let name = reference.string, target(of: name) != nil else { return false }
        }
        guard Self.isSayable(schema) else { return false }
        json.beginObject()
        var rest: [JSONMember] = []
        // Beside a reference nothing counts but what it may refer to.
        if schema["$ref"] != nil {
            for key in ["$defs", "definitions", "$ref"] as [StaticString] {
                guard let member = schema.member(key) else { continue }
                guard write(member, of: schema, rest: &rest, &json) else { return false }
            }
            json.endObject()
            return true
        }
        for member in schema.members {
            guard write(member, of: schema, rest: &rest, &json) else { return false }
        }
        if Self.isObject(schema) { json.member("additionalProperties", false) }
        writeDescription(schema, rest, &json)
        json.endObject()
        return true
    }

    /// Says what it is, and is no open object.
    private static func isSayable(_ schema: JSONValue) -> Bool {
        if schema["patternProperties"] != nil { return false }
        if let open = schema["additionalProperties"], open.bool != false { return false }
        if isObject(schema), schema["properties"]?.isObject != true { return false }
        for key in ["type", "anyOf", "oneOf", "allOf", "enum", "const", "$ref"] as [StaticString]
        where schema[key] != nil {
            return true
        }
        return false
    }

    private static func isObject(_ schema: JSONValue) -> Bool { has(schema, "object") }

    /// Whether the type is that one, or one of several.
    private static func has(_ schema: JSONValue, _ type: StaticString) -> Bool {
        guard let types = schema["type"] else { return false }
        return types.equals(type) || types.elements.contains { $0.equals(type) }
    }

    private func write(
        _ member: JSONMember, of schema: JSONValue, rest: inout [JSONMember], _ json: inout JSONWriter
    ) -> Bool {
        let value = member.value
        switch member.key.string {
        case "description", "additionalProperties", "$schema", "$id", "$comment": return true
        case "type", "title", "required", "$ref": return keep(member, &json)
        case "enum":
            guard value.isArray, value.elements.allSatisfy({ !$0.isObject && !$0.isArray }) else { return false }
            return keep(member, &json)
        case "const": return value.isObject || value.isArray ? false : keep(member, &json)
        case "$defs", "definitions", "properties": return writeEach(member, &json)
        case "anyOf", "allOf": return writeAll(value, as: member.key.string, &json)
        case "oneOf": return writeAll(value, as: "anyOf", &json)
        case "items" where value.isObject:
            json.key("items")
            return write(value, &json)
        case "minItems" where value.integer == 0 || value.integer == 1: return keep(member, &json)
        case "format" where Self.formats.contains { value.equals($0) }: return keep(member, &json)
        default: rest.append(member)
        }
        return true
    }

    private static let formats: [StaticString] = [
        "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
    ]

    private func keep(_ member: JSONMember, _ json: inout JSONWriter) -> Bool {
        json.key(text: member.key.string)
        json.raw(member.value)
        return true
    }

    private func writeEach(_ member: JSONMember, _ json: inout JSONWriter) -> Bool {
        json.key(text: member.key.string)
        json.beginObject()
        for inner in member.value.members {
            json.key(text: inner.key.string)
            guard write(inner.value, &json) else { return false }
        }
        json.endObject()
        return true
    }

    private func writeAll(_ variants: JSONValue, as key: String, _ json: inout JSONWriter) -> Bool {
        guard variants.isArray else { return false }
        json.key(text: key)
        json.beginArray()
        for variant in variants.elements {
            guard write(variant, &json) else { return false }
        }
        json.endArray()
        return true
    }

    /// The description, and behind it the keywords that have no other place.
    private func writeDescription(_ schema: JSONValue, _ rest: [JSONMember], _ json: inout JSONWriter) {
        var text = schema["description"]?.string ?? ""
        if !rest.isEmpty {
            if !text.isEmpty { text += "\n\n" }
            text += "{" + rest.map { "\($0.key.string): \($0.value.rawText)" }.joined(separator: ", ") + "}"
        }
        if !text.isEmpty { json.member("description", text) }
    }
}

extension RawJSON {
    /// Calls `body` with the value; nil for what is no JSON after all.
    func scanned<Result>(_ body: (JSONValue?) -> Result) -> Result {
        let scanner = JSONScanner()
        return withExtendedLifetime(scanner) { body(try? scanner.scan(copying: text)) }
    }
}
