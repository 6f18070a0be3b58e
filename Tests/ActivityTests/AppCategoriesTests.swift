import Testing

@testable import Activity

@Suite struct AppCategoriesTests {
    @Test(arguments: [
        ("cli-agent", "cli-agent"),
        ("cli-agent,cloud-agent", "cli-agent,cloud-agent"),
        (" cli-agent ,\tlegal ", "cli-agent,legal"),
        ("cli-agent,cli-agent,game", "cli-agent,game"),
        ("unheard-of,game", "game"),
        ("game,legal,roleplay", "game,legal"),
        ("Game,LEGAL", nil),
        ("", nil),
        (",,", nil),
        ("a-name-that-is-longer-than-thirty-bytes", nil),
    ])
    func keepsTheFirstTwoKnownNames(list: String, kept: String?) {
        #expect(AppCategories.kept(of: list) == kept)
    }

    @Test func looksAtBoundedTextOnly() {
        let list = String(repeating: ",", count: ActivityLimits.textBytesMax) + "game"
        #expect(AppCategories.kept(of: list) == nil)
    }
}
