package import Configuration
import Telemetry

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads the configuration from where the command line points: file, environment, defaults.
package struct ConfigurationLoader: Sendable {
    /// The file taken when none is named and this one is there.
    package static let defaultFile = "martlet.yaml"

    private let file: String?
    private let listen: String?
    private let data: String?

    package init(_ options: ServeOptions) {
        file = options.config
        listen = options.listen
        data = options.data
    }

    /// - Parameter version: what the catalogue of this reading is called.
    package func load(version: UInt64) throws(ConfigurationErrors) -> Configuration {
        var text: String?
        if let file {
            guard let content = TextFile.read(file) else {
                throw ConfigurationErrors(
                    file: file, problems: [ConfigurationProblem(line: nil, "the file cannot be read")])
            }
            text = content
        } else {
            text = TextFile.read(Self.defaultFile)
        }
        let source = ConfigurationSource(
            text: text, name: file ?? Self.defaultFile, environment: Self.environment, readFile: TextFile.read,
            systemMemoryBytes: SystemMemory.bytes, catalogVersion: version,
            today: String(UTCTime.text(ms: WallClock.system.unixMs()).prefix(10)))
        var configuration = try Configuration.parse(source)
        if let listen {
            guard let address = ListenAddress(listen) else {
                throw ConfigurationErrors(
                    file: "--listen",
                    problems: [ConfigurationProblem(line: nil, "\(listen) is no address; write ADDR:PORT")])
            }
            configuration.listen = address
        }
        if let data { configuration.dataDirectory = data }
        return configuration
    }

    private static var environment: [String: String] {
        var values: [String: String] = [:]
        var pointer = environ
        while let entry = pointer.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                values[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            pointer += 1
        }
        return values
    }
}

/// Small text files, read whole.
package enum TextFile {
    /// Far above any configuration or secret.
    private static let bytesMax = 16 * 1024 * 1024

    /// nil when the file cannot be read or is too large.
    @Sendable package static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            if count == 0 { break }
            bytes += piece[..<count]
            if bytes.count > bytesMax { return nil }
        }
        return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
