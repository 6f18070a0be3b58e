/// A report as an SVG picture without scripts: for each policy the share of its answers that came from each provider
/// over time, white where requests failed, with success rate and cost beside it. The colours follow the reader's scheme.
package struct SimulationPlot {
    private static let left = 132
    private static let chartWidth = 560
    private static let rowHeight = 52
    private static let rowStep = 66
    private static let top = 96
    private static let figures = left + chartWidth + 20
    private static let width = figures + 236
    private static let columns = 140
    /// Told apart by people with any colour vision (Okabe and Ito), in both schemes.
    private static let colours = 8

    private let report: SimulationReport
    private let seconds: Int
    private let count: Int
    private var text = ""

    private init(_ report: SimulationReport) {
        self.report = report
        count = report.scenario.providers.count
        seconds = Int((report.scenario.durationMs + 999) / 1_000)
    }

    package static func svg(_ report: SimulationReport) -> String {
        var plot = SimulationPlot(report)
        plot.draw()
        return plot.text
    }

    private mutating func draw() {
        let height = Self.top + report.results.count * Self.rowStep + 44
        text += """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(height)" role="img" \
            font-family="system-ui, sans-serif" font-size="12">
            <title>\(Self.escaped(title))</title>
            <style>
            svg { --ink: #1b1f24; --soft: #667080; --paper: #ffffff; --line: #d5dae1; --event: #0000000f; }
            @media (prefers-color-scheme: dark) {
            svg { --ink: #e8eaee; --soft: #98a2b3; --paper: #14171c; --line: #3a414d; --event: #ffffff14; } }
            text { fill: var(--ink); } .soft { fill: var(--soft); } .end { text-anchor: end; }
            .middle { text-anchor: middle; } .name { font-weight: 600; } .event { fill: var(--event); }
            .frame { fill: none; stroke: var(--line); }
            .c0 { fill: #0072b2; } .c1 { fill: #e69f00; } .c2 { fill: #009e73; } .c3 { fill: #cc79a7; }
            .c4 { fill: #56b4e9; } .c5 { fill: #d55e00; } .c6 { fill: #b5a800; } .c7 { fill: #888888; }
            </style>
            <rect width="100%" height="100%" fill="var(--paper)"/>
            <text x="16" y="28" font-size="15" class="name">\(Self.escaped(title))</text>

            """
        drawLegend()
        drawHeads()
        for (row, result) in report.results.enumerated() { draw(result, y: Self.top + row * Self.rowStep) }
        drawAxis(y: Self.top + report.results.count * Self.rowStep)
        text += "</svg>\n"
    }

    private var title: String {
        report.scenario.title.isEmpty ? "Answers by provider over time" : report.scenario.title
    }

    private mutating func drawLegend() {
        var x = Self.left
        for (index, provider) in report.scenario.providers.enumerated().prefix(Self.colours) {
            text += """
                <rect x="\(x)" y="45" width="11" height="11" class="c\(index)"/>\
                <text x="\(x + 16)" y="55">\(Self.escaped(provider.slug))</text>

                """
            x += 34 + provider.slug.count * 7
        }
        text += "<text x=\"\(x)\" y=\"55\" class=\"soft\">grey bands: events of any provider</text>\n"
    }

    private mutating func drawHeads() {
        let y = Self.top - 12
        text += """
            <text x="\(Self.figures + 68)" y="\(y)" class="soft end">answered</text>\
            <text x="\(Self.figures + 150)" y="\(y)" class="soft end">cost / oracle</text>\
            <text x="\(Self.figures + 224)" y="\(y)" class="soft end">TTFT p99</text>

            """
    }

    private mutating func draw(_ result: PolicyResult, y: Int) {
        let middle = y + Self.rowHeight / 2 + 4
        let ratio = report.costRatio(result).map { FigureText.decimal($0, places: 3) } ?? "-"
        let ttft = result.ttftMsP99.map { FigureText.decimal($0 / 1_000, places: 2) + " s" } ?? "-"
        text += "<text x=\"16\" y=\"\(middle)\" class=\"name\">\(result.policy.rawValue)</text>\n"
        drawEvents(y: y)
        for index in 0..<count { drawArea(result, index, y: y) }
        text += """
            <rect x="\(Self.left)" y="\(y)" width="\(Self.chartWidth)" height="\(Self.rowHeight)" class="frame"/>
            <text x="\(Self.figures + 68)" y="\(middle)" class="end">\(FigureText.percent(result.successRate))</text>\
            <text x="\(Self.figures + 150)" y="\(middle)" class="end">\(ratio)</text>\
            <text x="\(Self.figures + 224)" y="\(middle)" class="end">\(ttft)</text>

            """
    }

    private mutating func drawEvents(y: Int) {
        for event in report.scenario.providers.flatMap(\.events) where event.atMs < report.scenario.durationMs {
            let from = x(Double(event.atMs) / 1_000)
            let to = x(min(Double(event.endMs) / 1_000, Double(seconds)))
            text += """
                <rect x="\(Self.tenths(from))" y="\(y)" width="\(Self.tenths(to - from))" height="\(Self.rowHeight)" \
                class="event"/>

                """
        }
    }

    private func x(_ second: Double) -> Double {
        Double(Self.left) + second / Double(seconds) * Double(Self.chartWidth)
    }

    /// One provider's answers, stacked on those of the providers before it; the row's height is what was asked.
    private mutating func drawArea(_ result: PolicyResult, _ provider: Int, y: Int) {
        let columns = min(Self.columns, seconds)
        let width = Double(Self.chartWidth) / Double(columns)
        let bottom = Double(y + Self.rowHeight)
        var upper = ""
        var lower = ""
        var isEmpty = true
        for column in 0..<columns {
            let range = column * seconds / columns..<(column + 1) * seconds / columns
            let asked = report.oracle.perSecond[range.lowerBound * count..<range.upperBound * count].reduce(0, +)
            var below = 0.0
            var own = 0.0
            for second in range {
                for other in 0..<provider { below += Double(result.perSecond[second * count + other]) }
                own += Double(result.perSecond[second * count + provider])
            }
            // What a policy sent in another second than the oracle must not leave the row.
            let whole = max(Double(asked), total(result, range), 1)
            let from = bottom - below / whole * Double(Self.rowHeight)
            let to = bottom - (below + own) / whole * Double(Self.rowHeight)
            if own > 0 { isEmpty = false }
            let (left, right) = (
                Double(Self.left) + Double(column) * width, Double(Self.left) + Double(column + 1) * width
            )
            upper += "\(Self.tenths(left)) \(Self.tenths(to)) \(Self.tenths(right)) \(Self.tenths(to)) "
            lower = "\(Self.tenths(right)) \(Self.tenths(from)) \(Self.tenths(left)) \(Self.tenths(from)) " + lower
        }
        if !isEmpty {
            text += "<polygon class=\"c\(provider % Self.colours)\" points=\"\(upper)\(lower.dropLast())\"/>\n"
        }
    }

    private func total(_ result: PolicyResult, _ range: Range<Int>) -> Double {
        Double(result.perSecond[range.lowerBound * count..<range.upperBound * count].reduce(0, +))
    }

    private mutating func drawAxis(y: Int) {
        let minutes = seconds >= 180
        let unit = minutes ? 60 : 1
        let steps = seconds / unit
        let step = [1, 2, 5, 10, 15, 30, 60, 120, 240].first { steps / $0 <= 10 } ?? 360
        for tick in stride(from: 0, through: steps, by: step) {
            text += """
                <text x="\(Self.tenths(x(Double(tick * unit))))" y="\(y + 4)" class="soft middle">\(tick)</text>

                """
        }
        text += """
            <text x="\(Self.left + Self.chartWidth)" y="\(y + 24)" class="soft end">\
            \(minutes ? "minutes" : "seconds"); \(FigureText.grouped(report.oracle.requests)) requests for each policy</text>

            """
    }

    private static func tenths(_ value: Double) -> String {
        let text = FigureText.decimal(value, places: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: if character.value >= 0x20 { result.unicodeScalars.append(character) }
            }
        }
        return result
    }
}
