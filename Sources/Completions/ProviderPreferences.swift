/// The `provider` object of a request: which endpoints the caller wants, and in what order.
package struct ProviderPreferences: Sendable, Equatable {
    /// Slugs, tags or display names to try first, in order.
    package var order: [String] = []
    /// When given, only these may serve.
    package var only: [String]?
    /// These must not serve.
    package var ignore: [String] = []
    /// When false, only the first endpoint, or those in `order`, may serve.
    package var allowsFallbacks = true
    /// When true, endpoints that lack any parameter of the request are left out.
    package var requiresParameters = false
    /// When true, only endpoints that neither store nor train on prompts.
    package var deniesDataCollection = false
    /// When true, only endpoints with zero data retention.
    package var zeroDataRetention = false
    /// When true, only models whose author permits distillation.
    package var enforcesDistillableText = false
    /// When given, only endpoints of these quantizations.
    package var quantizations: [Quantization]?
    package var sort: Sort?
    package var maxPrice: PriceCeiling?
    /// Tokens per second; endpoints below it go to the back.
    package var preferredMinThroughput: PercentileCutoffs?
    /// Seconds to the first token; endpoints above it go to the back.
    package var preferredMaxLatency: PercentileCutoffs?
    /// Fields for one provider only.
    package var options: [ProviderOptions] = []

    package init() {}

    package enum Quantization: String, CaseIterable, Sendable {
        case int4, int8, fp4, mxfp4, nvfp4, fp6, fp8, mxfp8, fp16, bf16, fp32, unknown
    }

    package struct Sort: Sendable, Equatable {
        package enum Order: String, CaseIterable, Sendable {
            case price, throughput, latency, exacto, adaptive
        }

        package enum Partition: String, CaseIterable, Sendable {
            case model, none
        }

        package var by: Order?
        package var partition: Partition

        package init(by: Order?, partition: Partition = .model) {
            self.by = by
            self.partition = partition
        }
    }

    /// Upper bounds on prices, in pico-dollars per unit (the wire gives dollars per million tokens for tokens).
    package struct PriceCeiling: Sendable, Equatable {
        package var promptPicosPerToken: Int64?
        package var completionPicosPerToken: Int64?
        package var picosPerRequest: Int64?
        package var picosPerImage: Int64?
        package var picosPerAudioUnit: Int64?

        package init() {}
    }

    /// Bounds per percentile; all that are given must hold. A plain number is a bound on the median.
    package struct PercentileCutoffs: Sendable, Equatable {
        package var p50: Double?
        package var p75: Double?
        package var p90: Double?
        package var p99: Double?

        package init() {}
    }

    package struct ProviderOptions: Sendable, Equatable {
        package var slug: String
        /// Source bytes of the members to add, each from its key to the end of its value. Keys that the router acts
        /// on itself are not among them.
        package var members: [Range<Int>]
        /// Positions in `RequestLayout.members` of the unknown fields that these replace.
        package var replaced: [Int]

        package init(slug: String, members: [Range<Int>] = [], replaced: [Int] = []) {
            self.slug = slug
            self.members = members
            self.replaced = replaced
        }
    }
}
