import Dialects

/// Whatever a model writes: it stays, or becomes JSON that there is nothing more to mend of.
func fuzzHealing(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    guard let mended = JSONHealer.mended(text) else { return }
    require(NaiveJSON.parse(Array(text.utf8)) == nil, "mended what was JSON")
    require(NaiveJSON.parse(Array(mended.utf8)) != nil, "mended to \(mended.debugDescription)")
    require(JSONHealer.mended(mended) == nil, "mended again: \(mended.debugDescription)")
}
