/// The list that `martlet models` prints.
enum ModelTable {
    static func text(_ rows: [ModelRow]) -> String {
        let hasProviders = rows.contains { $0.providers != nil }
        var columns: [(String, TextTable.Alignment)] = [
            ("MODEL", .left), ("CONTEXT", .right), ("PROMPT $/M", .right), ("COMPLETION $/M", .right),
        ]
        if hasProviders { columns.append(("PROVIDERS", .left)) }
        var table = TextTable(columns)
        for row in rows {
            var cells = [
                row.id, row.contextLength.map(String.init) ?? "-", perMillion(row.promptPrice),
                perMillion(row.completionPrice),
            ]
            if hasProviders { cells.append(providers(of: row)) }
            table.append(cells)
        }
        return table.text
    }

    /// Who answers; where nobody does, whose key is wanted.
    private static func providers(of row: ModelRow) -> String {
        guard let names = row.providers else { return "-" }
        if !names.isEmpty { return names.joined(separator: ", ") }
        return "no key (\(row.providersWithoutKey.joined(separator: ", ")))"
    }

    /// The price of a million tokens; `varies` for the -1 of routers.
    static func perMillion(_ price: String?) -> String {
        guard let price else { return "-" }
        guard let shifted = PlainDecimal.shifted(price, by: 6) else { return "?" }
        return shifted.hasPrefix("-") ? "varies" : shifted
    }
}
