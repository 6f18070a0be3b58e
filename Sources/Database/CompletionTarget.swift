/// A thread that wants to be told what became of its work: an event loop.
package protocol CompletionTarget: AnyObject, Sendable {
    /// Runs `work` on the target's thread, soon. Called from a database thread, once for each batch that holds jobs of
    /// the target. A target that has stopped drops it.
    func deliver(_ work: @escaping @Sendable () -> Void)
}
