import Accounting
import Catalog

extension ConfigurationReader {
    /// `byok: {fee_percent, secret_key}`.
    mutating func ownKeys(_ node: YAMLNode?) -> Configuration.OwnKeys {
        var ownKeys = Configuration.OwnKeys()
        guard let node, let values = mapping(node, .ownKeys) else { return ownKeys }
        if let value = values["fee_percent"], let text = text(value, "fee_percent") {
            if let fee = FeeShare(percent: text) {
                ownKeys.fee = fee
            } else {
                report(
                    value.line, "fee_percent must be a number from 0 to 100 with at most four decimals\(given(value))")
            }
        }
        if let value = values["secret_key"], let text = text(value, "secret_key"), !text.isEmpty {
            if text.utf8.count >= ConfigurationLimits.secretKeyBytesMin {
                ownKeys.secretKey = Secret(text)
            } else {
                report(
                    value.line,
                    "secret_key must have at least \(ConfigurationLimits.secretKeyBytesMin) characters that nobody can "
                        + "guess, such as openssl rand -base64 32 gives")
            }
        }
        return ownKeys
    }
}
