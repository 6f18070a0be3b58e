import Completions
import Testing

@testable import Catalog

@Suite("Vocabularies")
struct VocabularyTests {
    @Test("modalities have names both ways", arguments: ModalitySet.allNames)
    func modalities(name: String) throws {
        let member = try #require(ModalitySet(name: name))
        #expect(member.names == [name])
    }

    @Test("modalities of requests and endpoints share their bits")
    func bits() {
        #expect(ModalitySet.text.rawValue == UInt16(CompletionRequest.Modalities.text.rawValue))
        #expect(ModalitySet.image.rawValue == UInt16(CompletionRequest.Modalities.image.rawValue))
        #expect(ModalitySet.audio.rawValue == UInt16(CompletionRequest.Modalities.audio.rawValue))
        #expect(ModalitySet.file.rawValue == UInt16(CompletionRequest.Modalities.file.rawValue))
        #expect(ModalitySet.video.rawValue == UInt16(CompletionRequest.Modalities.video.rawValue))
        #expect(ModalitySet(name: "smell") == nil)
    }

    @Test("unknown parameters keep their names")
    func parameters() {
        let parameters = SupportedParameters(names: ["tools", "made_up", "temperature", "made_up"])
        #expect(parameters.known == RequestFieldSet(.tools, .temperature))
        #expect(parameters.unknown == ["made_up"])
        #expect(parameters.names == ["made_up", "temperature", "tools"])
    }
}
