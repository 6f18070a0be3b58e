import Access
import Gateway
import Reactor

/// Hands a table of keys to every loop.
enum KeyBroadcast {
    /// Returns when every loop that still runs judges requests by the table.
    static func hand(_ table: KeyTable, to pipelines: [CompletionPipeline]) async {
        for pipeline in pipelines {
            pipeline.loop.execute { pipeline.replaceKeys(table) }
        }
        // A loop runs its jobs in order: what comes behind the table comes after it.
        for pipeline in pipelines {
            await withUnsafeContinuation { continuation in
                if !pipeline.loop.execute({ continuation.resume() }) { continuation.resume() }
            }
        }
    }
}
