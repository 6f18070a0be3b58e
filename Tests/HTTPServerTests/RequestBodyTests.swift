import TestSupport
import Testing

@testable import HTTPServer

@Suite struct RequestBodyTests {
    /// No system has room for it, whatever it promises.
    private let absurdBytes = 1 << 60

    @Test func aBodyThatTheSystemHasNoRoomForIsNone() {
        let budget = MemoryBudget(limit: .max)
        #expect(RequestBody(capacity: absurdBytes, budget: budget) == nil)
        #expect(budget.used == 0)
    }

    @Test func growthThatTheSystemRefusesLeavesTheBodyAsItWas() throws {
        let budget = MemoryBudget(limit: .max)
        var body = RequestBody(capacity: 4, budget: budget)
        let text: [UInt8] = Array("four".utf8)
        text.withUnsafeBytes { bytes in
            #expect(body?.append(bytes) == true)
            // Never read: the room comes first.
            #expect(body?.append(UnsafeRawBufferPointer(start: bytes.baseAddress, count: absurdBytes)) == false)
        }
        #expect(budget.used == 4)
        #expect(body.map { Array($0.bytes) } == text)
        body = nil
        #expect(budget.used == 0)
    }

    /// Announced with or without its first bytes, or after a question whether it may come.
    @Test(arguments: [("", 0), ("", 20_000), ("Expect: 100-continue\r\n", 0)])
    func itsCallerIsToldAndTheServerGoesOn(_ field: String, _ sent: Int) async throws {
        let fixture = try ServerFixture(memory: .max, { $0.bodyBytes = .max })
        let head = "POST / HTTP/1.1\r\nHost: x\r\n\(field)Content-Length: \(absurdBytes)\r\n\r\n"
        let text = try fixture.talk([Array(head.utf8) + [UInt8](repeating: 1, count: sent)], until: "outOfMemory")
        #expect(text.hasPrefix("HTTP/1.1 503 "))
        #expect(fixture.budget.used == 0)
        let next = try fixture.talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        #expect(next.hasPrefix("HTTP/1.1 200 ") && next.hasSuffix("POST / 2 ok"))
        await fixture.stop()
    }
}
