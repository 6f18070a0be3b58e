/// What a configuration is read from. Reading it is a pure function of this.
package struct ConfigurationSource {
    /// The text of the file; nil where there is none.
    package var text: String?
    /// The file's name, as messages show it.
    package var name: String
    package var environment: [String: String]
    /// The content of a file named by `${file:…}`; nil where it cannot be read.
    package var readFile: (String) -> String?
    /// Memory of the machine or the control group, for limits in per cent.
    package var systemMemoryBytes: Int
    /// The version the catalogue gets.
    package var catalogVersion: UInt64
    /// `YYYY-MM-DD`: models whose last day has come are no longer the newest of their family. nil where none has.
    package var today: String?

    package init(
        text: String?, name: String = "martlet.yaml", environment: [String: String],
        readFile: @escaping (String) -> String? = { _ in nil }, systemMemoryBytes: Int, catalogVersion: UInt64 = 1,
        today: String? = nil
    ) {
        self.text = text
        self.name = name
        self.environment = environment
        self.readFile = readFile
        self.systemMemoryBytes = systemMemoryBytes
        self.catalogVersion = catalogVersion
        self.today = today
    }
}
