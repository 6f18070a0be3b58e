import Buffers
import HTTPServer
import HTTPWire
import Reactor
import TestSupport

import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct HTTPServerTests {
    private let close = "Connection: close\r\n"

    @Test func answersKeepAliveAndPipelinedRequestsInOrder() async throws {
        let fixture = try ServerFixture()
        let text = try fixture.talk(
            "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n"
                + "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwxyz\r\n0\r\n\r\n"
                + "GET /d HTTP/1.1\r\nHost: x\r\n\(close)\r\n")
        let first = try #require(text.range(of: "POST /a 3 abc"))
        let second = try #require(text.range(of: "GET /b 0 "))
        let third = try #require(text.range(of: "POST /c 4 wxyz"))
        let last = try #require(text.range(of: "GET /d 0 "))
        #expect(first.upperBound <= second.lowerBound && second.upperBound <= third.lowerBound)
        #expect(third.upperBound <= last.lowerBound)
        #expect(text.components(separatedBy: "Connection: close").count == 2)
        #expect(text.contains("\r\nDate: "))
        await fixture.stop()
    }

    @Test func requestsMayArriveInAnyPieces() async throws {
        let fixture = try ServerFixture()
        let request = Array("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\(close)\r\nhello".utf8)
        for size in [1, 2, 7, 40] {
            #expect(try fixture.talk(Splits.pieces(request, of: size)).hasSuffix("POST /p 5 hello"))
        }
        let chunked = Array(
            "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\(close)\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
                .utf8)
        for size in [1, 3, 50] {
            #expect(try fixture.talk(Splits.pieces(chunked, of: size)).hasSuffix("POST /p 5 hello"))
        }
        await fixture.stop()
    }

    @Test func largeBodiesAreContiguousAndExact() async throws {
        let fixture = try ServerFixture()
        let count = 5_000_000
        let head = "POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: \(count)\r\n\(close)\r\n"
        let body = [UInt8](repeating: UInt8(ascii: "z"), count: count)
        #expect(
            try fixture.talk([Array(head.utf8), body]).hasSuffix(
                "POST /big \(count) sum \(count * 122) zzzzzzzzzzzzzzzz"))
        #expect(fixture.budget.used == 0)
        await fixture.stop()
    }

    /// A large body that comes along with its head takes another way than one that follows it.
    @Test(arguments: [10_000, 16_384, 20_000, 70_000, 1_000_000])
    func aBodySentWithItsHeadIsExact(count: Int) async throws {
        let fixture = try ServerFixture()
        let head = "POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: \(count)\r\n\r\n"
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 % 251) }
        let next = "GET /next HTTP/1.1\r\nHost: x\r\n\(close)\r\n"
        let sum = body.reduce(0) { $0 &+ Int($1) }
        let text = try fixture.talk([Array(head.utf8) + body + Array(next.utf8)])
        #expect(text.contains("POST /big \(count) sum \(sum) "))
        #expect(text.hasSuffix("GET /next 0 sum 0 "))
        #expect(fixture.budget.used == 0)
        await fixture.stop()
    }

    @Test func aLargeBodySentWithItsHeadMayStayUnread() async throws {
        let fixture = try ServerFixture()
        let body = String(repeating: "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", count: 5_000)
        let text = try fixture.talk(
            "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                + "GET /next HTTP/1.1\r\nHost: x\r\n\(close)\r\n")
        #expect(text.contains("unread") && text.hasSuffix("GET /next 0 sum 0 "))
        #expect(!text.contains("smuggled"))
        #expect(fixture.budget.used == 0)
        await fixture.stop()
    }

    @Test func aLargeBodySentWithItsHeadMustFitTheMemory() async throws {
        let fixture = try ServerFixture(memory: 10_000)
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\(close)\r\n"
        let text = try fixture.talk([Array(head.utf8) + [UInt8](repeating: 1, count: 200_000)])
        #expect(text.hasPrefix("HTTP/1.1 503 "))
        #expect(fixture.budget.used == 0)
        await fixture.stop()
    }

    @Test func aBadHeadBeforeALotIsRefusedWhereItStands() async throws {
        let fixture = try ServerFixture()
        let text = try fixture.talk("POST / HTTP/1.1\r\nHost : x\r\n\r\n" + String(repeating: "z", count: 40_000))
        #expect(text.hasPrefix("HTTP/1.1 400 "))
        await fixture.stop()
    }

    @Test func streamsInChunksOrUntilCloseForOldClients() async throws {
        let fixture = try ServerFixture()
        let modern = try fixture.talk("GET /stream HTTP/1.1\r\nHost: x\r\n\(close)\r\n")
        #expect(modern.contains("Transfer-Encoding: chunked"))
        #expect(modern.hasSuffix("f\r\nGET /stream 0 ;\r\n0\r\n\r\n") || modern.hasSuffix(";\r\n0\r\n\r\n"))
        let old = try fixture.talk("GET /stream HTTP/1.0\r\n\r\n")
        #expect(!old.contains("chunked"))
        #expect(old.hasSuffix("\r\n\r\nGET /stream 0 ;GET /stream 0 ;GET /stream 0 ;"))
        await fixture.stop()
    }

    @Test func headAnswersHaveALengthAndNoBody() async throws {
        let fixture = try ServerFixture()
        let text = try fixture.talk("HEAD /h HTTP/1.1\r\nHost: x\r\n\(close)\r\n")
        #expect(text.contains("Content-Length: 10\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
        await fixture.stop()
    }

    @Test func asksForTheBodyOfAClientThatWaits() async throws {
        let fixture = try ServerFixture()
        let socket = try LoopbackSocket.connect(port: fixture.port)
        let head = "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\(close)\r\n"
        _ = LoopbackSocket.send(Array(head.utf8), to: socket)
        #expect(readAll(socket, until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        _ = LoopbackSocket.send(Array("hi".utf8), to: socket)
        #expect(readAll(socket).hasSuffix("POST /e 2 hi"))
        LoopbackSocket.closeSocket(socket)
        await fixture.stop()
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", "400"), ("GET / HTTP/1.1\nHost: x\n\n", "400"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "501"),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n", "413"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
    ])
    func refusesAndCloses(_ request: String, _ status: String) async throws {
        let fixture = try ServerFixture({ $0.bodyBytes = 1_000_000 })
        let text = try fixture.talk(request)
        #expect(text.hasPrefix("HTTP/1.1 \(status) "))
        #expect(text.contains("Connection: close"))
        #expect(text.components(separatedBy: "\r\nDate: ").count == 2)
        await fixture.stop()
    }

    @Test func anOversizedHeadIs431() async throws {
        let fixture = try ServerFixture()
        let text = try fixture.talk("GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "a", count: 40_000))
        #expect(text.hasPrefix("HTTP/1.1 431 "))
        await fixture.stop()
    }

    @Test func aSlowHeadGets408AndAnIdleConnectionIsClosed() async throws {
        let fixture = try ServerFixture({
            $0.requestHeadMs = 60
            $0.keepAliveMs = 60
        })
        #expect(try fixture.talk("GET / HT").hasPrefix("HTTP/1.1 408 "))
        #expect(try fixture.talk([]) == "")
        #expect(try fixture.talk("GET /x HTTP/1.1\r\nHost: x\r\n\r\n").hasSuffix("GET /x 0 "))
        await fixture.stop()
    }

    @Test func aSlowBodyGets408() async throws {
        let fixture = try ServerFixture({ $0.requestBodyMs = 60 })
        let text = try fixture.talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        #expect(text.hasPrefix("HTTP/1.1 408 "))
        await fixture.stop()
    }

    @Test func aBodyLargerThanTheMemoryLimitIsRefused() async throws {
        let fixture = try ServerFixture(memory: 1_000_000)
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\(close)\r\n"
        let text = try fixture.talk([Array(head.utf8), [UInt8](repeating: 1, count: 2_000_000)])
        #expect(text.hasPrefix("HTTP/1.1 503 "))
        #expect(fixture.budget.used == 0)
        await fixture.stop()
    }

    /// Three bodies of which two fit: while two callers hold theirs, the third is refused, and afterwards it is not.
    @Test func bodiesOfSeveralCallersShareTheMemoryLimit() async throws {
        let fixture = try ServerFixture(memory: 1_000_000)
        let head = Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\(close)\r\n".utf8)
        let most = [UInt8](repeating: 1, count: 399_999)
        let holders = try (0..<2).map { _ in
            let socket = try LoopbackSocket.connect(port: fixture.port)
            _ = LoopbackSocket.send(head + most, to: socket)
            return socket
        }
        #expect(await eventually { fixture.budget.used == 799_998 })
        #expect(try fixture.talk([head + most + [1]]).hasPrefix("HTTP/1.1 503 "))
        for socket in holders {
            _ = LoopbackSocket.send([1], to: socket)
            #expect(readAll(socket).hasPrefix("HTTP/1.1 200 "))
            LoopbackSocket.closeSocket(socket)
        }
        #expect(try fixture.talk([head + most + [1]]).hasPrefix("HTTP/1.1 200 "))
        #expect(await eventually { fixture.budget.used == 0 })
        await fixture.stop()
    }

    /// A reload: what comes after it, also on a connection that is open, meets the new bounds and deadlines.
    @Test func otherBoundsAndDeadlinesHoldFromThenOn() async throws {
        let fixture = try ServerFixture({ $0.bodyBytes = 1_000 })
        let open = try LoopbackSocket.connect(port: fixture.port)
        func ask(_ count: Int) -> String {
            let head = "POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: \(count)\r\n\r\n"
            _ = LoopbackSocket.send(Array(head.utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: count), to: open)
            return readAll(open, until: String(repeating: "a", count: 16))
        }
        #expect(ask(900).contains("POST /e 900 "))
        var configuration = ServerConfiguration()
        configuration.bodyBytes = 2_000
        configuration.wire.headBytes = 1_024
        configuration.connections = 1
        fixture.server.use(configuration)
        #expect(ask(1_900).contains("POST /e 1900 "))
        #expect(try fixture.talk([]).hasPrefix("HTTP/1.1 503 "), "there may be one, and there is")
        configuration.requestHeadMs = 60
        configuration.requestBodyMs = 60
        configuration.keepAliveMs = 60
        configuration.connections = 10
        fixture.server.use(configuration)
        #expect(ask(16).contains("POST /e 16 "))
        #expect(readAll(open) == "", "the server closes what has been idle for the new time")
        LoopbackSocket.closeSocket(open)
        #expect(try fixture.talk("GET / HT").hasPrefix("HTTP/1.1 408 "))
        let length = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
        #expect(try fixture.talk(length + "10\r\n\r\nabc").hasPrefix("HTTP/1.1 408 "))
        // A slow machine is to have the time for a whole head.
        configuration.requestHeadMs = 10_000
        fixture.server.use(configuration)
        #expect(try fixture.talk(length + "2001\r\n\r\n").hasPrefix("HTTP/1.1 413 "))
        let long = "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "a", count: 2_000) + "\r\n\r\n"
        #expect(try fixture.talk(long).hasPrefix("HTTP/1.1 431 "))
        await fixture.stop()
    }

    @Test func anotherMemoryLimitHoldsFromThenOn() {
        let budget = MemoryBudget(limit: 1_000)
        #expect(budget.take(900) && !budget.take(200))
        budget.limit = 2_000
        #expect(budget.take(200) && budget.used == 1_100)
        budget.limit = 500
        #expect(!budget.take(1) && budget.used == 1_100, "what was taken stays taken")
        budget.giveBack(1_100)
        #expect(budget.take(500) && !budget.take(1))
    }

    @Test func anUnreadBodyDoesNotConfuseTheNextRequest() async throws {
        let fixture = try ServerFixture()
        let body = String(repeating: "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", count: 20)
        let text = try fixture.talk(
            "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                + "GET /next HTTP/1.1\r\nHost: x\r\n\(close)\r\n")
        #expect(text.contains("unread"))
        #expect(text.hasSuffix("GET /next 0 sum 0 "))
        #expect(!text.contains("smuggled"))
        await fixture.stop()
    }

    @Test func beyondTheConnectionLimitTheRestGets503() async throws {
        let fixture = try ServerFixture({ $0.connections = 2 })
        let first = try LoopbackSocket.connect(port: fixture.port)
        let second = try LoopbackSocket.connect(port: fixture.port)
        for socket in [first, second] {
            _ = LoopbackSocket.send(Array("GET /a HTTP/1.1\r\nHost: x\r\n\r\n".utf8), to: socket)
            #expect(readAll(socket, until: "GET /a 0 ").hasPrefix("HTTP/1.1 200 "))
        }
        #expect(try fixture.talk([]).hasPrefix("HTTP/1.1 503 "))
        LoopbackSocket.closeSocket(first)
        LoopbackSocket.closeSocket(second)
        await fixture.stop()
    }
}
