import Completions
import JSONText

/// Notes the members of one object that may have to go, each with the comma that goes with it.
///
/// A member behind one that stays takes the comma before it; members at the object's beginning take the comma behind
/// them. So any subset of the noted members can be cut, and cuts never overlap. At least one member must stay.
struct MemberCuts {
    private var previousEnd: Int?
    private var isLeading = true
    /// The index of a leading cut whose end is not known yet.
    private var open: Int?

    /// Takes the members of the object in order; `cut` is nil for one that stays.
    mutating func visit(
        _ member: JSONMember, cut kind: RequestLayout.Extra.Kind?, into extras: inout [RequestLayout.Extra]
    ) {
        if let open {
            extras[open].range = extras[open].range.lowerBound..<member.range.lowerBound
            self.open = nil
        }
        if let kind {
            let start = isLeading ? member.range.lowerBound : previousEnd ?? member.range.lowerBound
            if isLeading { open = extras.count }
            extras.append(
                RequestLayout.Extra(kind: kind, range: start..<member.range.upperBound, key: member.key.range))
        } else {
            isLeading = false
        }
        previousEnd = member.range.upperBound
    }
}
