/// Where things lie in the bytes of a request body: all that a splice needs, found in the one pass that decoded it.
package struct RequestLayout: Sendable, Equatable {
    /// One member of the top-level object, in source order.
    package struct Member: Sendable, Equatable {
        /// nil for a member the router does not know.
        package var field: RequestField?
        /// From the key's opening quote to the end of the value.
        package var range: Range<Int>
        package var value: Range<Int>

        package init(field: RequestField?, range: Range<Int>, value: Range<Int>) {
            self.field = field
            self.range = range
            self.value = value
        }
    }

    /// A member inside a message or a tool that not every host takes.
    package struct Extra: Sendable, Equatable {
        package enum Kind: UInt8, Sendable {
            /// `reasoning` or `reasoning_content` that an assistant message echoes.
            case reasoning
            /// `reasoning_details` that an assistant message echoes.
            case reasoningDetails
            /// `annotations`, `images`, `model`, `is_error` and `configuration_update`: only the router knows them.
            case routerOnly
            /// A marker `cache_control` of a message or a tool.
            case cacheMarker
            /// A marker `cache_control` or `prompt_cache_breakpoint` of a part.
            case partCacheMarker
            /// The other one of the two, where a part has both.
            case secondCacheMarker
        }

        package var kind: Kind
        /// The bytes to cut, with the comma that goes with the member. Cuts never overlap, whichever are chosen.
        package var range: Range<Int>
        /// The key with its quotes.
        package var key: Range<Int>

        package init(kind: Kind, range: Range<Int>, key: Range<Int>) {
            self.kind = kind
            self.range = range
            self.key = key
        }
    }

    package var members: [Member] = []
    package var extras: [Extra] = []
    /// The value of `stream_options.include_usage`, where it was sent.
    package var includeUsage: Range<Int>?
    /// Ways of saying it differently, for some hosts, that would change this request.
    package var rewrites = RequestRewrites()

    package init() {}
}
