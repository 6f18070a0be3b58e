import Buffers
import JSONText
import Testing

@Suite struct JSONEditsTests {
    let scanner = JSONScanner()

    func edited(_ text: String, _ body: (inout JSONEdits, JSONValue) -> Void) throws -> String {
        let value = try scanner.scan(copying: text)
        var edits = JSONEdits()
        body(&edits, value)
        let source = Array(text.utf8)
        var out = ByteBuffer()
        edits.apply(to: source.span, into: &out)
        #expect(edits.byteCount(of: source.span) == out.count)
        var joined: [UInt8] = []
        edits.forEachSegment(of: source.span) { joined += $0 }
        #expect(joined == Array(out.bytes))
        return out.text
    }

    @Test func replacesAndInserts() throws {
        let text = #"{"id":"x","model":"gpt","n":1}"#
        let result = try edited(text) { edits, value in
            edits.replace(value["n"]!.range, raw: "[2]")
            edits.replace(value["id"]!.range) { $0.string("gen-\"1\"") }
            edits.insert(at: value["model"]!.range.upperBound, raw: #","provider":"p""#)
            edits.replace(value["model"]!.range, raw: Array("null".utf8).span)
        }
        #expect(result == #"{"id":"gen-\"1\"","model":null,"provider":"p","n":[2]}"#)
    }

    @Test func leavesTheSourceAloneWithoutEdits() throws {
        #expect(try edited(" {\"a\": 1} ") { _, _ in } == " {\"a\": 1} ")
    }

    @Test func keepsTheOrderOfInsertionsAtOnePlace() throws {
        let result = try edited("[0]") { edits, value in
            edits.insert(at: 2, raw: ",1")
            edits.insert(at: 2, raw: ",2")
            edits.insert(at: 1, raw: "7,")
            edits.insert(at: 2, raw: ",3")
            edits.replace(value[0]!.range, raw: "9")
        }
        #expect(result == "[7,9,1,2,3]")
    }

    @Test func theLaterOfTwoEditsOfOneRangeHolds() throws {
        let result = try edited(#"{"a":1,"b":2}"#) { edits, value in
            edits.replace(value["b"]!.range, raw: "3")
            edits.replace(value["a"]!.range, raw: "1e1")
            edits.replace(value["b"]!.range, raw: "4")
        }
        #expect(result == #"{"a":1e1,"b":4}"#)
    }

    @Test(arguments: [false, true])
    func anEditWithinARemovedRangeDisappears(_ isInnerFirst: Bool) throws {
        let result = try edited(#"{"a":{"b":[1,2],"c":3},"d":4}"#) { edits, value in
            let inner = value["a"]!
            if !isInnerFirst { edits.removeMember("a", of: value) }
            edits.replace(inner["b"]!.range, raw: "0")
            edits.removeMember("c", of: inner)
            edits.append(to: inner) { $0.member("x", 1 as Int) }
            edits.insert(at: inner["b"]![1]!.range.lowerBound, raw: "9,")
            if isInnerFirst { edits.removeMember("a", of: value) }
        }
        #expect(result == #"{"d":4}"#)
    }

    @Test func setsMembersThatExistAndThatDoNot() throws {
        let result = try edited(#"{"a":1,"o":{}}"#) { edits, value in
            edits.setMember("a", of: value) { $0.integer(2) }
            edits.setMember("b", of: value) { $0.bool(true) }
            edits.setMember("c", of: value["o"]!) { $0.null() }
            edits.setMember("d", of: value["o"]!) { $0.array { $0.integer(1) } }
        }
        #expect(result == #"{"a":2,"o":{"c":null,"d":[1]},"b":true}"#)
    }

    @Test func removesNestedMembersOfSeveralObjects() throws {
        let result = try edited(#"{"a":{"x":1,"y":2},"b":[{"x":1},{"x":1,"z":{"x":1}}],"x":0}"#) { edits, value in
            edits.removeMember("x", of: value)
            edits.removeMember("x", of: value["a"]!)
            for element in value["b"]!.elements { edits.removeMember("x", of: element) }
            edits.removeMember("x", of: value["b"]![1]!["z"]!)
            edits.removeMember("absent", of: value)
        }
        #expect(result == #"{"a":{"y":2},"b":[{},{"z":{}}]}"#)
    }

    @Test func canBeAppliedAgainAndCleared() throws {
        let text = #"{"a":1,"b":2}"#
        let value = try scanner.scan(copying: text)
        var edits = JSONEdits()
        func apply() -> String {
            var out = ByteBuffer()
            edits.apply(to: Array(text.utf8).span, into: &out)
            return out.text
        }
        edits.removeMember("a", of: value)
        #expect(apply() == #"{"b":2}"#)
        #expect(apply() == #"{"b":2}"#)
        edits.removeMember("b", of: value)
        #expect(apply() == "{}")
        edits.append(to: value) { $0.member("c", 3 as Int) }
        #expect(apply() == #"{"c":3}"#)
        edits.clear()
        let isEmpty = edits.isEmpty
        #expect(isEmpty)
        #expect(apply() == text)
        edits.replace(value["a"]!.range, raw: "9")
        #expect(apply() == #"{"a":9,"b":2}"#)
    }
}

/// Every combination of removals, replacements and insertions on small containers, in every order of the calls.
@Suite struct JSONEditsCombinationTests {
    let scanner = JSONScanner()

    struct Case: CustomStringConvertible {
        let isObject: Bool
        let count: Int
        let space: String
        var description: String { "\(isObject ? "object" : "array") of \(count) with \(space.debugDescription)" }
    }

    static let cases = [true, false].flatMap { isObject in
        (0...4).flatMap { count in ["", " ", "\n\t"].map { Case(isObject: isObject, count: count, space: $0) } }
    }

    @Test(arguments: cases)
    func everyCombinationLeavesValidJSON(_ shape: Case) throws {
        let text = Self.text(shape)
        let value = try scanner.scan(copying: text)[1]!
        let source = Array(text.utf8)
        for removed in 0..<(1 << shape.count) {
            for extra in 0..<18 {
                let (prepends, appends, replaces) = (extra % 3, extra / 3 % 3, extra / 9 == 1)
                for order in 0..<3 {
                    var edits = JSONEdits()
                    var calls: [(inout JSONEdits) -> Void] = []
                    for index in 0..<shape.count where removed & (1 << index) != 0 {
                        calls.append { Self.remove(index, of: value, &$0) }
                    }
                    for index in 0..<shape.count where replaces && removed & (1 << index) == 0 {
                        calls.append { $0.replace(Self.item(index, of: value).range, raw: "\"r\"") }
                    }
                    let isReversed = order == 1
                    if isReversed { calls.reverse() }
                    if order == 2 { calls.shuffle(using: &Self.random) }
                    let before = calls.count / 2
                    for call in calls[..<before] { call(&edits) }
                    for index in 0..<prepends { edits.prepend(to: value) { Self.write("p\(index)", shape, &$0) } }
                    for index in 0..<appends { edits.append(to: value) { Self.write("a\(index)", shape, &$0) } }
                    for call in calls[before...] { call(&edits) }

                    var names = (0..<prepends).map { "p\($0)" }
                    names += (0..<shape.count).filter { removed & (1 << $0) == 0 }.map {
                        replaces ? "r\($0)" : "i\($0)"
                    }
                    names += (0..<appends).map { "a\($0)" }
                    var out = ByteBuffer()
                    edits.apply(to: source.span, into: &out)
                    #expect(ReferenceJSON.parse(Array(out.bytes)) == Self.expected(names, shape), "\(out.text)")
                }
            }
        }
    }

    nonisolated(unsafe) static var random = JSONRandomTests.Generator(state: 3)

    static func text(_ shape: Case) -> String {
        let items = (0..<shape.count).map { index in
            let value = index % 2 == 0 ? "\"i\(index)\"" : "[{},\"i\(index)\"]"
            return shape.isObject ? "\"i\(index)\"\(shape.space):\(shape.space)\(value)" : value
        }
        let inside = items.joined(separator: "\(shape.space),\(shape.space)")
        let container =
            shape.isObject ? "{\(shape.space)\(inside)\(shape.space)}" : "[\(shape.space)\(inside)\(shape.space)]"
        return "[{\"x\":[]},\(container),[]]"
    }

    static func item(_ index: Int, of value: JSONValue) -> JSONValue {
        value.isObject ? Array(value.members)[index].value : value[index]!
    }

    static func remove(_ index: Int, of value: JSONValue, _ edits: inout JSONEdits) {
        if value.isObject {
            edits.removeMember(Array(value.members)[index])
        } else {
            edits.removeElement(value[index]!)
        }
    }

    static func write(_ name: String, _ shape: Case, _ json: inout JSONWriter) {
        if shape.isObject { json.key(text: name) }
        json.string(name)
    }

    static func expected(_ names: [String], _ shape: Case) -> ReferenceJSON {
        func value(_ name: String) -> ReferenceJSON {
            if name.hasPrefix("r") { return .string("r") }
            guard name.hasPrefix("i"), Int(name.dropFirst())! % 2 == 1 else { return .string(name) }
            return .array([.object([]), .string(name)])
        }
        func key(_ name: String) -> String { name.hasPrefix("r") ? "i" + name.dropFirst() : name }
        let container: ReferenceJSON =
            shape.isObject
            ? .object(names.map { .init(key: key($0), value: value($0)) }) : .array(names.map { value($0) })
        return .array([.object([.init(key: "x", value: .array([]))]), container, .array([])])
    }
}
