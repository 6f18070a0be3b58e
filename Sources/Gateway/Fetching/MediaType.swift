package import Dialects

/// What kind of file it is that was fetched: what its host says must be what its first bytes say, so that nothing else
/// is handed on under the name of an image.
package enum MediaType {
    /// The type by the content type of an answer, without parameters and in its usual spelling; nil for one that is not
    /// fetched as this kind.
    package static func type(said: String, as kind: WebMedia.Kind) -> String? {
        let essence = said.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
        switch (kind, essence) {
        case (.image, "image/jpeg"), (.image, "image/jpg"), (.image, "image/pjpeg"): return "image/jpeg"
        case (.image, "image/png"), (.image, "image/x-png"): return "image/png"
        case (.image, "image/gif"), (.image, "image/webp"), (.image, "image/heic"), (.image, "image/heif"):
            return essence
        case (.document, "application/pdf"), (.document, "application/x-pdf"): return "application/pdf"
        default: return nil
        }
    }

    /// The type by the first bytes; nil for one that is not fetched.
    package static func type(of bytes: Span<UInt8>) -> String? {
        if bytes.has([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], at: 0) { return "image/png" }
        if bytes.has([0xff, 0xd8, 0xff], at: 0) { return "image/jpeg" }
        if bytes.has(Array("GIF87a".utf8), at: 0) || bytes.has(Array("GIF89a".utf8), at: 0) { return "image/gif" }
        if bytes.has(Array("RIFF".utf8), at: 0), bytes.has(Array("WEBP".utf8), at: 8) { return "image/webp" }
        if bytes.has(Array("%PDF-".utf8), at: 0) { return "application/pdf" }
        guard bytes.has(Array("ftyp".utf8), at: 4) else { return nil }
        for (brand, type) in brands where bytes.has(Array(brand.utf8), at: 8) { return type }
        return nil
    }

    private static let brands = [
        ("heic", "image/heic"), ("heix", "image/heic"), ("hevc", "image/heic"), ("hevx", "image/heic"),
        ("mif1", "image/heif"), ("msf1", "image/heif"),
    ]

    /// Whether both names mean the same: the brands of HEIC are a kind of HEIF.
    package static func agree(said: String, found: String) -> Bool {
        let high = ["image/heic", "image/heif"]
        return said == found || high.contains(said) && high.contains(found)
    }
}

extension Span<UInt8> {
    fileprivate func has(_ text: [UInt8], at offset: Int) -> Bool {
        guard count >= offset + text.count else { return false }
        for index in text.indices where self[offset + index] != text[index] { return false }
        return true
    }
}
