package import Catalog

/// Compares the names callers write in `provider.order`, `only` and `ignore` with endpoints.
package enum EndpointName {
    /// Whether `name` stands for `endpoint`.
    ///
    /// A full tag (`deepinfra/turbo`) stands for that endpoint alone. A plain slug (`deepinfra`) and a display name
    /// (`DeepInfra`) stand for every endpoint of the provider, except those of a service tier (`openai/priority`),
    /// which must be named in full. The case of ASCII letters does not count.
    package static func matches(_ name: String, _ endpoint: Endpoint) -> Bool {
        if equal(name, endpoint.tag) { return true }
        if endpoint.serviceTier != nil { return false }
        return equal(name, endpoint.provider.slug) || equal(name, endpoint.provider.displayName)
    }

    package static func position(of endpoint: Endpoint, in names: [String]) -> Int? {
        names.firstIndex { matches($0, endpoint) }
    }

    private static func equal(_ left: String, _ right: String) -> Bool {
        let left = left.utf8
        let right = right.utf8
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
