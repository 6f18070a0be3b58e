/// Counts tokens that no tokenizer can do without, for leaving out what a prompt cannot fit into.
///
/// Every word that is parted from the next is a token at least, whatever the vocabulary; of scripts that part no words
/// a token holds a few characters at most; and nothing else counts. Where `TokenEstimator` guesses, this errs to one
/// side only. Takes JSON text as written, escapes included.
package struct TokenFloor: Sendable, Equatable {
    /// In thousandths of a token. A word counts less than one: some vocabularies have tokens for a few pairs of words.
    private static let word = 850
    private static let twoByteCharacter = 80
    private static let threeByteCharacter = 200
    private static let escapedCharacter = 80

    package let tokens: Int

    package init(_ text: Span<UInt8>) {
        var thousandths = 0
        var isInWord = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if (byte | 0x20) &- UInt8(ascii: "a") < 26 {
                if !isInWord { thousandths += Self.word }
                isInWord = true
                continue
            }
            isInWord = false
            if byte == UInt8(ascii: "\\"), index < text.count {
                let isUnicode = text[index] == UInt8(ascii: "u")
                index += isUnicode ? 5 : 1
                if isUnicode { thousandths += Self.escapedCharacter }
            } else if byte >= 0xE0 {
                thousandths += Self.threeByteCharacter
            } else if byte >= 0xC0 {
                thousandths += Self.twoByteCharacter
            }
        }
        tokens = thousandths / 1000
    }
}
