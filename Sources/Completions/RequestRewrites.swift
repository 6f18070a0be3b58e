/// Ways in which some hosts want a request said differently, deep inside of it. A request has those that would change
/// it, a host those that it needs; only where both have one is the request looked at a second time.
package struct RequestRewrites: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Messages of the role `developer` become those of the system.
    package static let developerAsSystem = RequestRewrites(rawValue: 1)
    /// System messages at the beginning become one, later ones the user's.
    package static let oneSystemMessage = RequestRewrites(rawValue: 2)
    /// A last message of the assistant gets `"prefix": true`.
    package static let prefixedPrefill = RequestRewrites(rawValue: 4)
    /// A last message of the assistant gets `"partial": true`.
    package static let partialPrefill = RequestRewrites(rawValue: 8)
    /// `strict` of functions and of the schema of the answer is left out.
    package static let withoutStrict = RequestRewrites(rawValue: 16)
    /// Messages of the assistant in a conversation with tools have `reasoning_content`, be it a space.
    package static let reasoningPlaceholder = RequestRewrites(rawValue: 32)

    /// There is something that hosts of the chat dialect have rules for: a freeform tool, a name, a picture or an error in
    /// the result of a tool. The request is written anew.
    package static let hostRules = RequestRewrites(rawValue: 64)
    /// The same where ids of calls are nine letters and digits.
    package static let shortCallIDs = RequestRewrites(rawValue: 128)

    /// What gives cause to write the whole request anew.
    package static let forms = RequestRewrites(rawValue: 192)
    /// What a conversation that ends with the assistant's turn gives cause for.
    package static let prefills = RequestRewrites(rawValue: 12)
}
