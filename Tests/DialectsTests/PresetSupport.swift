import Buffers
import Completions
import JSONText

@testable import Dialects

/// A preset of fields in chat's words.
func preset(_ fields: String, system: String? = nil, slug: String = "p") throws -> Preset {
    let scanner = JSONScanner()
    return try withExtendedLifetime(scanner) {
        Preset(slug: slug, systemPrompt: system, fields: try scanner.scan(copying: fields))
    }
}

/// Which preset a body names.
func reference(_ body: String) throws -> PresetReference? {
    let scanner = JSONScanner()
    return try withExtendedLifetime(scanner) { try PresetReference(try scanner.scan(copying: body)) }
}

/// A body laid over a preset, and the fields that came from it.
func merged(
    _ body: String, over preset: Preset, of caller: CallerDialect = .chat
) throws -> (body: JSON, preset: AppliedPreset) {
    let scanner = JSONScanner()
    return try withExtendedLifetime(scanner) {
        let root = try scanner.scan(copying: body)
        let reference = try PresetReference(root)!
        var out = ByteBuffer()
        let applied = try preset.merge(
            under: root, naming: reference, of: caller, source: body.utf8Span.span, into: &out)
        return (try JSON(out.text), applied)
    }
}
