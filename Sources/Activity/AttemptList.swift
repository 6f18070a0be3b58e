package import Buffers
import Completions

/// The attempts of a generation as one text: a line per attempt, its fields apart by tabs, readable in the database.
///
/// The fields are endpoint, provider, model, status, latency in milliseconds, failure, upstream id, where there are any
/// the parameters that were dropped, apart by commas, and `own` where the caller's own key was used. Absent ones are empty; a tab, line feed or backslash within a field is escaped by a backslash. Endpoint, provider and model that are
/// those of the generation itself, and so of nearly every attempt, are the one byte `=`.
package enum AttemptList {
    /// Appends the attempts of `record`, at most `ActivityLimits.attemptsMax`, each line begun by `prefix`.
    package static func append(
        _ record: borrowing GenerationRecord, prefix: StaticString = "", to output: inout ByteBuffer
    ) {
        for index in 0..<min(record.attempts.count, ActivityLimits.attemptsMax) {
            let attempt = record.attempts[index]
            output.append(prefix)
            append(attempt.endpoint, same: record.endpointID, &output)
            append(attempt.provider, same: record.provider, &output)
            append(attempt.model, same: record.model, &output)
            if let status = attempt.status { output.append(decimal: status) }
            output.append(UInt8(ascii: "\t"))
            output.append(decimal: attempt.latencyMs)
            output.append(UInt8(ascii: "\t"))
            if let failure = attempt.failure { output.append(failure.label) }
            output.append(UInt8(ascii: "\t"))
            if let upstreamID = attempt.upstreamID {
                if upstreamID == record.upstreamID {
                    output.append(UInt8(ascii: "="))
                } else {
                    append(upstreamID, &output)
                }
            }
            if !attempt.dropped.isEmpty || !attempt.droppedParts.isEmpty || attempt.isWithOwnKey {
                output.append(UInt8(ascii: "\t"))
                append(names(attempt), &output)
            }
            if attempt.isWithOwnKey { output.append("\town") }
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// As many names as there is room for, whole ones. A comma within one would read as two.
    private static func names(_ attempt: AttemptRecord) -> String {
        var text = ""
        for name in attempt.droppedNames where !name.utf8.contains(UInt8(ascii: ",")) {
            if text.utf8.count + 1 + name.utf8.count > ActivityLimits.textBytesMax { break }
            if !text.isEmpty { text += "," }
            text += name
        }
        return text
    }

    private static func append(_ field: String, same: String, _ output: inout ByteBuffer) {
        if field == same { output.append(UInt8(ascii: "=")) } else { append(field, &output) }
        output.append(UInt8(ascii: "\t"))
    }

    private static func append(_ field: String, _ output: inout ByteBuffer) {
        var count = 0
        // A field that would read as the mark for "the same" is told from it by an escape.
        if field == "=" { output.append(UInt8(ascii: "\\")) }
        for byte in field.utf8 {
            if count == ActivityLimits.textBytesMax { break }
            count += 1
            switch byte {
            case UInt8(ascii: "\t"): output.append("\\t")
            case UInt8(ascii: "\n"): output.append("\\n")
            case UInt8(ascii: "\\"): output.append("\\\\")
            default: output.append(byte)
            }
        }
    }

    /// Reads what `append` wrote; lines that are of another form are left out.
    ///
    /// - Parameters: what stands for `=` in the several fields.
    package static func parse(
        _ text: String, endpoint: String, provider: String, model: String, upstreamID: String?
    ) -> [AttemptRecord] {
        var attempts: [AttemptRecord] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard (7...9).contains(fields.count), let latencyMs = Int(fields[4]) else { continue }
            var attempt = AttemptRecord(
                endpoint: field(fields[0], same: endpoint), provider: field(fields[1], same: provider),
                model: field(fields[2], same: model), status: Int(fields[3]), latencyMs: latencyMs,
                failure: FailureClass(label: fields[5]),
                upstreamID: fields[6].isEmpty ? nil : field(fields[6], same: upstreamID ?? ""))
            if fields.count > 7, !fields[7].isEmpty {
                let names = field(fields[7], same: "").split(separator: ",").map(String.init)
                attempt.dropped = RequestFieldSet(names: names)
                attempt.droppedParts = names.filter { RequestFieldSet(names: [$0]).isEmpty }
            }
            attempt.isWithOwnKey = fields.count == 9 && fields[8] == "own"
            attempts.append(attempt)
        }
        return attempts
    }

    private static func field(_ text: Substring, same: String) -> String {
        if text == "=" { return same }
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
                switch byte {
                case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
                case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
                default: bytes.append(byte)
                }
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
