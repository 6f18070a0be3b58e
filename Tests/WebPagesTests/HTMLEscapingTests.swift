import Buffers
import Testing
import WebPages

@Suite struct HTMLEscapingTests {
    @Test(arguments: [
        ("", ""), ("plain ä 😀", "plain ä 😀"),
        ("<a href=\"x\">'&'</a>", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"),
        ("&amp;", "&amp;amp;"), ("a\nb\tc\r", "a\nb\tc\r"), ("\u{0}\u{1}\u{7F}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("<<", "&lt;&lt;"),
    ])
    func keepsTextAsText(_ text: String, _ escaped: String) {
        var out = ByteBuffer()
        HTMLEscaping.append(text, to: &out)
        #expect(out.text == escaped)
    }
}
