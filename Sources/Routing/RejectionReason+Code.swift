import Completions

/// The form in stored decisions: a number that is never given another meaning, and one for what belongs to the reason.
extension RejectionReason {
    var code: UInt8 {
        switch self {
        case .notInOnly: 1
        case .ignored: 2
        case .fallbacksForbidden: 3
        case .contextTooSmall: 4
        case .outputCapTooSmall: 5
        case .modalityUnsupported: 6
        case .parametersUnsupported: 7
        case .collectsData: 8
        case .retainsData: 9
        case .quantizationExcluded: 10
        case .tooExpensive: 11
        case .forbiddenToKey: 12
        case .tierNotAsked: 13
        case .lacksPreferred: 14
        case .quotaExhausted: 15
        case .notDistillable: 16
        case .searchUnsupported: 17
        case .ownKeyRequired: 18
        case .notFree: 19
        case .featuresUnsupported: 20
        }
    }

    var detail: UInt64 {
        switch self {
        case .contextTooSmall(let length): UInt64(max(0, length))
        case .outputCapTooSmall(let cap): UInt64(max(0, cap))
        case .parametersUnsupported(let fields), .lacksPreferred(let fields), .featuresUnsupported(let fields):
            fields.rawValue
        case .notInOnly, .ignored, .fallbacksForbidden, .modalityUnsupported, .collectsData, .retainsData,
            .quantizationExcluded, .tooExpensive, .forbiddenToKey, .tierNotAsked, .quotaExhausted, .notDistillable,
            .searchUnsupported, .ownKeyRequired, .notFree:
            0
        }
    }

    init?(code: UInt8, detail: UInt64) {
        switch code {
        case 1: self = .notInOnly
        case 2: self = .ignored
        case 3: self = .fallbacksForbidden
        case 4: self = .contextTooSmall(contextLength: Int(clamping: detail))
        case 5: self = .outputCapTooSmall(maxCompletionTokens: Int(clamping: detail))
        case 6: self = .modalityUnsupported
        case 7: self = .parametersUnsupported(RequestFieldSet(rawValue: detail))
        case 8: self = .collectsData
        case 9: self = .retainsData
        case 10: self = .quantizationExcluded
        case 11: self = .tooExpensive
        case 12: self = .forbiddenToKey
        case 13: self = .tierNotAsked
        case 14: self = .lacksPreferred(RequestFieldSet(rawValue: detail))
        case 15: self = .quotaExhausted
        case 16: self = .notDistillable
        case 17: self = .searchUnsupported
        case 18: self = .ownKeyRequired
        case 19: self = .notFree
        case 20: self = .featuresUnsupported(RequestFieldSet(rawValue: detail))
        default: return nil
        }
    }
}
