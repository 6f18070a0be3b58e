/// An event loop as the database sees it: where work comes from, and where it wants to hear what became of it.
package protocol CompletionTarget: AnyObject, Sendable {
    /// Runs `work` on the target's thread, soon. Called from a database thread, once for each batch that holds jobs of
    /// the target. A target that has stopped drops it.
    func deliver(_ work: @escaping @Sendable () -> Void)

    /// Runs `work` on the target's thread when everything that is ready now has run. Called on that thread.
    func atEndOfTurn(_ work: @escaping () -> Void)
}
