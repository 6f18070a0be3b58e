/// Rows to be written together.
package protocol WriteJob: AnyObject, Sendable {
    /// Who is told; nil for nobody.
    var target: (any CompletionTarget)? { get }

    /// Writes the rows. Called on the writer's thread inside a transaction, again after a batch had to be undone. A
    /// job that throws a constraint error must have changed nothing: the statement that can fail comes first.
    func write(to connection: SQLiteConnection) throws(DatabaseError)

    /// The transaction that `write` wrote in, if it came to that, was rolled back; another one will be tried. Called on
    /// the writer's thread.
    func undone()

    /// Tells the outcome, exactly once, on the target's thread.
    func completed(_ outcome: WriteOutcome)

    /// What the rows are, for the log line when they are lost; nil where nobody expects them any more.
    var summary: String? { get }
}

extension WriteJob {
    package func undone() {}
}

/// What became of a job.
package enum WriteOutcome: Hashable, Sendable {
    /// Committed.
    case committed
    /// Kept in memory because the store cannot write at present; written when it can.
    case spooled
    /// Not stored, and reported to the observer.
    case lost
}
