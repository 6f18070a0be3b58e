extension IPAddress {
    /// Whether it is a host's on the public internet: nothing of this machine, of its network or of its cloud, and nothing
    /// that stands for many hosts.
    ///
    /// IPv4 is what the registry of special addresses (RFC 6890) does not name. Of IPv6 only what is given out (2000::/3)
    /// counts, and an address behind NAT64 (RFC 6052) is what the IPv4 address in it is; the older ways of putting IPv4
    /// addresses into IPv6 ones (6to4, Teredo, `::a.b.c.d`) are public nowhere.
    package var isPublic: Bool {
        if isIPv4 { return !Self.special4.contains { $0.contains(self) } }
        if Self.nat64.contains(self) { return IPAddress(bits: bits & 0xffff_ffff, isIPv4: true).isPublic }
        return Self.global6.contains(self) && !Self.special6.contains { $0.contains(self) }
    }

    private static let special4 = networks(
        "0.0.0.0/8",  // this network
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  // private
        "100.64.0.0/10",  // between carriers and their customers; Alibaba's metadata
        "127.0.0.0/8",  // loopback
        "168.63.129.16",  // Azure's wire server, which only Azure's machines can reach
        "169.254.0.0/16",  // link-local; metadata of most clouds
        "192.0.0.0/24", "192.88.99.0/24",  // protocols; relays of 6to4
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  // documentation
        "198.18.0.0/15",  // benchmarks
        "224.0.0.0/4", "240.0.0.0/4")  // multicast; reserved, broadcast

    private static let nat64 = network("64:ff9b::/96")
    private static let global6 = network("2000::/3")
    private static let special6 = networks(
        "2001::/23",  // protocols, Teredo
        "2001:db8::/32", "3fff::/20",  // documentation
        "2002::/16")  // 6to4

    private static func networks(_ texts: String...) -> [IPNetwork] { texts.map(network) }

    private static func network(_ text: String) -> IPNetwork {
        guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
        return network
    }
}
