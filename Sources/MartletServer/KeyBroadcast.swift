import Access
import Gateway
import Reactor

/// Hands what loops share of keys to every loop.
enum KeyBroadcast {
    /// Returns when every loop that still runs judges requests by the table.
    static func hand(_ table: KeyTable, to pipelines: [CompletionPipeline]) async {
        for pipeline in pipelines {
            pipeline.loop.execute { pipeline.replaceKeys(table) }
        }
        await passedEveryLoop(pipelines)
    }

    /// Returns when every loop that still runs has done what it was given before. A loop runs its jobs in order: what
    /// comes behind a table comes after it.
    static func passedEveryLoop(_ pipelines: [CompletionPipeline]) async {
        for pipeline in pipelines {
            await withUnsafeContinuation { continuation in
                if !pipeline.loop.execute({ continuation.resume() }) { continuation.resume() }
            }
        }
    }
}
