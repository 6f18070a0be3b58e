package import Activity
package import Buffers
import Accounting
import Completions

/// What of a generation no query chooses by: lines `name=value`, in the database as text.
///
/// Absent and zero values have no line. Names are short because every row repeats them, and are never given another
/// meaning. A line feed or backslash in a value is escaped by a backslash. Each attempt is a line `at=`, in the form of
/// `AttemptList`.
package enum GenerationDetails {
    package static func append(_ record: borrowing GenerationRecord, to output: inout ByteBuffer) {
        number("ki=", Int(record.kind.rawValue), &output)
        number("st=", record.isStreamed ? 1 : 0, &output)
        number("hs=", record.httpStatus, &output)
        appendCaller(record, &output)
        appendEndpoint(record, &output)
        name("fr=", record.finishReason?.wireName, &output)
        outside("nf=", record.nativeFinishReason, &output)
        name("et=", record.errorType?.wireName, &output)
        name("fc=", record.failure?.label, &output)
        appendUsage(record.usage, &output)
        number("pc=", Int(record.charge.prompt.nanos), &output)
        number("tt=", record.ttftMs, &output)
        number("du=", record.durationMs, &output)
        number("ge=", record.generationMs, &output)
    }

    private static func appendCaller(_ record: borrowing GenerationRecord, _ output: inout ByteBuffer) {
        outside("re=", record.referer, &output)
        outside("ap=", record.appTitle, &output)
        outside("ac=", record.appCategories, &output)
        outside("ua=", record.userAgent, &output)
        outside("us=", record.user, &output)
        outside("se=", record.sessionID, &output)
    }

    private static func appendEndpoint(_ record: borrowing GenerationRecord, _ output: inout ByteBuffer) {
        // Mostly the same as the model that answered.
        if record.requestedModel != record.model { outside("rm=", record.requestedModel, &output) }
        outside("ep=", record.endpointID, &output)
        outside("ta=", record.endpointTag, &output)
        outside("um=", record.upstreamModel, &output)
        outside("ui=", record.upstreamID, &output)
        outside("ti=", record.serviceTier, &output)
        AttemptList.append(record, prefix: "at=", to: &output)
    }

    private static func appendUsage(_ usage: TokenUsage, _ output: inout ByteBuffer) {
        if usage.total != usage.prompt + usage.completion { number("ut=", Optional(usage.total), &output) }
        if usage.hasDetails {
            number("uc=", usage.cached, &output)
            number("ca=", usage.cachedAudio, &output)
            number("w5=", usage.cacheWrite5m, &output)
            number("w1=", usage.cacheWrite1h, &output)
            number("ia=", usage.audioPrompt, &output)
            number("ii=", usage.imagePrompt, &output)
            number("iv=", usage.videoPrompt, &output)
            number("ur=", usage.reasoning, &output)
            number("oa=", usage.audioCompletion, &output)
            number("oi=", usage.imageCompletion, &output)
            number("im=", usage.images, &output)
            number("ws=", usage.webSearches, &output)
            number("es=", usage.isEstimated ? 1 : 0, &output)
        }
        number("pa=", usage.acceptedPrediction, &output)
        number("pr=", usage.rejectedPrediction, &output)
        number("co=", usage.upstreamCost.map { Int($0.nanos) }, &output)
    }

    private static func number(_ name: StaticString, _ value: Int, _ output: inout ByteBuffer) {
        if value != 0 { number(name, Optional(value), &output) }
    }

    private static func number(_ name: StaticString, _ value: Int?, _ output: inout ByteBuffer) {
        guard let value else { return }
        output.append(name)
        output.append(decimal: value)
        output.append(UInt8(ascii: "\n"))
    }

    private static func name(_ name: StaticString, _ value: StaticString?, _ output: inout ByteBuffer) {
        guard let value else { return }
        output.append(name)
        output.append(value)
        output.append(UInt8(ascii: "\n"))
    }

    /// Text from callers and providers is kept up to `ActivityLimits.textBytesMax`, cut between characters.
    private static func outside(_ name: StaticString, _ value: String?, _ output: inout ByteBuffer) {
        guard var value else { return }
        output.append(name)
        value.withUTF8 { bytes in
            var count = min(bytes.count, ActivityLimits.textBytesMax)
            while count < bytes.count, bytes[count] & 0xc0 == 0x80 { count -= 1 }
            let kept = UnsafeRawBufferPointer(start: bytes.baseAddress, count: count)
            if kept.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\\") }) {
                for byte in kept { escaped(byte, &output) }
            } else {
                output.append(kept)
            }
        }
        output.append(UInt8(ascii: "\n"))
    }

    private static func escaped(_ byte: UInt8, _ output: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\n"): output.append("\\n")
        case UInt8(ascii: "\\"): output.append("\\\\")
        default: output.append(byte)
        }
    }
}
