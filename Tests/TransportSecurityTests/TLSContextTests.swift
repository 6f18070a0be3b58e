import Testing
import TransportSecurity

@Suite struct TLSContextTests {
    @Test func missingFilesAreNamed() {
        let failure = #expect(throws: TLSFailure.self) {
            _ = try TLSContext(.server(certificateFile: "/nowhere/cert.pem", keyFile: "/nowhere/key.pem"))
        }
        #expect(failure?.reason.contains("/nowhere/cert.pem") == true)
        let second = #expect(throws: TLSFailure.self) {
            _ = try TLSContext(.client(authoritiesFile: "/nowhere/ca.pem"))
        }
        #expect(second?.reason.contains("/nowhere/ca.pem") == true)
    }
}
