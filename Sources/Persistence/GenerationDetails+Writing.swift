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
        DetailLines.append(to: &output) { lines in
            lines.number("ki=", Int(record.kind.rawValue))
            lines.number("st=", record.isStreamed ? 1 : 0)
            lines.number("hs=", record.httpStatus)
            appendCaller(record, &lines)
            appendEndpoint(record, &lines)
            lines.name("fr=", record.finishReason?.wireName)
            lines.outside("nf=", record.nativeFinishReason)
            lines.name("et=", record.errorType?.wireName)
            lines.name("fc=", record.failure?.label)
            appendUsage(record.usage, &lines)
            lines.number("pc=", Int(record.charge.prompt.nanos))
            if let direct = record.charge.direct {
                lines.number("bn=", Optional(Int(direct.total.nanos)))
                lines.number("bp=", Optional(Int(direct.prompt.nanos)))
            }
            lines.number("tt=", record.ttftMs)
            lines.number("du=", record.durationMs)
            lines.number("ge=", record.generationMs)
            lines.number("pm=", record.promptMedia)
            lines.number("px=", record.promptAudios)
            lines.number("cd=", record.cacheDiscount.map { Int($0.nanos) })
        }
        if let metadata = record.metadata { appendJSON("md=", metadata, &output) }
        if let trace = record.trace { appendJSON("tr=", trace, &output) }
        AttemptList.append(record, prefix: "at=", to: &output)
    }

    /// JSON is kept whole: half of it would be none. Its size was bounded when the request was read.
    private static func appendJSON(_ name: StaticString, _ json: String, _ output: inout ByteBuffer) {
        output.append(name)
        for byte in json.utf8 {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\\") { output.append(UInt8(ascii: "\\")) }
            output.append(byte == UInt8(ascii: "\n") ? UInt8(ascii: "n") : byte)
        }
        output.append(UInt8(ascii: "\n"))
    }

    private static func appendCaller(_ record: borrowing GenerationRecord, _ lines: inout DetailLines) {
        lines.outside("re=", record.referer)
        lines.outside("ap=", record.appTitle)
        lines.outside("ac=", record.appCategories)
        lines.outside("ua=", record.userAgent)
        lines.outside("us=", record.user)
        lines.outside("se=", record.sessionID)
    }

    private static func appendEndpoint(_ record: borrowing GenerationRecord, _ lines: inout DetailLines) {
        // Mostly the same as the model that answered.
        if record.requestedModel != record.model { lines.outside("rm=", record.requestedModel) }
        lines.outside("ui=", record.upstreamID)
        lines.outside("ti=", record.serviceTier)
        lines.outside("pt=", record.pricedTag)
        lines.outside("by=", record.credentialID)
    }

    private static func appendUsage(_ usage: TokenUsage, _ lines: inout DetailLines) {
        if usage.total != usage.prompt + usage.completion { lines.number("ut=", Optional(usage.total)) }
        if usage.hasDetails {
            lines.number("uc=", usage.cached)
            lines.number("ca=", usage.cachedAudio)
            lines.number("w5=", usage.cacheWrite5m)
            lines.number("w1=", usage.cacheWrite1h)
            lines.number("ia=", usage.audioPrompt)
            lines.number("ii=", usage.imagePrompt)
            lines.number("iv=", usage.videoPrompt)
            lines.number("ur=", usage.reasoning)
            lines.number("oa=", usage.audioCompletion)
            lines.number("oi=", usage.imageCompletion)
            lines.number("im=", usage.images)
            lines.number("ws=", usage.webSearches)
            lines.number("es=", usage.isEstimated ? 1 : 0)
        }
        lines.number("su=", usage.searchUnits)
        lines.number("pa=", usage.acceptedPrediction)
        lines.number("pr=", usage.rejectedPrediction)
        lines.number("co=", usage.upstreamCost.map { Int($0.nanos) })
    }
}
