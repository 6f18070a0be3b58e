/// The hosts of Bedrock's runtime, one in each region. Source: wire spec 11.
package enum BedrockHost {
    /// The host of a region: `bedrock-runtime.eu-central-1.amazonaws.com`; China's have an ending of their own.
    package static func name(region: String) -> String {
        "bedrock-runtime.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
    }

    /// The region of a host as Amazon names them: `bedrock-runtime.eu-central-1.amazonaws.com`, and with FIPS, VPC
    /// endpoints and China's ending too; nil for other hosts.
    package static func region(of host: String) -> String? {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard let amazon = labels.firstIndex(where: { $0 == "amazonaws" || $0 == "api" }), amazon > 0 else {
            return nil
        }
        for label in labels[..<amazon].reversed() where isRegion(label) { return String(label) }
        return nil
    }

    /// `us-east-1`, `us-gov-west-1`, `ap-southeast-2`
    private static func isRegion(_ label: Substring) -> Bool {
        let parts = label.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 4, let number = parts.last, number.utf8.count <= 2 else { return false }
        let isLetters = { (part: Substring) in !part.isEmpty && part.utf8.allSatisfy { (0x61...0x7A).contains($0) } }
        return parts[0].utf8.count == 2 && parts.dropLast().allSatisfy(isLetters)
            && !number.isEmpty && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
