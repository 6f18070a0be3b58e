import Database
import Synchronization
import Telemetry

/// Turns what the store reports into log lines and readiness. Called on the store's threads.
final class StoreWatch: StoreObserver {
    private let logger: Mutex<Logger>
    private let readiness: Readiness

    init(logger: sending Logger, readiness: Readiness) {
        self.logger = Mutex(logger)
        self.readiness = readiness
    }

    func storeCommitted(rows: Int, microseconds: UInt64) {}

    func storeHealthChanged(_ health: StoreHealth) {
        readiness.store(health)
        logger.withLock { logger in
            if let trouble = health.trouble {
                logger.log(.error, "store_trouble") { line in
                    line.field("trouble", trouble.label)
                    line.field("message", health.message)
                    line.field("waiting", health.waiting)
                }
            } else {
                logger.log(.info, "store_recovered")
            }
        }
    }

    func storeLost(_ summary: String, _ error: DatabaseError) {
        readiness.lostRecord()
        logger.withLock { logger in
            logger.log(.error, "record_lost") { line in
                line.field("record", summary)
                line.field("message", "\(error)")
            }
        }
    }

    func storeWarned(_ error: DatabaseError) {
        logger.withLock { $0.log(.warning, "store_warning", ["message": .string("\(error)")]) }
    }
}
