import Accounting
import JSONText

extension JSONWriter {
    /// Writes what the provider took from the caller itself; null where it was the operator's key.
    mutating func directCost(of charge: Charge) {
        if let direct = charge.direct {
            member("upstream_inference_cost", nanos: direct.total.nanos)
        } else {
            memberNull("upstream_inference_cost")
        }
    }
}
