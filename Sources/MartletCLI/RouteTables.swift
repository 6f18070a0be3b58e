import Buffers
import JSONText

/// The tables that plans are shown as.
enum RouteTables {
    static func candidates(_ candidates: JSONValue) -> String {
        var table = TextTable([
            ("#", .right), ("ENDPOINT", .left), ("MODEL", .left), ("EXPECTED $", .right), ("FIRST", .right),
            ("REQUESTS", .right), ("OK", .right), ("TTFT MS", .right), ("TOK/S", .right), ("NOTES", .left),
        ])
        for candidate in candidates.elements {
            let health = candidate["health"]
            table.append([
                "\(candidate["position"]?.integer ?? 0)", candidate["tag"]?.string ?? "",
                candidate["model"]?.string ?? "", rawText(candidate["expected_cost"]),
                percent(candidate["share"]?.double), health?["requests"]?.integer.map { "\($0)" } ?? "-",
                percent((health?["success_rate"] ?? health?["expected_success"])?.double),
                whole(health?["ttft_ms_p50"]?.double),
                whole(health?["throughput_p50"]?.double),
                notes(candidate),
            ])
        }
        return table.text
    }

    static func rejections(_ rejected: JSONValue) -> String {
        var table = TextTable([("LEFT OUT", .left), ("MODEL", .left), ("REASON", .left), ("WHY", .left)])
        for rejection in rejected.elements {
            table.append([
                rejection["tag"]?.string ?? "", rejection["model"]?.string ?? "", rejection["reason"]?.string ?? "",
                rejection["explanation"]?.string ?? "",
            ])
        }
        return table.text
    }

    private static func rawText(_ value: JSONValue?) -> String {
        guard let value else { return "-" }
        var text = ByteBuffer()
        value.copyRaw(into: &text)
        return text.text
    }

    private static func percent(_ value: Double?) -> String {
        guard let value else { return "-" }
        let tenths = Int((value * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10)%"
    }

    private static func whole(_ value: Double?) -> String {
        value.map { $0.isFinite ? "\(Int($0.rounded()))" : "-" } ?? "-"
    }

    private static func notes(_ candidate: JSONValue) -> String {
        var notes = candidate["standing"]?.elements.compactMap(\.string) ?? []
        // Where a model has one endpoint nothing is put in order, so that no place was lost for it.
        if let trouble = trouble(candidate["health"]?["availability"]?.string), !notes.contains(trouble) {
            notes.append(trouble)
        }
        return notes.joined(separator: ", ")
    }

    /// What keeps an endpoint from being asked, in the words of a standing.
    private static func trouble(_ availability: String?) -> String? {
        switch availability {
        case nil, "available": nil
        case "probing": "probe"
        case "open": "circuit_open"
        case let other: other
        }
    }

    /// Endpoints in the order that another policy gives them, with the places that they had.
    static func replayed(_ candidates: JSONValue) -> String {
        var table = TextTable([
            ("#", .right), ("ENDPOINT", .left), ("MODEL", .left), ("EXPECTED $", .right), ("FIRST", .right),
            ("WAS", .right),
        ])
        for candidate in candidates.elements {
            table.append([
                "\(candidate["position"]?.integer ?? 0)", candidate["tag"]?.string ?? "",
                candidate["model"]?.string ?? "", rawText(candidate["expected_cost"]),
                percent(candidate["share"]?.double), "\(candidate["was"]?.integer ?? 0)",
            ])
        }
        return table.text
    }

    static func attempts(_ attempts: JSONValue) -> String {
        var table = TextTable([
            ("TRIED", .left), ("MODEL", .left), ("STATUS", .right), ("MS", .right), ("FAILURE", .left),
        ])
        for attempt in attempts.elements {
            table.append([
                attempt["provider"]?.string ?? "", attempt["model"]?.string ?? "",
                attempt["status"]?.integer.map { "\($0)" } ?? "-", "\(attempt["latency"]?.integer ?? 0)",
                attempt["error_class"]?.string ?? "",
            ])
        }
        return table.text
    }
}
