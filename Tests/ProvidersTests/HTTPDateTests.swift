import Testing

@testable import Providers

@Suite("Dates")
struct HTTPDateTests {
    @Test(
        "of HTTP are read in all three forms",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600), ("Sat, 01 Mar 2036 00:00:00 GMT", 2_087_942_400),
        ] as [(String, Double)])
    func http(text: String, seconds: Double) {
        #expect(HTTPDate.unixSeconds(text) == seconds)
    }

    @Test(
        "of RFC 3339 are read with their offset",
        arguments: [
            ("1994-11-06T08:49:37Z", 784_111_777), ("1994-11-06t08:49:37.5z", 784_111_777.5),
            ("1994-11-06T10:49:37+02:00", 784_111_777), ("1994-11-06T03:19:37-05:30", 784_111_777),
            ("1970-01-01T00:00:00Z", 0),
        ] as [(String, Double)])
    func rfc3339(text: String, seconds: Double) {
        #expect(HTTPDate.rfc3339UnixSeconds(text) == seconds)
    }

    @Test(
        "that are none are refused",
        arguments: ["", "tomorrow", "1994-11-06", "1994-13-06T08:49:37Z", "1994-11-06T08:61:37Z", "T", "--T::Z"])
    func none(text: String) {
        #expect(HTTPDate.rfc3339UnixSeconds(text) == nil)
        #expect(HTTPDate.unixSeconds(text) == nil)
    }
}
