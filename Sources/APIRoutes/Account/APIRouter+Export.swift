import Activity
import Buffers
import Completions
import Gateway
import HTTPServer
import HTTPWire
import Telemetry

/// Everything at once: exports and backups.
///
/// Each is read no faster than it is taken. One that breaks off ends the connection instead of the body, so that nobody
/// takes a part for the whole.
extension APIRouter {
    func exportGenerations(_ exchange: ServerExchange, _ query: Query) async throws(APIError) {
        let (format, range) = try AccountQueries.export(query, nowMs: pipeline.clock.unixMs())
        let catalog = pipeline.state.catalog
        var page = try await generations(after: nil, during: range)
        start(exchange, format.contentType, "martlet-generations.\(format.rawValue)")
        ExportLines.begin(ExportLines.generationColumns, format, into: &exchange.content)
        while true {
            for record in page { ExportLines.append(record, as: format, catalog, into: &exchange.content) }
            guard await isTaken(exchange) else { return }
            guard page.count == AccountLimits.exportRows, let last = page.last?.id else { break }
            do throws(APIError) {
                page = try await generations(after: last, during: range)
            } catch {
                return breakOff("generations")
            }
        }
        exchange.finish()
    }

    private func generations(
        after last: GenerationID?, during range: Range<Int64>
    ) async throws(APIError) -> [GenerationRecord] {
        try await reading { () async throws(GenerationReadError) in
            try await services.records.generations(after: last, during: range, limit: AccountLimits.exportRows)
        }
    }

    func exportLedger(_ exchange: ServerExchange, _ query: Query) async throws(APIError) {
        let (format, range) = try AccountQueries.export(query, nowMs: pipeline.clock.unixMs())
        var slice = try await ledger(after: 0, during: range)
        start(exchange, format.contentType, "martlet-ledger.\(format.rawValue)")
        ExportLines.begin(ExportLines.ledgerColumns, format, into: &exchange.content)
        while true {
            for line in slice.lines { ExportLines.append(line, as: format, into: &exchange.content) }
            guard await isTaken(exchange) else { return }
            guard let last = slice.last else { break }
            do throws(APIError) {
                slice = try await ledger(after: last, during: range)
            } catch {
                return breakOff("ledger")
            }
        }
        exchange.finish()
    }

    private func ledger(after last: Int64, during range: Range<Int64>) async throws(APIError) -> LedgerSlice {
        try await reading { () async throws(GenerationReadError) in
            try await services.records.ledger(after: last, during: range, limit: AccountLimits.exportRows)
        }
    }

    func backup(_ exchange: ServerExchange) async throws(APIError) {
        let stream = services.records.backup()
        defer { stream.close() }
        var piece = try await reading { () async throws(GenerationReadError) in try await stream.next() }
        start(exchange, "application/vnd.sqlite3", "martlet.db")
        while let bytes = piece {
            exchange.content.append(bytes)
            guard await isTaken(exchange) else { return }
            do throws(GenerationReadError) {
                piece = try await stream.next()
            } catch {
                return breakOff("backup")
            }
        }
        exchange.finish()
    }

    private func start(_ exchange: ServerExchange, _ type: StaticString, _ name: String) {
        HTTPEncoding.appendField("Content-Disposition", "attachment; filename=\"\(name)\"", to: &exchange.fields)
        HTTPEncoding.appendField("Cache-Control", "no-store", to: &exchange.fields)
        exchange.start(status: 200, contentType: type)
    }

    /// Sends what there is, and waits until the client has room for more.
    ///
    /// - Returns: false where nobody waits for more: the client is gone, or asked for the head alone.
    private func isTaken(_ exchange: ServerExchange) async -> Bool {
        exchange.flush()
        await exchange.drained()
        if exchange.isGone { return false }
        guard exchange.head.method == .head else { return true }
        exchange.finish()
        return false
    }

    private func breakOff(_ name: String) {
        pipeline.logger.log(.error, "export_broken", ["name": .string(name)])
    }
}
