import JSONText

/// What makes two tools the same one: functions by their names, tools of which a request may have several by type and name,
/// others by type. In every dialect's words. Source: openrouter spec 19.
struct ToolIdentity: Sendable, Hashable {
    private let type: String
    private let name: String?

    /// Nil where nothing says what it is.
    init?(_ tool: JSONValue) {
        let type = tool["type"]?.string ?? "function"
        let holder = tool["function"] ?? tool["custom"] ?? tool
        let name = holder["name"]?.string
        switch type {
        case "function", "custom":
            guard let name else { return nil }
            self.type = "function"
            self.name = name
            return
        case "openrouter:advisor", "openrouter:subagent":
            self.name = name ?? tool["parameters"]?["name"]?.string
        case "namespace": self.name = name
        case "mcp": self.name = tool["server_label"]?.string
        case "mcp_toolset": self.name = tool["mcp_server_name"]?.string
        default: self.name = nil
        }
        self.type = type
    }
}
