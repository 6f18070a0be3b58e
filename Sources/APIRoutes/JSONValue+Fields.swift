import Access
import Completions
import JSONText

/// Reads the members of a management request's body, strictly: what is wrong is told with its path.
extension JSONValue {
    /// A member of which null means something; nil when it is absent.
    func field<Value>(
        _ name: StaticString, _ read: (JSONValue) throws(APIError) -> Value
    ) throws(APIError) -> Value?? {
        guard let value = self[name] else { return nil }
        return value.isNull ? .some(nil) : .some(try read(value))
    }

    func flag(_ name: StaticString) throws(APIError) -> Bool? {
        guard let value = self[name] else { return nil }
        guard let flag = value.bool else { throw value.wrongType("\(name)", "true or false") }
        return flag
    }

    func wrongType(_ path: String, _ expected: String) -> APIError {
        .invalid(path, "'\(path)' must be \(expected), but it is \(kindName).")
    }

    private var kindName: String {
        switch kind {
        case .object: "an object"
        case .array: "a list"
        case .string: "a string"
        case .number: "a number"
        case .true, .false: "a boolean"
        case .null: "null"
        }
    }

    /// Whether a text can name something: not all of it blank, and no control characters.
    static func isName(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
            && text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }

    /// A list of at most `AccessLimits.listedNames` strings.
    func strings(_ path: String) throws(APIError) -> [String] {
        guard isArray else { throw wrongType(path, "a list of strings or null") }
        guard count <= AccessLimits.listedNames else {
            throw .invalid(path, "'\(path)' may have at most \(AccessLimits.listedNames) entries.")
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else { throw element.wrongType("\(path)[\(texts.count)]", "a string") }
            texts.append(text)
        }
        return texts
    }

    static func emptyList(_ path: String) -> APIError {
        .invalid(path, "'\(path)' is empty, which would allow nothing. Send null to allow everything.")
    }

    /// Names of models or providers, each with a `*` only at its end.
    func names(_ path: String, _ example: String) throws(APIError) -> NameList {
        let texts = try strings(path)
        for (index, text) in texts.enumerated() where NameList([text]) == nil || !Self.isName(text) {
            throw .invalid(
                "\(path)[\(index)]", "'\(path)[\(index)]' must be a name such as \(example), with a * only at its end.")
        }
        guard let names = NameList(texts) else { throw Self.emptyList(path) }
        return names
    }

    /// A name that another system gave.
    func foreignName(_ path: String) throws(APIError) -> String {
        guard let text = string else { throw wrongType(path, "a string") }
        guard Self.isName(text), text.utf8.count <= AccessLimits.foreignNameBytes else {
            throw .invalid(
                path,
                "'\(path)' must have 1 to \(AccessLimits.foreignNameBytes) bytes, not all of them blank, and no control "
                    + "characters.")
        }
        return text
    }

    /// `workspace_id`, of which there is one.
    func workspace() throws(APIError) -> String? {
        guard let value = self["workspace_id"] else { return nil }
        guard let text = value.string else { throw value.wrongType("workspace_id", "a string") }
        guard text == APIKeyRecord.defaultWorkspace else {
            throw .invalid(
                "workspace_id", "There is no such workspace. This server has one: \(APIKeyRecord.defaultWorkspace).")
        }
        return text
    }
}
