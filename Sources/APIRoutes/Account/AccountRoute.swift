import HTTPWire

/// The routes of credits, activity, export and backup: all for management keys.
///
/// `/credits` and `/activity` are OpenRouter's. The others are ours, at paths that it does not have.
enum AccountRoute: String, CaseIterable {
    case credits = "/credits"
    case grants = "/credits/grants"
    case adjustments = "/credits/adjustments"
    case ledger = "/credits/ledger"
    /// Gone for ever; some clients still ask.
    case coinbase = "/credits/coinbase"
    case activity = "/activity"
    case exportGenerations = "/export/generations"
    case exportLedger = "/export/ledger"
    case backup = "/backup"

    var allowed: StaticString {
        takesPOST ? "POST, OPTIONS" : "GET, HEAD, OPTIONS"
    }

    func takes(_ method: HTTPMethod) -> Bool {
        takesPOST ? method == .post : method == .get || method == .head
    }

    private var takesPOST: Bool {
        switch self {
        case .grants, .adjustments, .coinbase, .backup: true
        case .credits, .ledger, .activity, .exportGenerations, .exportLedger: false
        }
    }
}
