extension VerbAction {
    static let `import` = [
        VerbAction(
            name: "litellm", summary: "Map the config.yaml of a LiteLLM proxy.",
            operands: [Verb.Operand(name: "FILE", isRequired: true)], flags: [.output, .force, .json, .help])
    ]
}
