import Buffers
import Reactor
import Testing

@Suite struct TCPStreamTests {
    @Test func bytesArriveInOrderUnderBackpressure() async throws {
        let total = 8 * 1024 * 1024
        let (isEqual, drains) = try await onLoop { loop in
            let pair = try await StreamPair.connect(on: loop)
            let reader = Collector()
            let writer = Collector()
            pair.server.handler = reader
            pair.client.handler = writer
            pair.client.startReading()
            // Nobody reads yet, so the kernel's buffers fill and the rest stays with the stream.
            var written = 0
            while written < total {
                let piece = [UInt8]((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &+ written / 65_536) })
                pair.client.out.append(piece)
                written += piece.count
                pair.client.setNeedsFlush()
            }
            await loop.sleep(ms: 5)
            #expect(pair.client.backlog > ReactorLimits.highWaterBytes)
            pair.server.startReading()
            await reader.waitForBytes(total)
            var isEqual = reader.bytes.count == total
            for offset in stride(from: 0, to: total, by: 4099) {
                let expected = UInt8(truncatingIfNeeded: offset % 65_536 &+ offset / 65_536)
                if reader.bytes.bytes[offset] != expected { isEqual = false }
            }
            while writer.drains == 0 { await writer.waiter.wait() }
            pair.client.close()
            await reader.waitForEnd()
            return (isEqual, writer.drains)
        }
        #expect(isEqual)
        #expect(drains == 1)
    }

    @Test func vectoredSendsKeepOrderAcrossPartialWrites() async throws {
        let text = try await onLoop { loop in
            let pair = try await StreamPair.connect(on: loop)
            let reader = Collector()
            pair.server.handler = reader
            pair.server.startReading()
            let big = UnsafeMutableRawBufferPointer.allocate(byteCount: 6 * 1024 * 1024, alignment: 1)
            defer { big.deallocate() }
            for index in 0..<big.count { big[index] = UInt8(ascii: "x") }
            var small = ByteBuffer()
            small.append("small;")
            pair.client.out.append("head;")
            try await pair.client.send([small.bytes, UnsafeRawBufferPointer(big), small.bytes])
            pair.client.out.append("tail")
            pair.client.setNeedsFlush()
            await reader.waitForBytes(big.count + 21)
            return reader.bytes.text
        }
        #expect(text.hasPrefix("head;small;xxx"))
        #expect(text.hasSuffix("xxxsmall;tail"))
        #expect(text.utf8.count == 6 * 1024 * 1024 + 21)
    }

    @Test func aRefusedConnectionSaysSo() async throws {
        let error = try await onLoop { loop in
            let bound = try ListeningSocket.bind(SocketAddress(ip: "127.0.0.1", port: 0)!, count: 0)
            do throws(StreamError) {
                try await TCPStream(loop: loop).connect(to: bound.address)
                return StreamError(code: 0)
            } catch {
                return error
            }
        }
        #expect(error == .refused)
        #expect(error.description == "connection refused")
    }

    @Test func closingResumesEveryone() async throws {
        let ends = try await onLoop { loop in
            let pair = try await StreamPair.connect(on: loop)
            let local = Collector()
            let remote = Collector()
            pair.client.handler = local
            pair.server.handler = remote
            pair.client.startReading()
            pair.server.startReading()
            pair.client.close()
            await local.waitForEnd()
            await remote.waitForEnd()
            return [local.end, remote.end]
        }
        #expect(ends == [.cancelled, .endOfFile])
    }

    @Test func aSendToAClosedPeerFailsInsteadOfHanging() async throws {
        let failed = try await onLoop { loop in
            let pair = try await StreamPair.connect(on: loop)
            pair.server.reset()
            let big = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 * 1024 * 1024, alignment: 1)
            defer { big.deallocate() }
            big.initializeMemory(as: UInt8.self, repeating: 7)
            do {
                try await pair.client.send([UnsafeRawBufferPointer(big)])
                return false
            } catch {
                return true
            }
        }
        #expect(failed)
    }

    @Test func closesAfterTheLastByteWasSent() async throws {
        let count = try await onLoop { loop in
            let pair = try await StreamPair.connect(on: loop)
            let reader = Collector()
            pair.server.handler = reader
            pair.client.out.append([UInt8](repeating: 1, count: 4 * 1024 * 1024))
            pair.client.closeWhenFlushed()
            await loop.sleep(ms: 2)
            pair.server.startReading()
            await reader.waitForEnd()
            return reader.bytes.count
        }
        #expect(count == 4 * 1024 * 1024)
    }

    @Test(arguments: [("127.0.0.1", false), ("::1", true), ("[::1]", true)])
    func parsesAddresses(_ text: String, _ isIPv6: Bool) throws {
        let address = try #require(SocketAddress(ip: text, port: 8080))
        #expect(address.isIPv6 == isIPv6)
        #expect(address.port == 8080)
        #expect(SocketAddress(ip: "localhost", port: 1) == nil)
    }

    @Test func aPortInUseIsRefused() throws {
        let address = SocketAddress(ip: "127.0.0.1", port: 0)!
        let first = try ListeningSocket.bind(address, count: 2)
        #expect(first.descriptors.count == 2)
        #expect(throws: StreamError.addressInUse) { try ListeningSocket.bind(first.address, count: 1) }
    }
}
