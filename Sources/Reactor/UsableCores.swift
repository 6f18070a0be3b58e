import CUV

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Cores that this process may use: the affinity mask, cut down by a cgroup CPU quota where there is one.
package var usableCores: Int {
    let allowed = Int(uv_available_parallelism())
    guard let quota = cgroupQuota else { return allowed }
    return max(1, min(allowed, Int(quota.rounded(.up))))
}

/// The CPU quota of the process's cgroup (version 2), in cores; nil when there is none.
private var cgroupQuota: Double? {
    guard let file = fopen("/sys/fs/cgroup/cpu.max", "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return parseCPUQuota(text)
}

/// Reads the two fields of `cpu.max`: `max 100000` or `150000 100000`.
package func parseCPUQuota(_ text: String) -> Double? {
    let fields = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 else {
        return nil
    }
    return quota / period
}
