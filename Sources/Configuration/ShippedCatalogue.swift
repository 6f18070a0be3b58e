import CCatalogue

/// The catalogue's files as the program carries them.
package enum ShippedCatalogue {
    package static var providersText: String { text(martlet_catalogue_providers()) }
    package static var modelsText: String { text(martlet_catalogue_models()) }

    private static func text(_ file: martlet_catalogue_file) -> String {
        String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
    }
}
