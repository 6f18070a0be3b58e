import Completions
import JSONText

extension Citation {
    /// One entry of `annotations`. What is no citation of a page (the text of a file that was read) stays as it is.
    init(chat annotation: JSONValue) {
        guard annotation["type"]?.equals("url_citation") == true, let page = annotation["url_citation"],
            let url = page["url"]?.string
        else {
            self.init(native: NativeItem(chat: annotation))
            return
        }
        self.init(url: url, title: page["title"]?.string, text: page["content"]?.string)
        // No place is said as 0 to 0, because clients demand the members.
        if let start = page["start_index"]?.int, let end = page["end_index"]?.int, start >= 0, end > 0, start <= end {
            range = start..<end
        }
    }

    /// Whether this dialect can say it.
    var isChat: Bool { url != nil || native?.dialect == NativeItem.chat }

    /// Writes the entry of `annotations`, if there are words for it.
    /// - Parameter index: its place in the list, in a stream.
    func writeAnnotation(index: Int? = nil, into json: inout JSONWriter) {
        if let native, native.dialect == NativeItem.chat {
            json.raw(native.json)
            return
        }
        guard let url else { return }
        json.object { json in
            json.member("index", index)
            json.member("type", "url_citation")
            json.memberObject("url_citation") { json in
                json.member("url", url)
                json.member("title", title ?? "")
                json.member("content", text)
                json.member("start_index", range?.lowerBound ?? 0)
                json.member("end_index", range?.upperBound ?? 0)
            }
        }
    }
}
