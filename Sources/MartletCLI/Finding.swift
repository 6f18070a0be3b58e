/// One thing that `martlet doctor` looked at.
struct Finding: Equatable, Sendable {
    enum Level: String, Sendable {
        case ok, warning, error
    }

    /// What was looked at, such as `limits`.
    let area: String
    let level: Level
    /// What is so, and for anything but `ok` how to fix it.
    let sentence: String

    init(_ area: String, _ level: Level, _ sentence: String) {
        self.area = area
        self.level = level
        self.sentence = sentence
    }
}
