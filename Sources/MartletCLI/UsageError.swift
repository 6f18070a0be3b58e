/// A command line that cannot be understood: exit code 2.
struct UsageError: Error, Equatable {
    /// The verb whose help would help.
    var verb: Verb?
    var message: String
}
