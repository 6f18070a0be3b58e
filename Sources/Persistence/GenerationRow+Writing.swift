import Access
package import Activity
import Accounting
import Completions
import Cryptography
package import Database

/// A generation record as a row of `GenerationTable`.
package enum GenerationRow {
    typealias Column = GenerationTable.Column

    /// Binds every column of a record to an insert.
    package static func bind(_ record: borrowing GenerationRecord, to row: SQLiteStatement) {
        row.bind(Column.id.parameter, text: record.id.span)
        row.bind(Column.createdMs.parameter, record.createdAtMs)
        row.bind(Column.kind.parameter, Int(record.kind.rawValue))
        record.apiKey.digest.withBytes { row.bind(Column.apiKey.parameter, blob: $0) }
        bindCaller(record, row)
        bindEndpoint(record, row)
        bindEnd(record, row)
        bindUsage(record, row)
        row.bind(Column.cost.parameter, record.charge.total.nanos)
        row.bind(Column.promptCost.parameter, record.charge.prompt.nanos)
        row.bind(Column.ttftMs.parameter, record.ttftMs)
        row.bind(Column.durationMs.parameter, record.durationMs)
        row.bind(Column.generationMs.parameter, record.generationMs)
    }

    private static func bindCaller(_ record: borrowing GenerationRecord, _ row: SQLiteStatement) {
        bind(row, .referer, outside: record.referer)
        bind(row, .appTitle, outside: record.appTitle)
        bind(row, .appCategories, outside: record.appCategories)
        bind(row, .userAgent, outside: record.userAgent)
        bind(row, .user, outside: record.user)
        bind(row, .sessionID, outside: record.sessionID)
    }

    private static func bindEndpoint(_ record: borrowing GenerationRecord, _ row: SQLiteStatement) {
        // Mostly the same as the model that answered.
        let requested = record.requestedModel == record.model ? nil : record.requestedModel
        bind(row, .requestedModel, outside: requested)
        row.bind(Column.model.parameter, record.model)
        row.bind(Column.provider.parameter, record.provider)
        row.bind(Column.endpointID.parameter, record.endpointID)
        row.bind(Column.endpointTag.parameter, record.endpointTag)
        row.bind(Column.upstreamModel.parameter, record.upstreamModel)
        bind(row, .upstreamID, outside: record.upstreamID)
        bind(row, .serviceTier, outside: record.serviceTier)
        row.bind(Column.attempts.parameter) { AttemptList.append(record, to: &$0) }
    }

    private static func bindEnd(_ record: borrowing GenerationRecord, _ row: SQLiteStatement) {
        row.bind(Column.status.parameter, Int(record.status.rawValue))
        row.bind(Column.streamed.parameter, record.isStreamed ? 1 : 0)
        row.bind(Column.httpStatus.parameter, record.httpStatus)
        row.bind(Column.finishReason.parameter, record.finishReason?.wireName)
        bind(row, .nativeFinishReason, outside: record.nativeFinishReason)
        row.bind(Column.errorType.parameter, record.errorType?.wireName)
        row.bind(Column.failure.parameter, record.failure?.label)
    }

    private static func bindUsage(_ record: borrowing GenerationRecord, _ row: SQLiteStatement) {
        let usage = record.usage
        bind(row, .prompt, count: usage.prompt)
        bind(row, .completion, count: usage.completion)
        bind(row, .total, count: usage.total)
        bind(row, .cached, count: usage.cached)
        bind(row, .cachedAudio, count: usage.cachedAudio)
        bind(row, .cacheWrite5m, count: usage.cacheWrite5m)
        bind(row, .cacheWrite1h, count: usage.cacheWrite1h)
        bind(row, .audioPrompt, count: usage.audioPrompt)
        bind(row, .imagePrompt, count: usage.imagePrompt)
        bind(row, .videoPrompt, count: usage.videoPrompt)
        bind(row, .reasoning, count: usage.reasoning)
        bind(row, .audioCompletion, count: usage.audioCompletion)
        bind(row, .imageCompletion, count: usage.imageCompletion)
        row.bind(Column.acceptedPrediction.parameter, usage.acceptedPrediction)
        row.bind(Column.rejectedPrediction.parameter, usage.rejectedPrediction)
        bind(row, .images, count: usage.images)
        bind(row, .webSearches, count: usage.webSearches)
        bind(row, .estimated, count: usage.isEstimated ? 1 : 0)
        row.bind(Column.upstreamCost.parameter, usage.upstreamCost?.nanos)
    }

    private static func bind(_ row: SQLiteStatement, _ column: Column, count: Int) {
        if count == 0 { row.bindNull(column.parameter) } else { row.bind(column.parameter, count) }
    }

    /// Text from callers and providers is kept up to `ActivityLimits.textBytesMax`, cut between characters.
    private static func bind(_ row: SQLiteStatement, _ column: Column, outside text: String?) {
        guard let text, text.utf8.count > ActivityLimits.textBytesMax else {
            return row.bind(column.parameter, text)
        }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: ActivityLimits.textBytesMax)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        row.bind(column.parameter, String(text[..<end]))
    }
}
