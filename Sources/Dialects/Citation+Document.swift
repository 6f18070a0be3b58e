import Completions
import JSONText

/// Citations of documents that have no address, for dialects other than the one they came in.
extension Citation {
    /// What tells the document from others of the same answer: the provider's id of it, else its place among the
    /// documents of the request, else its title.
    var documentName: String {
        guard let native else { return title ?? "document" }
        return native.json.scanned { root in
            let place = root?["location"].flatMap { $0.members.first { _ in true }?.value } ?? root
            let index = (place?["document_index"] ?? place?["documentIndex"])?.integer
            let source = root?["sources"]?[0]?["id"]?.string
            let name = root?["file_id"]?.string ?? source ?? index.map { "\($0)" } ?? title ?? "document"
            return "\(native.dialect):\(name)"
        }
    }

    /// Writes `citation`: what its provider wrote, under the name of its dialect.
    func writeOrigin(_ json: inout JSONWriter) {
        guard let native else { return }
        json.memberObject("citation") { json in
            json.key(text: native.dialect)
            json.raw(native.json.onOneLine)
        }
    }
}

extension NativeItem {
    /// What `writeOrigin` wrote into an object; nil where it wrote nothing there.
    init?(citedIn object: JSONValue) {
        guard let origin = object["citation"], origin.isObject, let member = origin.members.first(where: { _ in true })
        else { return nil }
        self.init(dialect: member.key.string, json: RawJSON(member.value.rawText))
    }
}
