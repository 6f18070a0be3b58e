import Accounting
import Activity
import Buffers
import Completions
import JSONText

/// What a management key wants of the ledger: the body of `POST /credits/grants` and `/credits/adjustments`, checked.
struct LedgerRequest: Equatable {
    enum Purpose {
        case grant
        /// A refund where a generation is named.
        case adjustment
    }

    let amount: Credits?
    let generationID: GenerationID?
    let reason: String
    let idempotencyKey: String?

    /// - Parameter key: the `Idempotency-Key` field of the request; the body's own wins.
    init(_ root: JSONValue, for purpose: Purpose, key: String? = nil) throws(APIError) {
        guard root.kind == .object else {
            throw APIError(.invalidRequest, "The request body must be a JSON object.")
        }
        try Self.checkNames(root, purpose)
        let generation = root["generation_id"].flatMap { $0.isNull ? nil : $0 }
        if let generation {
            guard let text = generation.string, let id = GenerationID(text) else {
                throw .invalid("generation_id", "'generation_id' must be the id of a generation, such as gen-….")
            }
            generationID = id
        } else {
            generationID = nil
        }
        amount = try Self.amount(root["amount"], isRefund: generation != nil, purpose)
        reason = try Self.reason(root["reason"], purpose)
        idempotencyKey = try Self.key(root["idempotency_key"], key)
    }

    private static func checkNames(_ root: JSONValue, _ purpose: Purpose) throws(APIError) {
        let known =
            ["amount", "reason", "idempotency_key"] + (purpose == .adjustment ? ["generation_id"] : [])
        if let repeated = root.firstRepeatedKey?.key.string {
            throw .invalid(repeated, "'\(repeated)' appears more than once; send each key once.")
        }
        for member in root.members where !known.contains(member.key.string) {
            let name = String(member.key.string.prefix(64))
            throw .invalid(name, "'\(name)' is not known here; there are \(known.joined(separator: ", ")).")
        }
    }

    private static func amount(
        _ value: JSONValue?, isRefund: Bool, _ purpose: Purpose
    ) throws(APIError) -> Credits? {
        guard let value, !value.isNull else {
            if isRefund { return nil }
            throw .invalid("amount", "'amount' is missing; send an amount of US dollars such as 12.50.")
        }
        let amount: Credits? =
            switch value.kind {
            case .number: Credits(exactly: value.rawText)
            case .string: value.string.flatMap { Credits(exactly: $0) }
            default: nil
            }
        guard let amount else {
            throw .invalid("amount", "'amount' must be a number of US dollars with at most nine decimals.")
        }
        guard amount.nanos.magnitude <= AccountLimits.amountMax.magnitude else {
            throw .invalid("amount", "'amount' may be at most 1000000000 at once.")
        }
        if purpose == .grant || isRefund, amount <= .zero { throw .invalid("amount", "'amount' must be positive.") }
        if amount == .zero { throw .invalid("amount", "'amount' must not be zero.") }
        return amount
    }

    private static func reason(_ value: JSONValue?, _ purpose: Purpose) throws(APIError) -> String {
        guard let value, !value.isNull else {
            if purpose == .grant { return "grant" }
            throw .invalid("reason", "'reason' is missing; say why, for whoever reads the ledger.")
        }
        guard let text = value.string, value.kind == .string else {
            throw .invalid("reason", "'reason' must be a string.")
        }
        guard text.utf8.contains(where: { $0 > UInt8(ascii: " ") }) else {
            throw .invalid("reason", "'reason' is empty; say why, for whoever reads the ledger.")
        }
        guard text.unicodeScalars.count <= AccountLimits.reasonCharacters else {
            throw .invalid("reason", "'reason' may be at most \(AccountLimits.reasonCharacters) characters long.")
        }
        return text
    }

    private static func key(_ value: JSONValue?, _ field: String?) throws(APIError) -> String? {
        var text = field
        if let value, !value.isNull {
            guard value.kind == .string else {
                throw .invalid("idempotency_key", "'idempotency_key' must be a string.")
            }
            text = value.string
        }
        guard let text else { return nil }
        let isVisible = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isVisible, (1...AccountLimits.idempotencyKeyBytes).contains(text.utf8.count) else {
            throw .invalid(
                "idempotency_key",
                "'idempotency_key' must be 1 to \(AccountLimits.idempotencyKeyBytes) visible ASCII characters.")
        }
        return text
    }
}

extension JSONValue {
    /// The value as it was written.
    fileprivate var rawText: String {
        var text = ByteBuffer()
        copyRaw(into: &text)
        return text.text
    }
}
