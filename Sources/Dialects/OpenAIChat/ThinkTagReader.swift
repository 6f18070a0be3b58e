package import Completions
package import JSONText

/// Reads the answers of models that write what they think into their text, between `<think>` and `</think>` at its
/// beginning, as reasoning. Source: wire spec 6.2.
///
/// Text is held back only while it may be part of a tag.
package struct ThinkTagReader: AnswerReading {
    private var inner: any AnswerReading
    /// By choice.
    private var splitters: [Int: ThinkTagSplitter] = [:]

    package init(_ inner: any AnswerReading) {
        self.inner = inner
    }

    package mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent]) {
        let mark = events.count
        inner.read(root, kind: kind, into: &events)
        split(from: mark, &events)
    }

    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        let mark = events.count
        inner.readAnswer(root, into: &events)
        split(from: mark, &events)
        flush(into: &events)
    }

    package mutating func atEnd(into events: inout [CompletionEvent]) {
        flush(into: &events)
        let mark = events.count
        inner.atEnd(into: &events)
        split(from: mark, &events)
    }

    private mutating func flush(into events: inout [CompletionEvent]) {
        for choice in splitters.keys.sorted() { Self.add(splitters[choice]!.atEnd(), choice, to: &events) }
    }

    private mutating func split(from mark: Int, _ events: inout [CompletionEvent]) {
        let read = events[mark...]
        events.removeSubrange(mark...)
        for event in read {
            switch event.content {
            case .text(let text):
                Self.add(splitters[event.choice, default: ThinkTagSplitter()].take(text), event.choice, to: &events)
            case .finished, .toolCall, .refusal, .media:
                // What comes behind the text: nothing of it may be held any longer.
                if var splitter = splitters[event.choice] {
                    Self.add(splitter.atEnd(), event.choice, to: &events)
                    splitters[event.choice] = splitter
                }
                events.append(event)
            case .failed:
                // Nothing follows.
                splitters.removeAll()
                events.append(event)
            default: events.append(event)
            }
        }
    }

    private static func add(_ pieces: [ThinkTagSplitter.Piece], _ choice: Int, to events: inout [CompletionEvent]) {
        for piece in pieces {
            switch piece {
            case .text(let text): events.append(CompletionEvent(.text(text), choice: choice))
            case .reasoning(let text):
                let item = ReasoningItem(.text, text: text, format: "unknown")
                events.append(CompletionEvent(.reasoning(item), choice: choice))
            }
        }
    }
}

/// Tells thoughts from text in one text that comes in pieces, cut anywhere.
struct ThinkTagSplitter {
    enum Piece: Equatable {
        case text(String)
        case reasoning(String)
    }

    private enum Place {
        /// Nothing but white space so far, or the beginning of the opening tag.
        case beginning
        case thoughts
        /// Behind the closing tag: white space there belongs to neither.
        case between
        case text
    }

    private static let opening = Array("<think>".utf8)
    private static let closing = Array("</think>".utf8)

    private var place = Place.beginning
    private var held: [UInt8] = []

    mutating func take(_ text: String) -> [Piece] {
        if place == .text { return text.isEmpty ? [] : [.text(text)] }
        held.append(contentsOf: text.utf8)
        var pieces: [Piece] = []
        while step(&pieces) {}
        return pieces
    }

    /// The text has ended: what was held is what it seemed to be.
    mutating func atEnd() -> [Piece] {
        defer { held = [] }
        if held.isEmpty { return [] }
        let rest = String(decoding: held, as: UTF8.self)
        switch place {
        case .beginning, .text: return [.text(rest)]
        case .thoughts: return [.reasoning(rest)]
        case .between: return []
        }
    }

    /// Goes on to the next place; false where more has to come first, or nothing is left to do.
    private mutating func step(_ pieces: inout [Piece]) -> Bool {
        switch place {
        case .beginning:
            let start = held.firstIndex { !Self.isSpace($0) } ?? held.count
            let seen = held[start...]
            if seen.starts(with: Self.opening) {
                held.removeFirst(start + Self.opening.count)
                place = .thoughts
                return true
            }
            if Self.opening.starts(with: seen) { return false }
            place = .text
            return true
        case .thoughts:
            if let end = Self.firstIndex(of: Self.closing, in: held) {
                Self.add(held[..<end], as: Piece.reasoning, to: &pieces)
                held.removeFirst(end + Self.closing.count)
                place = .between
                return true
            }
            // The longest end of it that may be the beginning of the tag.
            let kept = (0..<Self.closing.count).last { held.suffix($0).elementsEqual(Self.closing.prefix($0)) } ?? 0
            Self.add(held.dropLast(kept), as: Piece.reasoning, to: &pieces)
            held.removeFirst(held.count - kept)
            return false
        case .between:
            held.removeFirst(held.firstIndex { !Self.isSpace($0) } ?? held.count)
            if held.isEmpty { return false }
            place = .text
            return true
        case .text:
            Self.add(held[...], as: Piece.text, to: &pieces)
            held = []
            return false
        }
    }

    private static func add(_ bytes: ArraySlice<UInt8>, as piece: (String) -> Piece, to pieces: inout [Piece]) {
        if !bytes.isEmpty { pieces.append(piece(String(decoding: bytes, as: UTF8.self))) }
    }

    private static func firstIndex(of tag: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= tag.count else { return nil }
        return (0...bytes.count - tag.count).first { bytes[$0...].starts(with: tag) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
