/// Which server to ask, and with which key: what all verbs that talk to one share.
struct ServerOptions: Equatable {
    /// Where a key is looked for when no file is named.
    enum KeyVariable: String {
        case inference = "MARTLET_API_KEY"
        case management = "MARTLET_MANAGEMENT_KEY"
    }

    let address: ServerAddress
    let keyVariable: KeyVariable
    /// Nil asks without one; the list of models needs none.
    let key: String?

    init(
        _ arguments: ParsedArguments, _ verb: Verb, _ environment: [String: String],
        key variable: KeyVariable = .inference
    ) throws(UsageError) {
        keyVariable = variable
        let (text, origin) =
            arguments.value(.url).map { ($0, "--url") }
            ?? environment["MARTLET_BASE_URL"].flatMap { $0.isEmpty ? nil : ($0, "MARTLET_BASE_URL") }
            ?? (ServerAddress.defaultText, "")
        guard let address = ServerAddress(text) else {
            let message = "\(origin) must be a URL such as \(ServerAddress.defaultText), not \"\(text)\""
            throw UsageError(verb: verb, message: message)
        }
        self.address = address
        if let file = arguments.value(.keyFile) {
            key = try Self.readKey(file, verb)
        } else {
            key = environment[variable.rawValue].flatMap { $0.isEmpty ? nil : $0 }
        }
        if let key, !key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            throw UsageError(verb: verb, message: "the API key holds characters that no key has")
        }
    }

    private static func readKey(_ file: String, _ verb: Verb) throws(UsageError) -> String {
        let text: String
        do {
            text = try SmallFile.read(file, atMost: CLILimits.keyFileBytes)
        } catch {
            throw UsageError(verb: verb, message: "--key-file: \(error.sentence)")
        }
        guard let line = text.split(whereSeparator: \.isWhitespace).first else {
            throw UsageError(verb: verb, message: "--key-file: \(file) holds no key")
        }
        return String(line)
    }
}
