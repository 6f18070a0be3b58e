import Completions
import JSONText

extension Citation {
    /// One entry of `annotations`. What is no citation (the text of a file that was read) stays as it is.
    init(chat annotation: JSONValue) {
        if annotation["type"]?.equals("file") == true, let file = annotation["file"],
            let native = NativeItem(citedIn: file)
        {
            self.init(
                title: file["name"]?.string, text: file["content"]?[0]?["text"]?.string, range: Self.range(file),
                native: native)
            return
        }
        guard annotation["type"]?.equals("url_citation") == true, let page = annotation["url_citation"],
            let url = page["url"]?.string
        else {
            self.init(native: NativeItem(chat: annotation))
            return
        }
        self.init(url: url, title: page["title"]?.string, text: page["content"]?.string, range: Self.range(page))
    }

    /// No place is said as 0 to 0, because clients demand the members.
    private static func range(_ body: JSONValue) -> Range<Int>? {
        guard let start = body["start_index"]?.int, let end = body["end_index"]?.int, start >= 0, end > 0, start <= end
        else { return nil }
        return start..<end
    }

    /// Whether this dialect can say it.
    var isChat: Bool { url != nil || native != nil || title != nil || text != nil }

    /// Writes the entry of `annotations`, if there are words for it.
    /// - Parameter index: its place in the list, in a stream.
    func writeAnnotation(index: Int? = nil, into json: inout JSONWriter) {
        if let native, native.dialect == NativeItem.chat {
            json.raw(native.json)
            return
        }
        guard let url else { return writeDocument(index, &json) }
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

    /// What has no address is a file of a document: the one other kind of annotation that clients know. `citation` is what
    /// its provider says of the place in the document.
    private func writeDocument(_ index: Int?, _ json: inout JSONWriter) {
        json.object { json in
            json.member("index", index)
            json.member("type", "file")
            json.memberObject("file") { json in
                json.member("hash", documentName)
                json.member("name", title)
                json.memberArray("content") { json in
                    guard let text else { return }
                    json.object { json in
                        json.member("type", "text")
                        json.member("text", text)
                    }
                }
                json.member("start_index", range?.lowerBound ?? 0)
                json.member("end_index", range?.upperBound ?? 0)
                writeOrigin(&json)
            }
        }
    }
}
