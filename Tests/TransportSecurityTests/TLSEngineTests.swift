import Buffers
import TestSupport
import Testing
import TransportSecurity

@Suite struct TLSEngineTests {
    @Test func carriesBytesBothWays() throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        pair.shakeHands()
        #expect(pair.client.state == .open)
        #expect(pair.server.state == .open)
        pair.toServer(EnginePair.sealed(Array("request".utf8), by: pair.client))
        pair.toClient(EnginePair.sealed(Array("answer".utf8), by: pair.server))
        #expect(pair.serverReceived == Array("request".utf8))
        #expect(pair.clientReceived == Array("answer".utf8))
    }

    /// The handshake and a record survive any size of arrivals.
    @Test(arguments: [1, 2, 3, 7, 64, 333, 1000])
    func survivesPiecesOfAnySize(_ size: Int) throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        pair.shakeHands { Splits.pieces($0, of: size) }
        #expect(pair.client.state == .open)
        let text = [UInt8](repeating: 7, count: 20_000)
        for piece in Splits.pieces(EnginePair.sealed(text, by: pair.client), of: size) { pair.toServer(piece) }
        #expect(pair.serverReceived == text)
    }

    @Test func survivesEveryCutOfTwoRecords() throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        pair.shakeHands()
        var expected: [UInt8] = []
        var cut = 0
        while true {
            let records = EnginePair.sealed([UInt8(cut)], by: pair.client) + EnginePair.sealed([255], by: pair.client)
            pair.toServer(Array(records[..<cut]))
            pair.toServer(Array(records[cut...]))
            expected += [UInt8(cut), 255]
            #expect(pair.serverReceived == expected)
            if cut == records.count { break }
            cut += 1
        }
    }

    @Test func smallRecordsOfOneReadAreDeliveredTogether() throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        pair.shakeHands()
        var records: [UInt8] = []
        for index in 0..<50 { records += EnginePair.sealed([UInt8(index)], by: pair.client) }
        var deliveries: [Int] = []
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 * 1024, alignment: 8)
        defer { scratch.deallocate() }
        records.withUnsafeBytes { raw in
            pair.server.receive(raw, scratch: scratch) {
                deliveries.append($0.count)
                return true
            }
        }
        #expect(deliveries == [50])
    }

    @Test func aBulkLargerThanTheScratchArrivesWhole() throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        pair.shakeHands()
        let bulk = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        pair.toServer(EnginePair.sealed(bulk, by: pair.client))
        #expect(pair.serverReceived == bulk)
    }

    @Test func nothingIsDeliveredOnceTheHandlerClosed() throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        pair.shakeHands()
        let bulk = EnginePair.sealed([UInt8](repeating: 1, count: 200_000), by: pair.client)
        var deliveries = 0
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 * 1024, alignment: 8)
        defer { scratch.deallocate() }
        bulk.withUnsafeBytes { raw in
            pair.server.receive(raw, scratch: scratch) { _ in
                deliveries += 1
                return false
            }
        }
        #expect(deliveries == 1)
    }

    @Test func sealingBeforeTheHandshakeTakesNothing() throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        #expect(EnginePair.sealed([1], by: pair.client).isEmpty)
        #expect(EnginePair.sealed([1], by: pair.server).isEmpty)
    }

    @Test func goodbyeIsTheEndAndItsLackATruncation() throws {
        let polite = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        polite.shakeHands()
        polite.toClient(EnginePair.sealed([1], by: polite.server) + EnginePair.goodbye(of: polite.server))
        #expect(polite.clientReceived == [1])
        #expect(polite.client.state == .ended)
        #expect(EnginePair.goodbye(of: polite.server).isEmpty)
        polite.client.endOfInput()
        #expect(polite.client.state == .ended)

        let rude = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        rude.shakeHands()
        rude.client.endOfInput()
        #expect(rude.clientFailure?.kind == .truncated)
    }

    @Test func garbageIsAFailureAndNotACrash() throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        pair.shakeHands()
        var record = EnginePair.sealed([1, 2, 3], by: pair.server)
        record[record.count - 1] ^= 1
        pair.toClient(record)
        #expect(pair.clientFailure?.kind == .protocolError)
        #expect(pair.clientReceived.isEmpty)

        let early = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        early.client.start()
        early.toClient(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        #expect(early.clientFailure?.kind == .handshake)
    }

    @Test func endDuringTheHandshakeIsNamed() throws {
        let pair = try EnginePair(client: EnginePair.clientContext(), server: EnginePair.serverContext())
        pair.client.start()
        pair.client.endOfInput()
        #expect(pair.clientFailure?.reason == "The connection ended during the TLS handshake with up.test.")
    }

    // MARK: Verification

    private static let certificates = TestCertificates.shared

    static let refusals: [(TestCertificates.Pair, String, String)] = [
        (certificates.expired, "up.test", "The certificate of up.test has expired."),
        (
            certificates.wrongHost, "up.test",
            "The certificate presented for up.test is for another host name."
        ),
        (
            certificates.valid, "127.0.0.2",
            "The certificate presented for 127.0.0.2 is for another address."
        ),
        (
            certificates.valid, "deep.below.wild.test",
            "The certificate presented for deep.below.wild.test is for another host name."
        ),
        (
            certificates.selfSigned, "up.test",
            "The certificate of up.test is self-signed and not among the trusted ones."
        ),
        (
            certificates.unknownIssuer, "up.test",
            "The certificate of up.test was issued by an authority that is not trusted here."
        ),
    ]

    @Test(arguments: refusals)
    func refusesBadCertificates(_ pair: TestCertificates.Pair, _ host: String, _ reason: String) throws {
        let engines = try EnginePair(
            client: EnginePair.clientContext(), server: EnginePair.serverContext(pair), host: host)
        engines.shakeHands()
        #expect(engines.clientFailure?.kind == .verification)
        #expect(engines.clientFailure?.reason == reason)
        #expect(EnginePair.sealed([1], by: engines.client).isEmpty)
        if case .open = engines.server.state { Issue.record("the server believes in the connection") }
    }

    @Test(arguments: ["up.test", "UP.TEST", "a.wild.test", "127.0.0.1", "::1"])
    func acceptsNamesAndAddressesOfTheCertificate(_ host: String) throws {
        let engines = try EnginePair(
            client: EnginePair.clientContext(), server: EnginePair.serverContext(), host: host)
        engines.shakeHands()
        #expect(engines.client.state == .open)
    }

    @Test func aClientWithoutTheAuthorityRefuses() throws {
        let engines = try EnginePair(
            client: TLSContext(.client(authoritiesFile: nil)), server: EnginePair.serverContext())
        engines.shakeHands()
        #expect(engines.clientFailure?.kind == .verification)
    }

    @Test(arguments: ["", "a\nb", "up.test\0.evil.test", "ü.test"])
    func hostsThatCannotBeVerifiedAreRefused(_ host: String) throws {
        #expect(throws: TLSFailure.self) {
            _ = try TLSEngine(client: EnginePair.clientContext(), host: host, sessions: nil)
        }
    }

    // MARK: Sessions

    @Test func resumesTheLastSession() throws {
        let client = try EnginePair.clientContext()
        let server = try EnginePair.serverContext()
        let slot = TLSSessionSlot()
        for round in 0..<3 {
            let pair = try EnginePair(client: client, server: server, sessions: slot)
            pair.shakeHands()
            #expect(pair.client.state == .open)
            #expect(pair.client.isResumed == (round > 0))
            // Tickets come with the server's first bytes.
            pair.toClient(EnginePair.sealed([1], by: pair.server))
            #expect(!slot.isEmpty)
        }
    }

    @Test func aFailedHandshakeForgetsTheSession() throws {
        let client = try EnginePair.clientContext()
        let slot = TLSSessionSlot()
        let first = try EnginePair(client: client, server: EnginePair.serverContext(), sessions: slot)
        first.shakeHands()
        first.toClient(EnginePair.sealed([1], by: first.server))
        let second = try EnginePair(
            client: client, server: EnginePair.serverContext(TestCertificates.shared.expired), sessions: slot)
        second.shakeHands()
        #expect(second.clientFailure?.kind == .verification)
        #expect(slot.isEmpty)
    }

    @Test func aNewContextReadsTheFilesAgainAndAnOldOneKeepsWhatItHas() throws {
        let shared = TestCertificates.shared
        let files = FilePair(directory: shared.directory, name: "reloaded")
        try files.copy(from: shared.valid)
        let context = try TLSContext(.server(certificateFile: files.certificate, keyFile: files.key))
        try files.copy(from: shared.expired)
        let reloaded = try TLSContext(.server(certificateFile: files.certificate, keyFile: files.key))
        let old = try EnginePair(client: EnginePair.clientContext(), server: context)
        old.shakeHands()
        #expect(old.client.state == .open)
        let new = try EnginePair(client: EnginePair.clientContext(), server: reloaded)
        new.shakeHands()
        #expect(new.clientFailure?.reason == "The certificate of up.test has expired.")
    }

    @Test func aKeyOfAnotherCertificateIsRefused() {
        let shared = TestCertificates.shared
        #expect(throws: TLSFailure.self) {
            _ = try TLSContext(.server(certificateFile: shared.valid.certificate, keyFile: shared.expired.key))
        }
    }
}
