import Database
package import Reactor

extension EventLoop: CompletionTarget {
    package func deliver(_ work: @escaping @Sendable () -> Void) {
        execute(work)
    }
}
