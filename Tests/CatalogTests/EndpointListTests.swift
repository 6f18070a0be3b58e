import Accounting
import Testing

@testable import Catalog

@Suite("The list of endpoints that decisions refer to")
struct EndpointListTests {
    private static func models(_ tags: [[String]]) throws -> [Model] {
        let provider = ProviderEntry(slug: "p", displayName: "Pro\tVider", baseURL: try BaseURL("http://127.0.0.1/v1"))
        var index = 0
        return tags.enumerated().map { number, tags in
            Model(
                Model.Facts(slug: "a/m\(number)"),
                endpoints: tags.map { tag in
                    defer { index += 1 }
                    return Endpoint(
                        index: index, provider: provider, modelSlug: "a/m\(number)", upstreamModel: "u", tag: tag,
                        pricing: .free)
                })
        }
    }

    @Test("gives the names of numbers back")
    func names() throws {
        let models = try Self.models([["p", "p/flex"], ["p/eu"]])
        let list = EndpointList(text: EndpointList(models).text)
        let names = list.names(of: [0, 1, 2, 3])
        #expect(names.count == 3)
        #expect(names[1] == .init(model: "a/m0", tag: "p/flex", provider: "Pro Vider"))
        #expect(names[2] == .init(model: "a/m1", tag: "p/eu", provider: "Pro Vider"))
        #expect(EndpointList(text: []).names(of: [0]).isEmpty)
    }

    @Test("the same list has the same number, another list another")
    func fingerprint() throws {
        let one = EndpointList(try Self.models([["p", "p/flex"], ["p/eu"]])).fingerprint
        #expect(one == EndpointList(try Self.models([["p", "p/flex"], ["p/eu"]])).fingerprint)
        for other in [[["p", "p/eu"], ["p/flex"]], [["p", "p/flex", "p/eu"]], [["p"], ["p/flex"], ["p/eu"]]] {
            #expect(one != EndpointList(try Self.models(other)).fingerprint)
        }
        #expect(EndpointList([]).fingerprint != 0)
    }
}
