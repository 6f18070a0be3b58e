import Providers
import Testing

@Suite struct BedrockPathTests {
    @Test(arguments: [
        ("us.amazon.nova-lite-v1:0", false, "/model/us.amazon.nova-lite-v1%3A0/converse"),
        ("openai.gpt-oss-120b-1:0", true, "/model/openai.gpt-oss-120b-1%3A0/converse-stream"),
        (
            "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x", false,
            "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.x/converse"
        ),
    ])
    func encodesTheModel(model: String, isStream: Bool, path: String) {
        #expect(BedrockPath.converse(model: model, isStream: isStream) == path)
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
        #expect(BedrockPath.region(ofHost: host) == region)
    }
}
