package import Reactor

/// In which order the addresses of a host are tried.
package enum AddressOrder {
    /// Alternates between the families, beginning with that of the first address, which the resolver preferred
    /// (RFC 8305, section 4); within a family the resolver's order stays.
    package static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first else { return [] }
        var preferred = addresses.filter { $0.isIPv6 == first.isIPv6 }[...]
        var others = addresses.filter { $0.isIPv6 != first.isIPv6 }[...]
        var result: [SocketAddress] = []
        result.reserveCapacity(addresses.count)
        while !preferred.isEmpty || !others.isEmpty {
            if let address = preferred.popFirst() { result.append(address) }
            if let address = others.popFirst() { result.append(address) }
        }
        return result
    }
}
