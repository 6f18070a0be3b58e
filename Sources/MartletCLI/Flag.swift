/// One option of a verb.
struct Flag: Sendable {
    /// With its dashes, such as `--config`.
    let name: String
    /// A one-letter form, such as `-m`.
    let short: String?
    /// What the value is called in the help; nil for a switch, which takes none.
    let value: String?
    let help: String

    init(_ name: String, short: String? = nil, value: String? = nil, _ help: String) {
        self.name = name
        self.short = short
        self.value = value
        self.help = help
    }

    static let help = Flag("--help", short: "-h", "Show this help.")
    static let json = Flag("--json", "Print JSON for programs instead of text for people.")
    static let url = Flag(
        "--url", value: "URL", "The server's API, else MARTLET_BASE_URL, else \(ServerAddress.defaultText).")
    static let keyFile = Flag(
        "--key-file", value: "FILE", "A file that holds the API key; else MARTLET_API_KEY is used.")
    static let managementKeyFile = Flag(
        "--key-file", value: "FILE", "A file that holds the management key; else MARTLET_MANAGEMENT_KEY is used.")
    static let config = Flag("--config", value: "FILE", "The configuration file. Default: ./martlet.yaml if present.")
    static let listen = Flag("--listen", value: "ADDR:PORT", "Where to listen, instead of what the configuration says.")
    static let data = Flag("--data", value: "DIR", "The data directory, instead of what the configuration says.")
    static let model = Flag("--model", short: "-m", value: "MODEL", "The model. Default: the server's default_model.")
}
