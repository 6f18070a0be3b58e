/// Why a command that talks to a server failed, as a sentence for the person who typed it.
struct CallFailure: Error, Equatable {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }
}
