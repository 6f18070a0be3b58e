import Access
import Testing

@Suite struct CallerAddressTests {
    static let proxies = ["10.0.0.0/8", "2001:db8::/32"]

    @Test(
        arguments: [
            // The peer, what it forwards, whom the request is from.
            ("192.0.2.7", [], "192.0.2.7"),
            ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),
            ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["198.51.100.1, 10.0.0.2,10.0.0.3"], "198.51.100.1"),
            ("10.0.0.1", ["203.0.113.9", "198.51.100.1", "10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", [" 198.51.100.1\t"], "198.51.100.1"),
            ("10.0.0.1", ["nonsense, 198.51.100.1"], "198.51.100.1"),
            ("2001:db8::1", ["2001:db9::7"], "2001:db9::7"),
            ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            // From a proxy itself.
            ("10.0.0.1", [], "10.0.0.1"), ("10.0.0.1", ["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
            // Nobody knows who that is.
            ("10.0.0.1", [""], nil), ("10.0.0.1", ["198.51.100.1,"], nil), ("10.0.0.1", ["unknown"], nil),
            ("10.0.0.1", ["198.51.100.1:4711"], nil), ("10.0.0.1", ["[2001:db9::7]"], nil),
            ("10.0.0.1", ["198.51.100.1, _hidden, 10.0.0.2"], nil), ("10.0.0.1", ["198.51.100.01"], nil),
            ("nowhere", ["198.51.100.1"], nil),
        ] as [(String, [String], String?)])
    func theRightmostThatIsNoProxy(_ peer: String, _ forwarded: [String], _ expected: String?) {
        let address = CallerAddress.address(
            peer: IPAddress(peer), forwarded: { forwarded }, proxies: Self.proxies.compactMap { IPNetwork($0) })
        #expect(address == expected.flatMap { IPAddress($0) })
    }

    @Test func withoutProxiesNothingIsRead() {
        let peer = IPAddress("192.0.2.7")
        var wasAsked = false
        let address = CallerAddress.address(
            peer: peer,
            forwarded: {
                wasAsked = true
                return []
            }, proxies: [])
        #expect(address == peer && !wasAsked)
    }
}
