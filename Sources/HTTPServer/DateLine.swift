import Buffers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The `Date` field (RFC 9110 section 6.6.1), formatted once a second.
struct DateLine: ~Copyable {
    private var buffer = ByteBuffer()
    private var validUntil: UInt64 = 0

    /// - Parameter now: milliseconds on any monotonic clock.
    mutating func append(now: UInt64, to out: inout ByteBuffer) {
        if now >= validUntil {
            validUntil = now + 1000
            format(time(nil))
        }
        out.append(buffer.bytes)
    }

    mutating func format(_ seconds: time_t) {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let date = "\(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        buffer.clear()
        buffer.append(text: "Date: \(days[Int(parts.tm_wday)]), \(date) \(time) GMT\r\n")
    }

    var text: String { buffer.text }
}
