import Buffers
import Completions
import Foundation
import Testing

@testable import WebPages

@Suite struct ErrorsPageTests {
    @Test func explainsEveryCode() {
        var out = ByteBuffer()
        ErrorsPage.render(into: &out)
        let html = out.text
        #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
        for code in Availability.Code.allCases {
            let row = "<code>\(code.wireName)</code></th><td>\(code.isRetryable ? "yes" : "no")</td><td>"
            #expect(html.components(separatedBy: row).count == 2, "\(code)")
        }
        #expect(html.contains("<title>Errors</title>") && html.contains("<style>\(LandingStyle.text)</style>"))
        for tag in ["table", "thead", "tbody", "tr", "th", "td", "code", "main", "div", "p"] {
            let opened = html.components(separatedBy: "<\(tag)>").count + html.components(separatedBy: "<\(tag) ").count
            #expect(opened - 1 == html.components(separatedBy: "</\(tag)>").count, "\(tag)")
        }
    }
}
