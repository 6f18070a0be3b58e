import Providers
import Testing

@Suite struct BedrockHostTests {
    @Test(arguments: [
        ("us-east-1", "bedrock-runtime.us-east-1.amazonaws.com"),
        ("cn-north-1", "bedrock-runtime.cn-north-1.amazonaws.com.cn"),
    ])
    func isOneOfEachRegion(region: String, name: String) {
        #expect(BedrockHost.name(region: region) == name)
        #expect(BedrockHost.region(of: name) == region)
    }

    @Test(arguments: [
        ("bedrock-runtime.us-east-1.amazonaws.com", "us-east-1"),
        ("bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("vpce-0a1-b2.bedrock-runtime.eu-central-1.vpce.amazonaws.com", "eu-central-1"),
        ("bedrock-runtime.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("bedrock-mantle.ap-southeast-2.api.aws", "ap-southeast-2"),
        ("localhost", nil), ("bedrock-runtime.amazonaws.com", nil), ("us-east-1.example.com", nil), ("", nil),
    ])
    func findsTheRegion(host: String, region: String?) {
        #expect(BedrockHost.region(of: host) == region)
    }
}
