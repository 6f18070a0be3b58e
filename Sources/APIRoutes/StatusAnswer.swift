import Buffers
import JSONText

/// The body of `/health` and `/ready`.
enum StatusAnswer {
    /// Appends one line of JSON.
    ///
    /// - Parameters:
    ///   - reasons: why no requests should be sent here; a sentence each.
    ///   - warnings: what somebody should look into all the same; a sentence each.
    static func write(_ isWell: Bool, reasons: [String], warnings: [String], into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.member("status", isWell ? "ok" : "unavailable")
                for (name, sentences) in [("reasons" as StaticString, reasons), ("warnings", warnings)]
                where !sentences.isEmpty {
                    json.memberArray(name) { json in
                        for sentence in sentences { json.string(sentence) }
                    }
                }
            }
        }
        out.append("\n")
    }
}
