import Buffers
import Completions
import Dialects
import HTTPServer
import JSONText

/// Presets: a request that names one becomes, at the edge, the request that its caller could have written instead.
extension CompletionPipeline {
    /// The body laid over the preset that it names.
    ///
    /// - Parameters:
    ///   - root: the body, scanned.
    ///   - state: that of the request.
    /// - Returns: nil for a request that names none, or where there are none.
    /// - Throws: a 404 for a preset that there is not, a 400 where two are named, and a 503 without memory.
    func merged(
        _ root: JSONValue, _ body: RequestBody, of caller: CallerDialect, in state: GatewayState
    ) throws(APIError) -> (body: RequestBody, preset: AppliedPreset)? {
        guard state.hasPresets, let reference = try PresetReference(root) else { return nil }
        let preset = try state.settings.presets.preset(reference)
        var text = ByteBuffer(capacity: body.bytes.count + 1024)
        let applied = try preset.merge(
            under: root, naming: reference, of: caller, source: Span(_unsafeBytes: body.bytes), into: &text)
        guard let merged = RequestBody(copying: text.bytes, budget: budget) else {
            throw APIError(.outOfMemory, limit: state.settings.bodyBytes)!
        }
        return (merged, applied)
    }
}

extension CompletionCall {
    /// The root of the body, which is another one now where a preset is named.
    func withPreset(_ root: JSONValue) throws(APIError) -> JSONValue {
        guard let merged = try pipeline.merged(root, body, of: caller, in: state) else { return root }
        body = merged.body
        preset = merged.preset
        return try scanBody()
    }
}
