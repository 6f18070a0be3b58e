import Reactor
import Synchronization
import Testing

@Suite struct EventLoopTests {
    @Test func tasksRunOnTheLoopsThread() async throws {
        let isOn = try await onLoop { loop in
            var checks = [loop.isCurrent]
            await loop.sleep(ms: 1)
            checks.append(loop.isCurrent)
            async let child = loop.isCurrent
            checks.append(await child)
            return checks
        }
        #expect(isOn == [true, true, true])
    }

    /// A resume on the loop must not leave the loop's thread: it costs one local enqueue and no remote one.
    @Test func resumingCostsOneLocalEnqueueAndNoHop() async throws {
        let counts = try await onLoop { loop in
            let ping = Waiter()
            let pong = Waiter()
            let rounds = 1000
            let partner = loop.spawn {
                for _ in 0..<rounds {
                    await ping.wait()
                    pong.resume()
                }
            }
            let local = loop.localEnqueues
            let remote = loop.remoteEnqueues
            for _ in 0..<rounds {
                ping.resume()
                await pong.wait()
            }
            let result = (loop.localEnqueues - local, loop.remoteEnqueues - remote)
            await partner.value
            return [result.0, result.1]
        }
        #expect(counts[0] <= 2 * 1000 + 1)
        #expect(counts[1] == 0)
    }

    @Test func closuresFromOtherThreadsRunOnceEach() async throws {
        let group = EventLoopGroup(count: 2)
        group.start()
        let counter = Counter()
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    for index in 0..<500 { group.loops[index % 2].execute { counter.value.add(1, ordering: .relaxed) } }
                }
            }
        }
        await withCheckedContinuation { continuation in
            group.loops[0].execute { group.loops[1].execute { continuation.resume() } }
        }
        group.shutDown()
        #expect(counter.value.load(ordering: .relaxed) == 4000)
        #expect(!group.loops[0].execute {})
    }

    @Test func timersFireInOrderAndCanBeMovedAndDisarmed() async throws {
        let order = try await onLoop { loop in
            let log = Log()
            let waiter = Waiter()
            let late = LoopTimer(loop) {
                log.entries.append("late")
                waiter.resume()
            }
            let early = LoopTimer(loop) { log.entries.append("early") }
            let never = LoopTimer(loop) { log.entries.append("never") }
            late.arm(afterMs: 20)
            early.arm(afterMs: 500)
            early.arm(noLaterThan: loop.now + 5)
            never.arm(afterMs: 10)
            never.disarm()
            await waiter.wait()
            _ = (early, never)
            return log.entries
        }
        #expect(order == ["early", "late"])
    }

    @Test func sleepersDoNotKeepAStoppedLoopRunning() async throws {
        let group = EventLoopGroup(count: 1)
        group.start()
        group.loops[0].spawn { await group.loops[0].sleep(ms: 3_600_000) }
        await withCheckedContinuation { continuation in
            group.loops[0].execute { group.loops[0].execute { continuation.resume() } }
        }
        group.shutDown()
    }

    @Test(arguments: [("max 100000\n", nil), ("150000 100000\n", 1.5), ("100000 100000", 1.0), ("x y", nil), ("", nil)])
    func readsCgroupQuotas(_ text: String, _ cores: Double?) {
        #expect(parseCPUQuota(text) == cores)
    }

    private final class Counter: Sendable { let value = Atomic(0) }
    private final class Log: @unchecked Sendable { var entries: [String] = [] }
}
