/// Kinds of content a model takes or gives.
package struct ModalitySet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let text = ModalitySet(rawValue: 1 << 0)
    package static let image = ModalitySet(rawValue: 1 << 1)
    package static let audio = ModalitySet(rawValue: 1 << 2)
    package static let file = ModalitySet(rawValue: 1 << 3)
    package static let video = ModalitySet(rawValue: 1 << 4)
    package static let embeddings = ModalitySet(rawValue: 1 << 5)
    package static let rerank = ModalitySet(rawValue: 1 << 6)
    package static let decisions = ModalitySet(rawValue: 1 << 7)
    package static let speech = ModalitySet(rawValue: 1 << 8)
    package static let transcription = ModalitySet(rawValue: 1 << 9)

    /// What a prompt may hold.
    package static let inputs: ModalitySet = [.text, .image, .audio, .file, .video]

    private static let vocabulary: [(name: StaticString, member: ModalitySet)] = [
        ("text", .text), ("image", .image), ("file", .file), ("audio", .audio), ("video", .video),
        ("embeddings", .embeddings), ("rerank", .rerank), ("decisions", .decisions), ("speech", .speech),
        ("transcription", .transcription),
    ]

    /// All names, in the catalogue's order.
    package static let allNames = vocabulary.map { "\($0.name)" }

    /// One modality by its name in the catalogue.
    package init?(name: String) {
        guard let entry = Self.vocabulary.first(where: { "\($0.name)" == name }) else { return nil }
        self = entry.member
    }

    /// The names of the members, in the catalogue's order.
    package var names: [String] { Self.vocabulary.filter { contains($0.member) }.map { "\($0.name)" } }
}
