import Database
package import Reactor

// `atEndOfTurn` is the loop's own.
extension EventLoop: CompletionTarget {
    package func deliver(_ work: @escaping @Sendable () -> Void) {
        execute(work)
    }
}
