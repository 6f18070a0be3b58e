import Catalog

/// The stored form: a head, then each endpoint that could serve in 16 bytes, then each one that was left out in at most
/// 13. Numbers are little-endian; those of no fixed length have seven bits a byte, the lowest first, and the eighth where
/// more follow.
///
/// The first form, which is still read, had the calls of tools behind all that: of each endpoint that could serve, how
/// many answers had some, and how many of them were broken.
extension RouteDecision {
    private static let firstForm: UInt8 = 1
    private static let form: UInt8 = 2
    private static let headBytesMax = 12 + 5 * 10
    private static let choiceBytes = 16
    private static let exclusionBytesMax = 2 + 1 + 10

    /// Encodes a plan; nothing where nothing was chosen.
    package static func encode(_ plan: RoutePlan) -> [UInt8] {
        if plan.isSole { return [] }
        let choices = min(plan.count, RoutingLimits.recordedEndpoints)
        let exclusions = min(plan.rejected.count, RoutingLimits.recordedEndpoints)
        let room = headBytesMax + choices * choiceBytes + exclusions * exclusionBytesMax
        return unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            var out = unsafe Output(start: UnsafeMutableRawPointer(buffer.baseAddress!))
            out.put(form)
            out.put(plan.strategy.rawValue)
            out.put(plan.policy.order.rawValue)
            out.put(UInt8(plan.policy.usesQuality ? 1 : 0) | (plan.isMixed ? 2 : 0))
            out.put(plan.seed)
            out.number(plan.promptTokensMin)
            out.number(plan.promptTokens)
            out.number(plan.completionTokens)
            out.number(plan.count)
            out.number(plan.rejected.count)
            if let first = plan.first { out.put(first) }
            // Where they stand, so that no candidate is copied.
            let (rest, rejected) = (plan.rest.span, plan.rejected.span)
            for index in 0..<max(0, choices - 1) { out.put(rest[index]) }
            for index in 0..<exclusions {
                out.put(UInt16(clamping: rejected[index].endpoint.index))
                out.put(rejected[index].reason.code)
                out.number(rejected[index].reason.detail)
            }
            count = out.count
        }
    }

    /// Reads what `encode` wrote, in this version or in an earlier one; nil for what is of another form.
    package init?(_ bytes: [UInt8]) {
        self.init()
        var input = Input(bytes: bytes, position: 0)
        guard let form = input.byte(), form == Self.form || form == Self.firstForm,
            let strategy = input.byte().flatMap(RouteStrategy.init(rawValue:)),
            let order = input.byte().flatMap(RankingOrder.init(rawValue:)), let flags = input.byte(),
            let seed = input.word(8), let promptTokensMin = input.number(), let promptTokens = input.number(),
            let completionTokens = input.number(), let choiceCount = input.number(), let exclusionCount = input.number()
        else { return nil }
        self.strategy = strategy
        policy = RankingPolicy(order: order, usesQuality: flags & 1 != 0)
        isMixed = flags & 2 != 0
        self.seed = seed
        (self.promptTokensMin, self.promptTokens) = (Int(promptTokensMin), Int(promptTokens))
        self.completionTokens = Int(completionTokens)
        (self.choiceCount, self.exclusionCount) = (Int(choiceCount), Int(exclusionCount))
        for _ in 0..<min(self.choiceCount, RoutingLimits.recordedEndpoints) {
            guard let choice = form == Self.form ? input.choice() : input.firstFormChoice() else { return nil }
            choices.append(choice)
        }
        for _ in 0..<min(self.exclusionCount, RoutingLimits.recordedEndpoints) {
            guard let endpoint = input.word(2), let code = input.byte(), let detail = input.number(),
                let reason = RejectionReason(code: code, detail: detail)
            else { return nil }
            exclusions.append(Exclusion(endpoint: Int(endpoint), reason: reason))
        }
        if form == Self.form || flags & 4 == 0 { return }
        for index in choices.indices {
            guard let answers = input.number(), let broken = input.number(), broken <= answers,
                answers <= UInt32.max
            else { return nil }
            choices[index].toolCalls = ToolCallRate(ToolCallCounts(answers: Int(answers), broken: Int(broken)))
        }
    }

    /// Writes into room that is large enough, as the caller sees to.
    @safe
    private struct Output {
        private let start: UnsafeMutableRawPointer
        private(set) var count = 0

        init(start: UnsafeMutableRawPointer) {
            unsafe self.start = start
        }

        mutating func put<Word: FixedWidthInteger & BitwiseCopyable>(_ word: Word) {
            unsafe start.storeBytes(of: word.littleEndian, toByteOffset: count, as: Word.self)
            count += MemoryLayout<Word>.size
        }

        mutating func number(_ value: Int) { number(UInt64(max(0, value))) }

        mutating func number(_ value: UInt64) {
            var rest = value
            while rest > 0x7F {
                put(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            put(UInt8(truncatingIfNeeded: rest))
        }

        mutating func put(_ candidate: borrowing Candidate) {
            let toolCalls = UInt64(candidate.toolCalls.code)
            // Six bits of the calls of tools are left by the sketch, and the seventh by the price, which has no sign.
            let place =
                UInt64(UInt16(clamping: candidate.endpoint.index)) | UInt64(candidate.standing.rawValue) << 16
                | UInt64(Float(max(0, candidate.expectedPicos)).bitPattern) << 32 | (toolCalls >> 6) << 63
            let known =
                candidate.health.word | UInt64(candidate.endpoint.order & 0x1F) << 13 | (toolCalls & 0x3F) << 42
                | UInt64(candidate.rank) << 48 | UInt64(ShortWeight.code(candidate.endpoint.weight)) << 56
            put(place)
            put(known)
        }
    }

    private struct Input {
        let bytes: [UInt8]
        var position: Int

        mutating func byte() -> UInt8? {
            guard position < bytes.count else { return nil }
            position += 1
            return bytes[position - 1]
        }

        mutating func word(_ count: Int) -> UInt64? {
            guard position + count <= bytes.count else { return nil }
            defer { position += count }
            return (0..<count).reduce(0) { $0 | UInt64(bytes[position + $1]) << (8 * UInt64($1)) }
        }

        /// At most 63 bits, so that it is an `Int` too.
        mutating func number() -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: 0 as UInt64, to: 63, by: 7) {
                guard let byte = byte() else { return nil }
                value |= UInt64(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return value }
            }
            return nil
        }

        mutating func choice() -> Choice? {
            guard let place = word(8), let known = word(8),
                let toolCalls = ToolCallRate(code: UInt8((place >> 63) << 6 | known >> 42 & 0x3F))
            else { return nil }
            return choice(place, known, HealthSketch(word: known), toolCalls)
        }

        mutating func firstFormChoice() -> Choice? {
            guard let place = word(8), let known = word(8) else { return nil }
            return choice(place, known, HealthSketch(firstForm: known), .unknown)
        }

        /// What has the same place in both forms.
        private func choice(
            _ place: UInt64, _ known: UInt64, _ health: HealthSketch, _ toolCalls: ToolCallRate
        ) -> Choice {
            Choice(
                endpoint: Int(place & 0xFFFF), standing: Standing(rawValue: UInt16(truncatingIfNeeded: place >> 16)),
                picos: Double(Float(bitPattern: UInt32(truncatingIfNeeded: place >> 32) & 0x7FFF_FFFF)),
                health: health, toolCalls: toolCalls, rank: UInt8(truncatingIfNeeded: known >> 48),
                order: UInt8(known >> 13 & 0x1F), weight: ShortWeight.weight(UInt8(known >> 56)))
        }
    }
}

/// A weight in a byte: four bits of its exponent and four behind its binary point. Exact for whole numbers to 31 and for
/// halves, near for others.
private enum ShortWeight {
    static func code(_ weight: Double) -> UInt8 {
        if weight == 1 { return 0x80 }
        guard weight.isFinite, weight > 0 else { return 0 }
        let sixteenths = (Float(weight).bitPattern &+ 0x4_0000) >> 19
        // The exponent is biased by 127 in a float, by 8 here.
        return UInt8(clamping: max(1, Int(sixteenths) - (127 - 8) << 4))
    }

    static func weight(_ code: UInt8) -> Double {
        code == 0 ? 0 : Double(Float(bitPattern: (UInt32(code) + (127 - 8) << 4) << 19))
    }
}
