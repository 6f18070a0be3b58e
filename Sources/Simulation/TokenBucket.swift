/// A rate limit as providers keep it: filled evenly, and a few seconds' worth deep.
struct TokenBucket {
    let perMinute: Double
    private let capacity: Double
    private var held: Double
    private var filledAtUs: UInt64

    init(perMinute: Double) {
        self.perMinute = perMinute
        capacity = max(1, perMinute / 60 * SimulationLimits.burstSeconds)
        held = capacity
        filledAtUs = 0
    }

    /// A limit that comes into force when it is used up already.
    init(perMinute: Double, emptyAtUs: UInt64) {
        self.init(perMinute: perMinute)
        held = 0
        filledAtUs = emptyAtUs
    }

    private mutating func fill(nowUs: UInt64) {
        held = min(capacity, held + Double(nowUs - filledAtUs) / 60_000_000 * perMinute)
        filledAtUs = nowUs
    }

    mutating func hasRoom(nowUs: UInt64) -> Bool {
        fill(nowUs: nowUs)
        return held >= 1
    }

    /// Takes room for one; else the answer that it is told, which names no time where there never is room.
    mutating func take(nowUs: UInt64) -> AttemptFault? {
        fill(nowUs: nowUs)
        if held >= 1 {
            held -= 1
            return nil
        }
        if perMinute <= 0 { return .limited(seconds: nil) }
        return .limited(seconds: Int(max(1, ((1 - held) * 60 / perMinute).rounded(.up))))
    }
}
