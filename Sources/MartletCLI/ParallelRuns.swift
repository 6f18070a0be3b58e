import Reactor
import Simulation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Plays the policies of a scenario side by side, a thread for each core: whoever is free takes the next policy.
final class ParallelRuns: Sendable {
    private let scenario: Scenario
    private let policies: [SimulationPolicy]
    private let taken = Atomic<Int>(0)
    private let done: Mutex<[PolicyResult?]>

    private init(_ scenario: Scenario) {
        self.scenario = scenario
        policies = SimulationReport.policies(of: scenario)
        done = Mutex([PolicyResult?](repeating: nil, count: policies.count))
    }

    static func results(of scenario: Scenario) -> [PolicyResult] {
        let runs = ParallelRuns(scenario)
        #if canImport(Glibc)
            var threads: [pthread_t] = []
        #else
            var threads: [pthread_t?] = []
        #endif
        for _ in 1..<max(1, min(usableCores, runs.policies.count)) {
            let context = Unmanaged.passRetained(runs).toOpaque()
            #if canImport(Glibc)
                var thread = pthread_t()
                let status = pthread_create(&thread, nil, { playAll($0) }, context)
            #else
                var thread: pthread_t?
                let status = pthread_create(&thread, nil, { playAll($0) }, context)
            #endif
            if status == 0 {
                threads.append(thread)
            } else {
                // Fewer threads do it too.
                Unmanaged<ParallelRuns>.fromOpaque(context).release()
            }
        }
        runs.play()
        for thread in threads {
            #if canImport(Glibc)
                pthread_join(thread, nil)
            #else
                if let thread { pthread_join(thread, nil) }
            #endif
        }
        return runs.done.withLock { results in results.compactMap(\.self) }
    }

    fileprivate func play() {
        while true {
            let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= policies.count { return }
            let result = PolicyRun.result(of: policies[index], in: scenario)
            done.withLock { results in results[index] = result }
        }
    }
}

private func playAll(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<ParallelRuns>.fromOpaque(context!).takeRetainedValue().play()
    return nil
}
