import Activity
import Database

/// A generation being looked up. Made on a loop, read on the query thread, told on the loop again, one after the other.
final class GenerationQuery: QueryJob, @unchecked Sendable {
    typealias Answer = Result<GenerationRecord?, GenerationReadError>

    let target: any CompletionTarget
    private let id: GenerationID
    private let continuation: UnsafeContinuation<Answer, Never>
    private var answer: Answer = .success(nil)

    init(_ id: GenerationID, target: any CompletionTarget, continuation: UnsafeContinuation<Answer, Never>) {
        self.id = id
        self.target = target
        self.continuation = continuation
    }

    func read(from connection: SQLiteConnection) {
        do throws(DatabaseError) {
            let row = try connection.statement(GenerationTable.select)
            row.bind(1, text: id.span)
            defer { row.reset() }
            guard try row.step() else { return }
            guard let record = GenerationRow.record(of: row) else {
                answer = .failure(.unavailable("the row of generation \(id) cannot be read"))
                return
            }
            answer = .success(record)
        } catch {
            answer = .failure(.unavailable(error.message))
        }
    }

    func completed() {
        continuation.resume(returning: answer)
    }

    /// Answers a query that found no room.
    func refuse() {
        continuation.resume(returning: .failure(.busy))
    }
}
