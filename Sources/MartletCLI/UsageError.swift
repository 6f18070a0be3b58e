/// A command line that cannot be understood: exit code 2.
struct UsageError: Error, Equatable {
    /// The verb whose help would help.
    var verb: Verb?
    /// The name of the verb's action, where it has some and one was given.
    var action: String?
    var message: String

    init(verb: Verb? = nil, action: String? = nil, message: String) {
        self.verb = verb
        self.action = action
        self.message = message
    }
}
