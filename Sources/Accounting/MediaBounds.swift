/// The most prompt tokens that a family of models counts for one part that is no text.
///
/// Sizes in pixels, pages and seconds are not read from the parts, so these are the figures of the largest part that the
/// providers' documents describe. What a provider reports above a bound is still charged in full.
package struct MediaBounds: Hashable, Sendable {
    package let imageTokens: Int
    package let fileTokens: Int
    package let audioTokens: Int
    package let videoTokens: Int

    /// Images: eight tiles of the family's smallest model, 2833 + 8 x 5667. Files: 100 pages as text and as an image.
    /// Audio: the context of the audio models.
    package static let openAI = MediaBounds(
        imageTokens: 48_169, fileTokens: 300_000, audioTokens: 128_000, videoTokens: 0)
    /// Images: the largest that is not scaled down, 2576 pixels wide. Files: 100 pages of 3,000 tokens.
    package static let anthropic = MediaBounds(
        imageTokens: 4784, fileTokens: 300_000, audioTokens: 0, videoTokens: 0)
    /// Images: 32 tiles of 258. Files: 1,000 pages of 258. Audio: an hour at 32 a second. Video: an hour at 300.
    package static let gemini = MediaBounds(
        imageTokens: 8256, fileTokens: 258_000, audioTokens: 115_200, videoTokens: 1_080_000)
    /// Images: the 16,384 patches of the largest open vision models. The others: the largest above.
    package static let other = MediaBounds(
        imageTokens: 16_384, fileTokens: 300_000, audioTokens: 128_000, videoTokens: 1_080_000)

    package init(imageTokens: Int, fileTokens: Int, audioTokens: Int, videoTokens: Int) {
        self.imageTokens = imageTokens
        self.fileTokens = fileTokens
        self.audioTokens = audioTokens
        self.videoTokens = videoTokens
    }
}
