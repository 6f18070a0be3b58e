import Configuration

/// What an import says about one place of its source.
package struct ImportRemark: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Nothing of it is in the result.
        case dropped
        /// It is in the result and works in another way.
        case changed
        /// Something to do before the result is used.
        case attention
    }

    package let kind: Kind
    /// 1-based, in the source.
    package let line: Int
    /// Such as `model_list[2] (gpt-4o).litellm_params.seed`.
    package let path: String
    /// Never holds a value of the source that may be a secret.
    package let reason: String
}

/// Collects the remarks of one import.
final class ImportLog {
    private(set) var remarks: [ImportRemark] = []

    func dropped(_ line: Int, _ path: String, _ reason: String) { add(.dropped, line, path, reason) }
    func changed(_ line: Int, _ path: String, _ reason: String) { add(.changed, line, path, reason) }
    func attention(_ line: Int, _ path: String, _ reason: String) { add(.attention, line, path, reason) }

    /// Reports everything of a mapping that nobody took.
    func dropRest(of mapping: SourceMapping, _ reasons: [String: String]) {
        for entry in mapping.rest {
            dropped(
                entry.line, "\(mapping.path).\(entry.key)",
                reasons[entry.key] ?? "no counterpart")
        }
    }

    private func add(_ kind: ImportRemark.Kind, _ line: Int, _ path: String, _ reason: String) {
        remarks.append(ImportRemark(kind: kind, line: line, path: path, reason: reason))
    }
}
