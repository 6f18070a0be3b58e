import Buffers
import JSONText

/// What `martlet doctor` prints.
struct FindingList {
    private(set) var findings: [Finding] = []

    var hasErrors: Bool { findings.contains { $0.level == .error } }

    mutating func add(_ more: [Finding]) { findings += more }

    var text: String {
        var result = ""
        for finding in findings {
            let mark =
                switch finding.level {
                case .ok: "ok      "
                case .warning: "warning "
                case .error: "ERROR   "
                }
            result += "\(mark) \(finding.area): \(TerminalText.line(finding.sentence))\n"
        }
        return result + conclusion
    }

    private var conclusion: String {
        let errors = findings.count { $0.level == .error }
        let warnings = findings.count { $0.level == .warning }
        if errors > 0 { return "\n\(counted(errors, "problem")) to fix.\n" }
        return warnings > 0 ? "\nNo problems, \(counted(warnings, "warning")).\n" : "\nNo problems.\n"
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    var json: String {
        var buffer = ByteBuffer()
        buffer.appendJSON { json in
            json.object { json in
                json.member("ok", !hasErrors)
                json.memberArray("checks") { json in
                    for finding in findings {
                        json.object { json in
                            json.member("area", finding.area)
                            json.member("level", finding.level.rawValue)
                            json.member("message", finding.sentence)
                        }
                    }
                }
            }
        }
        return TerminalText.clean(buffer.text) + "\n"
    }
}
