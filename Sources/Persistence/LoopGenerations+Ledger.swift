package import Activity
import Database

/// The ledger's rows that are added by hand, and its listing.
extension LoopGenerations: LedgerPosting, LedgerListing {
    package func post(_ order: LedgerOrder) async -> LedgerOutcome {
        await withUnsafeContinuation { continuation in
            submit(LedgerPostJob(order, books: books, target: target, continuation: continuation))
        }
    }

    package func ledger(_ query: LedgerQuery) async throws(GenerationReadError) -> LedgerPage {
        try await read { (connection) throws(DatabaseError) in
            try connection.snapshot { () throws(DatabaseError) in try LedgerPages.page(query, on: connection) }
        }
    }
}
