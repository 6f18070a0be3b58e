import Completions
import JSONText

/// JSON Schema as Gemini takes it: the whole may be sent, but only some keywords have an effect.
/// Source: `responseJsonSchema` of google-genai 3.4.0, wire spec 5.3.
extension GeminiRequestWriter {
    /// Keywords that take effect, and those that have none by their nature.
    private static let known: Set<String> = [
        "$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items", "prefixItems",
        "minItems", "maxItems", "minimum", "maximum", "anyOf", "oneOf", "properties", "additionalProperties",
        "required", "propertyOrdering", "nullable", "$schema", "$comment", "default", "examples", "example",
        "deprecated", "readOnly", "writeOnly", "const", "definitions",
    ]

    /// Writes a schema and returns the keywords in it that will have no effect.
    ///
    /// What has an equal is rewritten: `const` is an `enum` of one, `definitions` are `$defs`.
    mutating func writeSchema(_ schema: RawJSON, _ json: inout JSONWriter) -> [String] {
        guard let root = try? scan(schema.text) else {
            json.raw("{}")
            return []
        }
        var missing: [String] = []
        Self.write(root, &missing, &json)
        return missing
    }

    private static func write(_ schema: JSONValue, _ missing: inout [String], _ json: inout JSONWriter) {
        guard schema.isObject else { return json.raw(schema) }
        json.beginObject()
        for member in schema.members {
            let name = member.key.string
            let value = member.value
            if !known.contains(name), !name.hasPrefix("x-"), !missing.contains(name) { missing.append(name) }
            switch name {
            case "const" where schema["enum"] == nil:
                json.key("enum")
                json.beginArray()
                json.raw(value)
                json.endArray()
            case "definitions" where schema["$defs"] == nil:
                json.key("$defs")
                writeEach(of: value, &missing, &json)
            case "$ref":
                json.key("$ref")
                writeReference(value, &json)
            case "properties", "$defs":
                json.key(text: name)
                writeEach(of: value, &missing, &json)
            case "items", "additionalProperties":
                json.key(text: name)
                write(value, &missing, &json)
            case "anyOf", "oneOf", "allOf", "prefixItems":
                json.key(text: name)
                guard value.isArray else {
                    json.raw(value)
                    continue
                }
                json.beginArray()
                for element in value.elements { write(element, &missing, &json) }
                json.endArray()
            default:
                json.key(text: name)
                json.raw(value)
            }
        }
        json.endObject()
    }

    private static func writeEach(of schemas: JSONValue, _ missing: inout [String], _ json: inout JSONWriter) {
        guard schemas.isObject else { return json.raw(schemas) }
        json.beginObject()
        for member in schemas.members {
            json.key(text: member.key.string)
            write(member.value, &missing, &json)
        }
        json.endObject()
    }

    private static func writeReference(_ value: JSONValue, _ json: inout JSONWriter) {
        let old = "#/definitions/"
        if let path = value.string, path.hasPrefix(old) {
            json.string("#/$defs/" + path.dropFirst(old.count))
        } else {
            json.raw(value)
        }
    }

    /// Scans text of the caller's, which must be looked at before it is spliced into a body.
    mutating func scan(_ text: String) throws(JSONError) -> JSONValue { try scanner.scan(copying: text) }
}
