import Buffers
import JSONText

/// One for all inputs, as a loop has one for all requests. The fuzzer runs on one thread.
nonisolated(unsafe) private let scanner = JSONScanner()

/// A text is accepted exactly if a slow parser accepts it, and every value is what that parser sees. What the writer
/// writes reads back as it was, and a text with edits is what the edits say.
func fuzzJSON(_ input: [UInt8]) {
    let naive = NaiveJSON.parse(input)
    let value: JSONValue
    do throws(JSONError) {
        value = try scanner.scan(copying: input.span)
    } catch {
        require(naive == nil, "refused: \(error)\nslow parser: \(naive!)")
        require(error.offset >= 0 && error.offset <= input.count, "an error at byte \(error.offset) of \(input.count)")
        return
    }
    guard let naive else { fatalError("accepted: \(value.rawText.debugDescription)") }
    compare(value, naive)
    rewrite(naive)
    edit(input, value, naive)
}

private func compare(_ value: JSONValue, _ naive: NaiveJSON) {
    require(value.range == naive.range, "range \(value.range), not \(naive.range)")
    switch naive.content {
    case .object(let members):
        require(value.kind == .object && value.count == members.count, "an object of \(value.count)")
        for (member, expected) in zip(value.members, members) {
            require(Array(member.key.string.utf8) == expected.key, "key \(member.key.string.debugDescription)")
            compare(member.value, expected.value)
        }
        var seen: Set<[UInt8]> = []
        let repeated = members.firstIndex { !seen.insert($0.key).inserted }
        let found = value.firstRepeatedKey
        require(
            found?.value.range == repeated.map { members[$0].value.range }, "repeated key \(String(describing: found))")
    case .array(let elements):
        require(value.kind == .array && value.count == elements.count, "an array of \(value.count)")
        for (element, expected) in zip(value.elements, elements) { compare(element, expected) }
    case .string(let text):
        require(value.kind == .string && value.string.map { Array($0.utf8) } == text, "a string \(value.rawText)")
        require(value.isEmptyString == (naive.range.count == 2), "an empty string \(value.rawText)")
    case .number(let text):
        require(value.kind == .number && value.rawText == text, "a number \(value.rawText)")
        let double = Double(text).flatMap { $0.isFinite ? $0 : nil }
        require(value.double?.bitPattern == double?.bitPattern, "\(text) as \(String(describing: value.double))")
        require(value.integer == NaiveJSON.integer(text), "\(text) as \(String(describing: value.integer))")
    case .literal(let text):
        require(value.rawText == text && value.isNull == (text == "null"), "a word \(value.rawText)")
        require(value.bool == (text == "null" ? nil : text == "true"), "a word \(value.rawText)")
    }
}

/// Writes the value anew and reads it back.
private func rewrite(_ naive: NaiveJSON) {
    var out = ByteBuffer()
    out.appendJSON { write(naive, to: &$0) }
    let bytes = Array(out.bytes)
    guard let back = NaiveJSON.parse(bytes) else { fatalError("wrote no JSON: \(out.text.debugDescription)") }
    require(back.hasContent(of: naive), "wrote \(out.text.debugDescription)\nof \(naive)")
}

private func write(_ naive: NaiveJSON, to json: inout JSONWriter) {
    switch naive.content {
    case .object(let members):
        json.object { json in
            for member in members {
                json.key(text: String(decoding: member.key, as: UTF8.self))
                write(member.value, to: &json)
            }
        }
    case .array(let elements): json.array { json in for element in elements { write(element, to: &json) } }
    case .string(let text):
        // Both ways of writing a string, whichever the length picks.
        if text.count % 2 == 0 {
            json.string(bytes: text.span)
        } else {
            json.string(String(decoding: text, as: UTF8.self))
        }
    case .number(let text), .literal(let text): json.raw(Array(text.utf8).span)
    }
}

/// Removes some children of the root, adds one at each end, and compares with doing so in the slow parser's tree.
private func edit(_ input: [UInt8], _ value: JSONValue, _ naive: NaiveJSON) {
    var edits = JSONEdits()
    var cuts = Cuts(input)
    var expected = naive
    switch naive.content {
    case .object(var members):
        for (index, member) in value.members.enumerated().reversed() where cuts.number(below: 2) == 0 {
            edits.removeMember(member)
            members.remove(at: index)
        }
        edits.prepend(to: value) {
            $0.key("first")
            $0.null()
        }
        edits.append(to: value) {
            $0.key("last")
            $0.null()
        }
        let null = NaiveJSON(content: .literal("null"), range: 0..<0)
        members.insert((Array("first".utf8), null), at: 0)
        members.append((Array("last".utf8), null))
        expected.content = .object(members)
    case .array(var elements):
        for (index, element) in value.elements.enumerated().reversed() where cuts.number(below: 2) == 0 {
            edits.removeElement(element)
            elements.remove(at: index)
        }
        edits.append(to: value) { $0.bool(true) }
        elements.append(NaiveJSON(content: .literal("true"), range: 0..<0))
        expected.content = .array(elements)
    default:
        edits.replace(value.range, raw: "[]")
        expected.content = .array([])
    }
    var out = ByteBuffer()
    edits.apply(to: input.span, into: &out)
    let result = NaiveJSON.parse(Array(out.bytes))
    require(result?.hasContent(of: expected) == true, "edited \(out.text.debugDescription)\nnot \(expected)")
}
