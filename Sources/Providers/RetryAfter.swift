/// Reads how long a provider wants to be left alone, in every spelling providers use.
package enum RetryAfter {
    /// The wait in milliseconds; nil where the answer names none.
    ///
    /// The first that is there counts: `retry-after-ms` or `x-ms-retry-after-ms`; `retry-after` in seconds, as a duration
    /// or as a date; `RetryInfo` in the body; the reset times of the limits that are used up; a sentence that says when
    /// to try again.
    /// - Parameters:
    ///   - headers: a field's value by its lower-case name.
    ///   - nowMs: Unix time in milliseconds, to which dates are relative.
    package static func milliseconds(
        headers: (StaticString) -> String?, bodyDelayMs: UInt64? = nil, sentence: String? = nil,
        nowMs: UInt64
    ) -> UInt64? {
        for name in ["retry-after-ms", "x-ms-retry-after-ms"] as [StaticString] {
            if let value = headers(name).flatMap(decimal) { return bounded(value) }
        }
        if let value = headers("retry-after") {
            if let seconds = decimal(value) { return bounded(seconds * 1000) }
            if let wait = duration(value) { return wait }
            if let date = HTTPDate.unixSeconds(value) { return wait(untilMs: date * 1000, nowMs: nowMs) }
        }
        if let bodyDelayMs { return min(bodyDelayMs, ProvidersLimits.retryAfterMsMax) }
        return resets(headers: headers, nowMs: nowMs) ?? sentence.flatMap(named)
    }

    /// The wait in a sentence such as `Please try again in 7.66s.` or `Try again in 20 seconds`; nil without one.
    private static func named(in sentence: String) -> UInt64? {
        let words = sentence.lowercased().split(separator: " ")
        for start in words.indices.dropLast(3) {
            guard words[start] == "try", words[start + 1] == "again", words[start + 2] == "in" else { continue }
            var text = words[start + 3]
            while let last = text.last, last == "." || last == "," { text = text.dropLast() }
            if let wait = duration(String(text)) { return wait }
            let unit = start + 4 < words.endIndex ? words[start + 4] : ""
            guard let number = decimal(String(text)) else { continue }
            if unit.hasPrefix("sec") { return bounded(number * 1_000) }
            if unit.hasPrefix("min") { return bounded(number * 60_000) }
            if unit.hasPrefix("millisec") || unit.hasPrefix("ms") { return bounded(number) }
        }
        return nil
    }

    /// `1m2.3s`, `6s`, `120ms`, `46s`, `1h30m`; nil for anything else.
    package static func duration(_ text: String) -> UInt64? {
        var total = 0.0
        var digits: [UInt8] = []
        var sawUnit = false
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x30 && byte <= 0x39 || byte == UInt8(ascii: ".") {
                digits.append(byte)
                index += 1
                continue
            }
            guard let value = decimal(String(decoding: digits, as: UTF8.self)) else { return nil }
            digits.removeAll()
            guard let (unitMs, length) = unit(bytes, at: index) else { return nil }
            total += value * unitMs
            index += length
            sawUnit = true
        }
        return sawUnit && digits.isEmpty ? bounded(total) : nil
    }

    private static func unit(_ bytes: [UInt8], at index: Int) -> (milliseconds: Double, length: Int)? {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch bytes[index] {
        case UInt8(ascii: "m") where next == UInt8(ascii: "s"): return (1, 2)
        case UInt8(ascii: "u") where next == UInt8(ascii: "s"): return (0.001, 2)
        case UInt8(ascii: "n") where next == UInt8(ascii: "s"): return (0.000001, 2)
        case UInt8(ascii: "s"): return (1_000, 1)
        case UInt8(ascii: "m"): return (60_000, 1)
        case UInt8(ascii: "h"): return (3_600_000, 1)
        case UInt8(ascii: "d"): return (86_400_000, 1)
        default: return nil
        }
    }

    private static let limits: [(remaining: StaticString, reset: StaticString)] = [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
        ("x-ratelimit-remaining-requests-day", "x-ratelimit-reset-requests-day"),
        ("x-ratelimit-remaining-tokens-minute", "x-ratelimit-reset-tokens-minute"),
        ("x-ratelimit-remaining-req-minute", "x-ratelimit-reset-req-minute"),
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
        ("ratelimit-remaining", "ratelimit-reset"),
        ("ratelimitbysize-remaining", "ratelimitbysize-reset"),
    ]

    /// The longest reset among the limits that are used up; where none says so, the shortest of all.
    private static func resets(headers: (StaticString) -> String?, nowMs: UInt64) -> UInt64? {
        var usedUp: UInt64?
        var any: UInt64?
        for limit in limits {
            guard let text = headers(limit.reset), let wait = reset(text, nowMs: nowMs) else { continue }
            any = min(any ?? wait, wait)
            if let remaining = headers(limit.remaining).flatMap(decimal), remaining < 1 {
                usedUp = max(usedUp ?? 0, wait)
            }
        }
        return usedUp ?? any
    }

    /// A reset is a duration, a count of seconds, a Unix time in seconds or milliseconds, or an RFC 3339 time.
    private static func reset(_ text: String, nowMs: UInt64) -> UInt64? {
        if let wait = duration(text) { return wait }
        if let number = decimal(text) {
            if number >= 1e12 { return wait(untilMs: number, nowMs: nowMs) }
            if number >= 1e9 { return wait(untilMs: number * 1000, nowMs: nowMs) }
            return bounded(number * 1000)
        }
        return HTTPDate.rfc3339UnixSeconds(text).flatMap { wait(untilMs: $0 * 1000, nowMs: nowMs) }
    }

    private static func wait(untilMs: Double, nowMs: UInt64) -> UInt64? {
        bounded(max(0, untilMs - Double(nowMs)))
    }

    /// A plain number without sign or exponent.
    private static func decimal(_ text: String) -> Double? {
        guard !text.isEmpty, text.utf8.count <= 24,
            text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") })
        else { return nil }
        return Double(text)
    }

    private static func bounded(_ milliseconds: Double) -> UInt64 {
        milliseconds >= Double(ProvidersLimits.retryAfterMsMax)
            ? ProvidersLimits.retryAfterMsMax : UInt64(milliseconds.rounded(.up))
    }
}
