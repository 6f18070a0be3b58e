import Access
import Testing

@Suite struct NameListTests {
    @Test(arguments: [
        (["openai/gpt-4o"], "openai/gpt-4o", true), (["openai/gpt-4o"], "openai/gpt-4o-mini", false),
        (["openai/gpt-4o"], "openai/gpt-4o:free", true), (["openai/gpt-4o:free"], "openai/gpt-4o", false),
        (["openai/gpt-4o:free"], "openai/gpt-4o:free", true), (["openai/*"], "openai/gpt-4o", true),
        (["openai/*"], "openai2/x", false), (["*"], "anything/at-all", true), (["a/b", "c/*"], "c/d", true),
        (["a/b", "c/*"], "a/c", false), (["Openai/gpt-4o"], "openai/gpt-4o", false),
    ])
    func containsNames(names: [String], name: String, isIn: Bool) throws {
        #expect(try #require(NameList(names)).contains(name) == isIn)
    }

    @Test(arguments: [[], [""], ["a", ""], ["*a"], ["a*b"], ["a**"], [String(repeating: "a", count: 257)]])
    func refusesWhatAllowsNothing(names: [String]) {
        #expect(NameList(names) == nil)
    }

    @Test func hasABound() {
        #expect(NameList(Array(repeating: "a", count: 100)) != nil)
        #expect(NameList(Array(repeating: "a", count: 101)) == nil)
    }
}
