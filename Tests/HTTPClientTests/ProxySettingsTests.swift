import HTTPClient
import Testing

@Suite struct ProxySettingsTests {
    private func settings(_ variables: [String: String]) throws -> ProxySettings {
        try ProxySettings { variables[$0] }
    }

    @Test func eachSchemeHasItsProxy() throws {
        let settings = try settings(["HTTPS_PROXY": "http://secure:3128", "http_proxy": "plain:8080/"])
        let secure = settings.proxy(for: Origin(url: "https://api.test/v1")!)
        #expect(secure?.host == "secure")
        #expect(secure?.port == 3128)
        #expect(settings.proxy(for: Origin(url: "http://api.test")!)?.host == "plain")
        #expect(ProxySettings().proxy(for: Origin(url: "https://api.test")!) == nil)
    }

    @Test func smallLettersWinAndEmptyMeansNone() throws {
        let settings = try settings(["HTTPS_PROXY": "http://big", "https_proxy": "http://small", "HTTP_PROXY": ""])
        #expect(settings.proxy(for: Origin(url: "https://api.test")!)?.host == "small")
        #expect(settings.proxy(for: Origin(url: "http://api.test")!) == nil)
    }

    @Test(arguments: [
        ("*", "https://api.test", true), ("api.test", "https://api.test", true),
        ("api.test", "https://v2.api.test", true), ("api.test", "https://notapi.test", false),
        (".api.test", "https://api.test", false), (".api.test", "https://v2.api.test", true),
        ("*.api.test", "https://v2.api.test", true), ("API.test", "https://api.TEST", true),
        ("other, api.test ,", "https://api.test", true), ("api.test:8443", "https://api.test", false),
        ("api.test:8443", "https://api.test:8443", true), ("10.0.0.0/8", "https://10.1.2.3", true),
        ("10.0.0.0/8", "https://11.1.2.3", false), ("192.0.2.7", "https://192.0.2.7", true),
        ("192.0.2.128/25", "https://192.0.2.127", false), ("2001:db8::/32", "https://[2001:db8::9]", true),
        ("2001:db8::/32", "https://10.1.2.3", false), ("", "https://api.test", false),
        ("", "https://localhost:8443", true), ("", "https://127.0.0.1", true), ("", "https://[::1]", true),
        ("10.0.0.0/99", "https://10.1.2.3", false),
    ])
    func exceptions(_ list: String, _ url: String, _ isDirect: Bool) throws {
        let settings = try settings(["https_proxy": "http://proxy:3128", "no_proxy": list])
        #expect((settings.proxy(for: Origin(url: url)!) == nil) == isDirect)
    }

    @Test(arguments: ["https://proxy:1", "socks5://proxy:1", "http://", "http://proxy:0", "http://a b", "http://p:x"])
    func unusableProxiesAreRefused(_ url: String) {
        #expect(throws: ProxySettings.Problem.self) { _ = try settings(["https_proxy": url]) }
    }

    @Test(arguments: [
        ("https://api.test/v1", "https://api.test", "api.test"), ("http://api.test:80", "http://api.test", "api.test"),
        ("HTTP://API.test:8080?x", "http://api.test:8080", "api.test:8080"),
        ("https://[::1]:8443/", "https://[::1]:8443", "[::1]:8443"),
        ("https://api.test:80", "https://api.test:80", "api.test:80"),
    ])
    func originsOfURLs(_ url: String, _ description: String, _ hostField: String) {
        let origin = Origin(url: url)
        #expect(origin?.description == description)
        #expect(origin?.hostField == hostField)
    }

    @Test(arguments: [
        "ftp://a", "api.test", "https://", "https://user@a", "https://a:b", "https://a:99999", "https://::1",
    ])
    func noOrigins(_ url: String) {
        #expect(Origin(url: url) == nil)
    }
}
