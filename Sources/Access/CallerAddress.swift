/// Whose address a request came from, where proxies stand in front of the server.
package enum CallerAddress {
    /// The address that `allowed_ips` of a key are compared with.
    ///
    /// Each proxy writes behind what it received from whom it received it, so that only the right end of the list is
    /// written by proxies that are known; whatever stands left of the first address that is none of them is what the
    /// caller says about itself.
    ///
    /// - Parameters:
    ///   - peer: the other end of the connection; nil where it is not known.
    ///   - forwarded: the values of `X-Forwarded-For`, in the order of the request's fields; asked for only when the
    ///     peer is a proxy.
    ///   - proxies: whose word is taken.
    /// - Returns: nil where a known proxy names what is no address: nobody knows who that is.
    package static func address(
        peer: IPAddress?, forwarded: () -> [String], proxies: [IPNetwork]
    ) -> IPAddress? {
        guard var address = peer else { return nil }
        guard isProxy(address, proxies) else { return address }
        for value in forwarded().reversed() {
            for part in value.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard let next = IPAddress(trimmed(part)) else { return nil }
                address = next
                if !isProxy(address, proxies) { return address }
            }
        }
        return address
    }

    private static func isProxy(_ address: IPAddress, _ proxies: [IPNetwork]) -> Bool {
        proxies.contains { $0.contains(address) }
    }

    private static func trimmed(_ part: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let first = part.firstIndex(where: { !isBlank($0) }), let last = part.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(part[first...last])
    }
}
