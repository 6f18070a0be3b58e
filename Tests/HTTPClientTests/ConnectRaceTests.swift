import HTTPClient
import Reactor
import Testing

@Suite struct ConnectRaceTests {
    @Test func theNextAddressStartsAfterTheStagger() {
        var race = ConnectRace(count: 3, staggerMs: 250)
        #expect(race.next(now: 0) == .start(0))
        #expect(race.next(now: 0) == .wait(until: 250))
        #expect(race.next(now: 249) == .wait(until: 250))
        #expect(race.next(now: 250) == .start(1))
        #expect(race.next(now: 250) == .wait(until: 500))
        #expect(race.next(now: 500) == .start(2))
        #expect(race.next(now: 500) == .wait(until: nil))
    }

    @Test func theNextAddressStartsAtOnceWhenAllHaveFailed() {
        var race = ConnectRace(count: 2, staggerMs: 250)
        #expect(race.next(now: 0) == .start(0))
        race.failed()
        #expect(race.next(now: 3) == .start(1))
        #expect(race.next(now: 3) == .wait(until: nil))
        race.failed()
        #expect(race.next(now: 4) == .giveUp)
    }

    @Test func oneFailureAmongTwoRunningWaitsForTheOther() {
        var race = ConnectRace(count: 2, staggerMs: 10)
        #expect(race.next(now: 0) == .start(0))
        #expect(race.next(now: 10) == .start(1))
        race.failed()
        #expect(race.next(now: 11) == .wait(until: nil))
        race.failed()
        #expect(race.next(now: 12) == .giveUp)
    }

    @Test func withoutAddressesThereIsNothingToTry() {
        var race = ConnectRace(count: 0, staggerMs: 250)
        #expect(race.next(now: 0) == .giveUp)
    }

    @Test(arguments: [
        (["2001:db8::1", "2001:db8::2", "192.0.2.1"], ["2001:db8::1", "192.0.2.1", "2001:db8::2"]),
        (["192.0.2.1", "192.0.2.2", "2001:db8::1"], ["192.0.2.1", "2001:db8::1", "192.0.2.2"]),
        (["192.0.2.2", "192.0.2.1"], ["192.0.2.2", "192.0.2.1"]), ([], []),
    ])
    func familiesAlternate(_ addresses: [String], _ expected: [String]) {
        let ordered = AddressOrder.interleaved(addresses.map { SocketAddress(ip: $0, port: 443)! })
        #expect(ordered.map(\.host) == expected)
    }
}
