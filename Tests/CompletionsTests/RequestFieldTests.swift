import Testing

@testable import Completions

@Suite struct RequestFieldTests {
    @Test func everyFieldHasItsOwnNameAndBit() {
        let names = RequestField.allCases.map { "\($0.wireName)" }
        #expect(Set(names).count == names.count)
        #expect(RequestField.allCases.count <= UInt64.bitWidth)
        for field in RequestField.allCases {
            #expect(RequestFieldSet(names: ["\(field.wireName)"]) == RequestFieldSet(field))
        }
    }

    @Test func namesOutsideTheVocabularyAreIgnored() {
        #expect(RequestFieldSet(names: ["max_tokens", "raw_mode"]).names == ["max_tokens"])
    }

    @Test func listsOfSupportedParametersTakeEitherSpelling() {
        let sent = RequestFieldSet(.maxCompletionTokens, .reasoningEffort, .topK, .messages, .user)
        let listed = RequestFieldSet(.maxTokens, .reasoning)
        #expect(sent.missing(from: listed) == RequestFieldSet(.topK))
        #expect(sent.missing(from: []) == RequestFieldSet(.maxCompletionTokens, .reasoningEffort, .topK))
    }
}
