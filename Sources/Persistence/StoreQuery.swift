import Activity
import Database

/// A read on its way to the query thread and back. Made on a loop, run on that thread, told on the loop again, one after
/// the other, which makes the `@unchecked Sendable` sound.
final class StoreQuery<Value: Sendable>: QueryJob, @unchecked Sendable {
    typealias Answer = Result<Value, GenerationReadError>

    let target: any CompletionTarget
    private let continuation: UnsafeContinuation<Answer, Never>
    private let body: @Sendable (SQLiteConnection) throws(DatabaseError) -> Value
    private var answer = Answer.failure(.busy)

    init(
        target: any CompletionTarget, continuation: UnsafeContinuation<Answer, Never>,
        _ body: @escaping @Sendable (SQLiteConnection) throws(DatabaseError) -> Value
    ) {
        self.target = target
        self.continuation = continuation
        self.body = body
    }

    func read(from connection: SQLiteConnection) {
        do throws(DatabaseError) {
            answer = .success(try body(connection))
        } catch {
            answer = .failure(error.kind == .full ? .noRoom(error.message) : .unavailable(error.message))
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
