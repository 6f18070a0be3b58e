import Access
import Accounting
package import Activity
import Buffers
import Cryptography
package import Database

/// A generation record as a row of `GenerationTable`.
package enum GenerationRow {
    private typealias Column = GenerationTable.Column

    /// Inserts the row of a record.
    ///
    /// - Parameters:
    ///   - insert: the statement of the table, and `selectID` that of who has a number in it.
    /// - Throws: a constraint error when the table has a row of this id.
    static func insert(
        _ record: borrowing GenerationRecord, keyRef: Int64, endpointRef: Int64, by insert: StaticString,
        selectID: StaticString, on connection: SQLiteConnection
    ) throws(DatabaseError) {
        let orderKey = record.id.orderKey
        var probe: Int64 = 0
        while true {
            let row = try connection.statement(insert)
            row.bind(Column.orderKey.parameter, orderKey + probe)
            bind(record, keyRef: keyRef, endpointRef: endpointRef, to: row)
            do throws(DatabaseError) {
                return try row.run()
            } catch {
                probe += 1
                guard error.isRowError, probe < GenerationTable.probesMax else { throw error }
                let holder = try connection.statement(selectID)
                holder.bind(1, orderKey + probe - 1)
                defer { holder.reset() }
                if try !holder.step() || GenerationID(holder.text(0)) == record.id { throw error }
            }
        }
    }

    private static func bind(
        _ record: borrowing GenerationRecord, keyRef: Int64, endpointRef: Int64, to row: SQLiteStatement
    ) {
        row.bind(Column.id.parameter, text: record.id.span)
        row.bind(Column.createdMs.parameter, record.createdAtMs)
        row.bind(Column.keyRef.parameter, keyRef)
        row.bind(Column.status.parameter, Int(record.status.rawValue))
        row.bind(Column.endpointRef.parameter, endpointRef)
        row.bind(Column.prompt.parameter, record.usage.prompt)
        row.bind(Column.completion.parameter, record.usage.completion)
        row.bind(Column.cost.parameter, record.charge.total.nanos)
        row.bind(Column.details.parameter) { GenerationDetails.append(record, to: &$0) }
        bindDecision(record, to: row)
    }

    /// The number of the catalogue alone where nothing was chosen, which is so for most; else a blob of that number, the
    /// lowest byte first, and the decision.
    private static func bindDecision(_ record: borrowing GenerationRecord, to row: SQLiteStatement) {
        if record.decision.isEmpty {
            return record.catalogue == 0
                ? row.bindNull(Column.decision.parameter)
                : row.bind(Column.decision.parameter, Int64(bitPattern: record.catalogue))
        }
        row.bind(Column.decision.parameter, isText: false) { output in
            for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
                output.append(UInt8(truncatingIfNeeded: record.catalogue >> shift))
            }
            output.append(record.decision)
        }
    }

    private static func readDecision(of row: SQLiteStatement, into record: inout GenerationRecord) {
        guard row.isBlob(Column.decision.column) else {
            return record.catalogue = UInt64(bitPattern: row.int64(Column.decision.column))
        }
        row.withBytes(Column.decision.column) { bytes in
            guard bytes.count > 8 else { return }
            record.catalogue = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
            record.decision = Array(bytes[8...])
        }
    }

    /// The record of the row that a statement stands on, all columns selected in order.
    ///
    /// The moment of the charge stands in the ledger alone, and reads here as that of the arrival.
    ///
    /// - Returns: nil when the row holds what this version cannot read.
    package static func record(of row: SQLiteStatement) -> GenerationRecord? {
        let details = row.text(Column.details.column)
        guard let id = GenerationID(row.text(Column.id.column)),
            let status = UInt8(exactly: row.int(Column.status.column)).flatMap(GenerationStatus.init(rawValue:)),
            let digest = row.withBytes(Column.apiKey.column, { SHA256Digest(bytes: $0) }),
            let kind = GenerationDetails.kind(details)
        else { return nil }
        let model = row.text(Column.model.column)
        var record = GenerationRecord(
            id: id, createdAtMs: row.int64(Column.createdMs.column), kind: kind, apiKey: APIKeyHash(digest: digest),
            requestedModel: model, model: model, provider: row.text(Column.provider.column),
            endpointID: row.text(Column.endpointID.column), endpointTag: row.text(Column.endpointTag.column),
            upstreamModel: row.text(Column.upstreamModel.column), status: status, isStreamed: false, httpStatus: 0)
        record.workspaceID = row.text(Column.workspaceID.column)
        record.usage = TokenUsage(prompt: row.int(Column.prompt.column), completion: row.int(Column.completion.column))
        record.charge = Charge(total: Credits(nanos: row.int64(Column.cost.column)), prompt: .zero)
        GenerationDetails.read(details, into: &record)
        readDecision(of: row, into: &record)
        return record
    }
}
