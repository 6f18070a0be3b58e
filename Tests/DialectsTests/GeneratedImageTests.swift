import Completions
import Testing

@testable import Dialects

/// Pictures that a caller of `/responses` was given and sends back with the turn.
@Suite struct GeneratedImageTests {
    private static let item =
        #"{"id":"ig_1","type":"image_generation_call","status":"completed","output_format":"webp","result":"UklGRg=="}"#
    private static let request = #"""
        {"input":[{"role":"user","content":"Draw."},\#(item),{"role":"user","content":"Bluer."}]}
        """#

    @Test func geminiGetsThePicture() throws {
        var translation = Translation()
        let request = try readResponses(Self.request)
        let body = try tree {
            translation = try GeminiRequestWriter.write(request, for: GeminiRequestTests.third, into: &$0)
        }
        #expect(
            try body["contents"][1]
                == JSON(
                    #"{"role":"model","parts":[{"inlineData":{"mimeType":"image/webp","data":"UklGRg=="}}]}"#))
        #expect(translation.dropped.isEmpty)
    }

    @Test func claudeSeesItInTheNextTurn() throws {
        let sent = try writeMessages(readResponses(Self.request))
        let image = #"{"type":"image","source":{"type":"base64","media_type":"image/webp","data":"UklGRg=="}}"#
        #expect(try JSON(sent.body)["messages"][0]["content"].elements.contains(JSON(image)))
        #expect(sent.translation.dropped.isEmpty)
    }

    @Test func itIsAPictureOfTheTurnInChat() throws {
        let request = try readResponses(Self.request)
        var translation = Translation()
        let body = try tree { translation = ChatRequestWriter.write(request, of: .responses, into: &$0) }
        let turn = body["messages"][1]
        #expect(turn["role"].text == "assistant")
        #expect(turn["images"].elements.count == 1)
        #expect(turn["images"][0]["image_url"]["url"].text == "data:image/webp;base64,UklGRg==")
        #expect(translation.dropped.isEmpty)
    }

    /// Providers of the caller's own dialect know the item; one that was not finished is no picture.
    @Test func theItemStaysAsItIsWhereItIsKnown() throws {
        let sent = try respond(to: Self.request)
        #expect(try JSON(sent.body)["input"].elements.contains(JSON(Self.item)))
        for rest in [#""result":null"#, #""status":"in_progress""#] {
            let native = NativeItem(
                dialect: "openai-responses", json: RawJSON(#"{"type":"image_generation_call",\#(rest)}"#))
            #expect(native.generatedImage == nil)
        }
    }
}
