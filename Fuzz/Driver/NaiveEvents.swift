/// The lines of a text that end with LF, CRLF or CR; what stands behind the last end is a line too.
func naiveLines(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = [[]]
    for (index, byte) in bytes.enumerated() {
        if byte == 13 || (byte == 10 && (index == 0 || bytes[index - 1] != 13)) {
            lines.append([])
        } else if byte != 10 {
            lines[lines.count - 1].append(byte)
        }
    }
    return lines
}

/// The events of a whole stream, read line by line.
func naiveEvents(_ input: [UInt8]) -> [FuzzedEvent] {
    var events: [FuzzedEvent] = []
    var lines = naiveLines(input.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(input.dropFirst(3)) : input)
    // The end of the stream ends the last event, not an empty line's.
    if lines.last == [] { lines.removeLast() }
    var data: [[UInt8]] = []
    var name: [UInt8]?
    func dispatch() {
        if !data.isEmpty { events.append(.event(name: name, data: Array(data.joined(separator: [10])))) }
        data = []
        name = nil
    }
    while !lines.isEmpty {
        let line = lines.removeFirst()
        if line.isEmpty {
            dispatch()
        } else if line.first == 58 {
            if data.isEmpty, name == nil { events.append(.comment) }
        } else if let json = unframedStart(line) {
            dispatch()
            lines.insert(json, at: 0)
            events.append(.unframed(takeUnframed(&lines)))
        } else if let value = value(of: "data", line) {
            data.append(value)
        } else if let value = value(of: "event", line) {
            name = value.isEmpty ? nil : value
        }
    }
    dispatch()
    return events
}

private func value(of field: String, _ line: [UInt8]) -> [UInt8]? {
    let name = Array(field.utf8)
    if line == name { return [] }
    if line.starts(with: name + [58, 32]) { return Array(line.dropFirst(name.count + 2)) }
    return line.starts(with: name + [58]) ? Array(line.dropFirst(name.count + 1)) : nil
}

/// The line from its bracket on, if nothing but a little white space stands before it.
private func unframedStart(_ line: [UInt8]) -> [UInt8]? {
    let indent = line.prefix { $0 == 32 || $0 == 9 }.count
    guard indent < 64, indent < line.count, line[indent] == 123 || line[indent] == 91 else { return nil }
    return Array(line[indent...])
}

/// Takes lines until brackets balance, a string is left open at a line's end, or a line can only be an event's. What
/// stands behind the closing bracket stays as a line. Between the lines taken there is LF.
private func takeUnframed(_ lines: inout [[UInt8]]) -> [UInt8] {
    var taken: [UInt8] = []
    var depth = 0
    var isFirst = true
    while let line = lines.first {
        if !isFirst, line.isEmpty || "deir:".utf8.contains(line[0]) { return taken }
        if !isFirst { taken.append(10) }
        isFirst = false
        var isInString = false
        var isEscaped = false
        for (index, byte) in line.enumerated() {
            taken.append(byte)
            if isEscaped {
                isEscaped = false
            } else if isInString, byte == 92 {
                isEscaped = true
            } else if byte == 34 {
                isInString.toggle()
            } else if !isInString {
                if byte == 123 || byte == 91 { depth += 1 }
                if byte == 125 || byte == 93 { depth -= 1 }
                if depth == 0 {
                    lines[0] = Array(line[(index + 1)...])
                    return taken
                }
            }
        }
        if isInString {
            lines[0] = []
            return taken
        }
        lines.removeFirst()
    }
    return taken
}
