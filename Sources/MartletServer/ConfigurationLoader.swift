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
    /// Whether the default file has been read: from then on, that it is missing is a mistake.
    private var usesDefaultFile = false

    package init(_ options: ServeOptions) {
        file = options.config
        listen = options.listen
        data = options.data
    }

    /// - Parameter version: what the catalogue of this reading is called.
    package mutating func load(version: UInt64) throws(ConfigurationErrors) -> Configuration {
        let text = try readFile()
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
        if text != nil { usesDefaultFile = file == nil }
        return configuration
    }

    /// - Returns: nil where no file is named, none was read before, and there is none.
    private func readFile() throws(ConfigurationErrors) -> String? {
        let path = file ?? Self.defaultFile
        do throws(TextFile.Failure) {
            return try TextFile.content(of: path)
        } catch {
            if error.isMissing, file == nil, !usesDefaultFile { return nil }
            throw ConfigurationErrors(
                file: path, problems: [ConfigurationProblem(line: nil, "the file cannot be read: \(error)")])
        }
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

    /// Why a file cannot be read, as the end of a sentence.
    struct Failure: Error, CustomStringConvertible {
        let isMissing: Bool
        let description: String

        /// - Parameter code: the system's `errno`.
        init(code: Int32) {
            isMissing = code == ENOENT
            description = String(cString: strerror(code)).lowercased()
        }

        init(largerThan bytes: Int) {
            isMissing = false
            description = "it is larger than \(bytes) bytes"
        }
    }

    /// nil when the file cannot be read or is too large.
    @Sendable package static func read(_ path: String) -> String? {
        try? content(of: path)
    }

    static func content(of path: String) throws(Failure) -> String {
        guard let file = fopen(path, "r") else { throw Failure(code: errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            if count == 0 { break }
            bytes += piece[..<count]
            if bytes.count > bytesMax { throw Failure(largerThan: bytesMax) }
        }
        // The end of a file leaves it as it was; a directory says here what it is.
        let code = errno
        if ferror(file) != 0 { throw Failure(code: code) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
