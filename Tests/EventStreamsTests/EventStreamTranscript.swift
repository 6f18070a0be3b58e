import Buffers
import EventStreams

/// What a decoder handed out, with the bytes of each item, for comparison.
enum EventStreamTranscript {
    enum Entry: Equatable, CustomStringConvertible {
        case event(String, name: String?)
        case comment
        case unframed(String)
        case failed

        var description: String {
            switch self {
            case .event(let data, let name): "event(\(data.debugDescription), \(name ?? "-"))"
            case .comment: "comment"
            case .unframed(let text): "unframed(\(text.debugDescription))"
            case .failed: "failed"
            }
        }
    }

    /// Feeds the pieces one after the other as a connection would.
    static func read(_ pieces: [ArraySlice<UInt8>], limit: Int = EventStreamLimits.eventBytes) -> [Entry] {
        var decoder = EventStreamDecoder(limit: limit)
        var entries: [Entry] = []
        var pending: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            pending += piece
            let isLast = index == pieces.count - 1
            // The connection learns of the end after the last bytes, in a call of its own.
            for atEnd in isLast ? [false, true] : [false] {
                guard drain(&decoder, &pending, atEnd, &entries) else { return entries + [.failed] }
            }
        }
        return entries
    }

    private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    static func read(_ text: String) -> [Entry] { read([Array(text.utf8)[...]]) }

    private static func drain(
        _ decoder: inout EventStreamDecoder, _ pending: inout [UInt8], _ atEnd: Bool, _ entries: inout [Entry]
    ) -> Bool {
        while true {
            guard let item = try? decoder.next(pending.span, atEnd: atEnd) else { return false }
            switch item {
            case .event(let event):
                let data: String
                let name: String? = if let range = event.name { text(pending, range) } else { nil }
                switch event.data {
                case .range(let range): data = text(pending, range)
                case .joined: data = String(decoding: Array(copying: decoder.joinedData), as: UTF8.self)
                }
                entries.append(.event(data, name: name))
            case .comment: entries.append(.comment)
            case .unframed(let range, _): entries.append(.unframed(text(pending, range)))
            case .needMore(let consumed):
                pending.removeFirst(consumed)
                return !atEnd
            case .end: return atEnd
            }
            pending.removeFirst(item.consumed)
        }
    }
}

extension Array where Element == UInt8 {
    init(copying span: Span<UInt8>) {
        self = span.withUnsafeBufferPointer { Array($0) }
    }
}

/// The events of a whole stream by the algorithm of the HTML standard, section 9.2.6, as plainly as it can be written.
/// An unfinished last event is handed out too.
enum ReferenceEventStream {
    static func read(_ bytes: [UInt8]) -> [EventStreamTranscript.Entry] {
        var text = bytes[...]
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        var entries: [EventStreamTranscript.Entry] = []
        var data: [String] = []
        var name = ""
        func dispatch() {
            if !data.isEmpty { entries.append(.event(data.joined(separator: "\n"), name: name.isEmpty ? nil : name)) }
            data = []
            name = ""
        }
        for line in lines(text) {
            if line.isEmpty {
                dispatch()
            } else if line.first == UInt8(ascii: ":") {
                if data.isEmpty && name.isEmpty { entries.append(.comment) }
            } else {
                let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
                var value = line[colon...].dropFirst()
                if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
                switch String(decoding: line[..<colon], as: UTF8.self) {
                case "data": data.append(String(decoding: value, as: UTF8.self))
                case "event": name = String(decoding: value, as: UTF8.self)
                default: break
                }
            }
        }
        dispatch()
        return entries
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            if bytes[index] == 13 || bytes[index] == 10 {
                lines.append(bytes[start..<index])
                if bytes[index] == 13, index + 1 < bytes.endIndex, bytes[index + 1] == 10 { index += 1 }
                start = index + 1
            }
            index += 1
        }
        if start < bytes.endIndex { lines.append(bytes[start...]) }
        return lines
    }
}
