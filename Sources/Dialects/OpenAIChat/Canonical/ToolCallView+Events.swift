import JSONText

extension ToolCallView {
    /// A call for a reader of events, which knows freeform calls too: their input stands for the arguments.
    init(reading call: JSONValue) {
        self.init(call)
        guard function == nil, let custom = call["custom"], custom.isObject else { return }
        isCustom = true
        if let value = custom["name"], value.isString, !value.isEmptyString { name = value }
        if let value = custom["input"], !value.isNull { arguments = value }
    }

    /// `function_call` of the legacy dialect: the one call there is.
    init(legacy call: JSONValue) {
        self.init(call)
        index = 0
        if let value = call["name"], value.isString, !value.isEmptyString { name = value }
        if let value = call["arguments"], !value.isNull { arguments = value }
    }
}
