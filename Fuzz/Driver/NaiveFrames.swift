import EventStreams

/// A slow reader of binary event streams, bit by bit and by copying, to compare the decoder with.
func naiveFrames(_ stream: [UInt8]) -> FuzzedFrames {
    var result = FuzzedFrames()
    var rest = stream
    while !rest.isEmpty {
        guard rest.count >= 12 else {
            result.fault = .truncated
            break
        }
        let total = naiveNumber(rest, 0)
        let headers = naiveNumber(rest, 4)
        if naiveCheck(Array(rest[..<8])) != naiveNumber(rest, 8) {
            result.fault = .preludeChecksum
        } else if headers > 131_072 {
            result.fault = .headersTooLarge
        } else if total < headers + 16 {
            result.fault = .malformed
        } else if total - headers - 16 > 25_165_824 {
            result.fault = .payloadTooLarge
        } else if rest.count < total {
            result.fault = .truncated
        } else if naiveCheck(Array(rest[..<(total - 4)])) != naiveNumber(rest, total - 4) {
            result.fault = .messageChecksum
        } else if let frame = naiveMessage(Array(rest[12..<(12 + headers)]), Array(rest[(12 + headers)..<(total - 4)]))
        {
            result.frames.append(frame)
            rest.removeFirst(total)
            continue
        } else {
            result.fault = .malformed
        }
        break
    }
    return result
}

func naiveFrame(headers: [UInt8], payload: [UInt8]) -> [UInt8] {
    var frame = naiveBytes(headers.count + payload.count + 16) + naiveBytes(headers.count)
    frame += naiveBytes(naiveCheck(frame))
    frame += headers + payload
    return frame + naiveBytes(naiveCheck(frame))
}

private func naiveMessage(_ headers: [UInt8], _ payload: [UInt8]) -> FuzzedFrame? {
    var rest = headers
    func take(_ count: Int) -> [UInt8]? {
        guard rest.count >= count else { return nil }
        defer { rest.removeFirst(count) }
        return Array(rest[..<count])
    }
    var texts: [String: [UInt8]] = [:]
    while let length = take(1)?.first {
        guard let name = take(Int(length)), let type = take(1)?.first else { return nil }
        let sizes: [Int?] = [0, 0, 1, 2, 4, 8, nil, nil, 8, 16]
        guard type < 10 else { return nil }
        var size = sizes[Int(type)]
        if size == nil {
            guard let length = take(2) else { return nil }
            size = Int(length[0]) * 256 + Int(length[1])
        }
        guard let size, let value = take(size) else { return nil }
        let key = String(decoding: name, as: UTF8.self)
        // Names that are no UTF-8 must not become those that are.
        guard Array(key.utf8) == name else { continue }
        if key == ":message-type", texts[key] != nil || type != 7 { return nil }
        texts[key] = type == 7 ? value : nil
    }
    let kinds: [(String, BinaryEventStreamMessage.Kind, String)] = [
        ("event", .event, ":event-type"), ("exception", .exception, ":exception-type"),
        ("error", .error, ":error-code"),
    ]
    for (word, kind, typeName) in kinds where texts[":message-type"] == Array(word.utf8) {
        guard let type = texts[typeName] else { return nil }
        return FuzzedFrame(kind: kind, type: type, reason: texts[":error-message"], payload: payload)
    }
    return nil
}

private func naiveCheck(_ bytes: [UInt8]) -> Int {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        value ^= UInt32(byte)
        for _ in 0..<8 { value = value % 2 == 1 ? value / 2 ^ 0xEDB8_8320 : value / 2 }
    }
    return Int(value ^ 0xFFFF_FFFF)
}

private func naiveNumber(_ bytes: [UInt8], _ place: Int) -> Int {
    bytes[place..<(place + 4)].reduce(0) { $0 * 256 + Int($1) }
}

private func naiveBytes(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}
