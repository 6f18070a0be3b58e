import Foundation
import HTTPClient
import Reactor
import TestSupport
import Testing

@Suite struct GzipTests {
    /// Packed by the gzip program.
    private static func pack(_ bytes: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-c"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        Thread.detachNewThread {
            input.fileHandleForWriting.write(Data(bytes))
            try? input.fileHandleForWriting.close()
        }
        let packed = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        return packed
    }

    private static func response(_ packed: [UInt8], coding: String = "gzip") -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\ncontent-encoding: \(coding)\r\ncontent-length: \(packed.count)\r\n\r\n".utf8) + packed
    }

    @Test(arguments: ["gzip", "x-gzip", "GZip"])
    func packedAnswersAreUnpacked(_ coding: String) async throws {
        let text = String(repeating: "data: {\"a\":1}\n\n", count: 10_000)
        let response = Self.response(try Self.pack(Array(text.utf8)), coding: coding)
        for size in [3, 1000, response.count] {
            let upstream = try ScriptedUpstream([.readRequest, .sendPieces(response, size: size)])
            let origin = upstream.origin
            let body = try await withClient { try await $0.post(origin).body }
            #expect(body == text)
            upstream.stop()
        }
    }

    @Test func severalMembersAreOneBody() async throws {
        let packed = try Self.pack(Array("one".utf8)) + Self.pack(Array("two".utf8))
        let body = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .send(Self.response(packed)) }
            return try await client.post(upstream.origin).body
        }
        #expect(body == "onetwo")
    }

    @Test func aBodyThatUnfoldsToTooMuchIsRefused() async throws {
        let packed = try Self.pack([UInt8](repeating: 0, count: 64 * 1024 * 1024))
        let kind = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .send(Self.response(packed)) }
            return await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }?.kind
        }
        #expect(kind == .tooLarge)
    }

    @Test func damagedAndShortBodiesAreRefused() async throws {
        let packed = try Self.pack(Array("a text that is long enough to be cut".utf8))
        var damaged = packed
        damaged[packed.count - 6] ^= 0xFF
        let bodies = [damaged, Array(packed.dropLast(9)), Array("plain".utf8)]
        let kinds = try await withClient { client in
            var kinds: [ClientFailure.Kind?] = []
            for body in bodies {
                let upstream = try LoopUpstream(client.loop) { _ in .send(Self.response(body)) }
                kinds.append(
                    await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }?.kind)
            }
            return kinds
        }
        #expect(kinds == [.malformed, .truncated, .malformed])
    }

    @Test func anEmptyBodyMayClaimToBePacked() async throws {
        let body = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .send(Self.response([])) }
            return try await client.post(upstream.origin).body
        }
        #expect(body.isEmpty)
    }
}
