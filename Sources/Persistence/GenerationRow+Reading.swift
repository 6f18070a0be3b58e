import Access
import Accounting
package import Activity
import Completions
import Cryptography
package import Database

extension GenerationRow {
    /// The record of the row that a statement stands on, all columns of `GenerationTable` selected in order.
    ///
    /// - Returns: nil when the row holds what this version cannot read.
    package static func record(of row: SQLiteStatement) -> GenerationRecord? {
        guard let id = GenerationID(row.text(Column.id.column)),
            let kind = UInt8(exactly: row.int(Column.kind.column)).flatMap(GenerationKind.init(rawValue:)),
            let status = UInt8(exactly: row.int(Column.status.column)).flatMap(GenerationStatus.init(rawValue:)),
            let digest = row.withBytes(Column.apiKey.column, { SHA256Digest(bytes: $0) })
        else { return nil }
        let model = row.text(Column.model.column)
        var record = GenerationRecord(
            id: id, createdAtMs: row.int64(Column.createdMs.column), kind: kind, apiKey: APIKeyHash(digest: digest),
            requestedModel: row.optionalText(Column.requestedModel.column) ?? model, model: model,
            provider: row.text(Column.provider.column), endpointID: row.text(Column.endpointID.column),
            endpointTag: row.text(Column.endpointTag.column), upstreamModel: row.text(Column.upstreamModel.column),
            status: status, isStreamed: row.int(Column.streamed.column) != 0,
            httpStatus: row.int(Column.httpStatus.column))
        readCaller(row, &record)
        readEnd(row, &record)
        record.usage = usage(of: row)
        record.charge = Charge(
            total: Credits(nanos: row.int64(Column.cost.column)),
            prompt: Credits(nanos: row.int64(Column.promptCost.column)))
        record.ttftMs = row.optionalInt(Column.ttftMs.column)
        record.durationMs = row.int(Column.durationMs.column)
        record.generationMs = row.optionalInt(Column.generationMs.column)
        return record
    }

    private static func readCaller(_ row: SQLiteStatement, _ record: inout GenerationRecord) {
        record.referer = row.optionalText(Column.referer.column)
        record.appTitle = row.optionalText(Column.appTitle.column)
        record.appCategories = row.optionalText(Column.appCategories.column)
        record.userAgent = row.optionalText(Column.userAgent.column)
        record.user = row.optionalText(Column.user.column)
        record.sessionID = row.optionalText(Column.sessionID.column)
    }

    private static func readEnd(_ row: SQLiteStatement, _ record: inout GenerationRecord) {
        record.upstreamID = row.optionalText(Column.upstreamID.column)
        record.serviceTier = row.optionalText(Column.serviceTier.column)
        record.attempts = AttemptList.parse(
            row.text(Column.attempts.column), endpoint: record.endpointID, provider: record.provider,
            model: record.model, upstreamID: record.upstreamID)
        record.finishReason = row.optionalText(Column.finishReason.column).flatMap { FinishReason(wireName: $0) }
        record.nativeFinishReason = row.optionalText(Column.nativeFinishReason.column)
        record.errorType = row.optionalText(Column.errorType.column).flatMap { ErrorType(wireName: $0) }
        record.failure = row.optionalText(Column.failure.column).flatMap { FailureClass(label: $0) }
    }

    private static func usage(of row: SQLiteStatement) -> TokenUsage {
        var usage = TokenUsage()
        usage.prompt = row.int(Column.prompt.column)
        usage.completion = row.int(Column.completion.column)
        usage.total = row.int(Column.total.column)
        usage.cached = row.int(Column.cached.column)
        usage.cachedAudio = row.int(Column.cachedAudio.column)
        usage.cacheWrite5m = row.int(Column.cacheWrite5m.column)
        usage.cacheWrite1h = row.int(Column.cacheWrite1h.column)
        usage.audioPrompt = row.int(Column.audioPrompt.column)
        usage.imagePrompt = row.int(Column.imagePrompt.column)
        usage.videoPrompt = row.int(Column.videoPrompt.column)
        usage.reasoning = row.int(Column.reasoning.column)
        usage.audioCompletion = row.int(Column.audioCompletion.column)
        usage.imageCompletion = row.int(Column.imageCompletion.column)
        usage.acceptedPrediction = row.optionalInt(Column.acceptedPrediction.column)
        usage.rejectedPrediction = row.optionalInt(Column.rejectedPrediction.column)
        usage.images = row.int(Column.images.column)
        usage.webSearches = row.int(Column.webSearches.column)
        usage.isEstimated = row.int(Column.estimated.column) != 0
        usage.upstreamCost = row.optionalInt64(Column.upstreamCost.column).map { Credits(nanos: $0) }
        return usage
    }
}
