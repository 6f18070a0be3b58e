import Accounting
import Catalog

/// What is wrong or odd in the catalogue's files: a pure function of the files and the day.
///
/// Errors are what would mislead routing or charging: files that do not decode, names that collide or lead nowhere,
/// limits and prices that cannot be. Warnings are what a person should look at: prices that cache reads or tiers turn
/// upside down, decimals that are rounded away, endpoints past their last day.
package struct CatalogueCheck: Sendable {
    package enum Level: String, Sendable {
        case warning, error
    }

    package struct Finding: Sendable, Equatable {
        package let level: Level
        /// Begins with file and line; then the entry, the provider and the field.
        package let text: String
    }

    /// A price per token above this is a mistake: ten thousand dollars per million.
    private static let picosMax: Int64 = 10_000_000_000
    /// Above this it is worth a look: a thousand dollars per million.
    private static let picosOdd: Int64 = 1_000_000_000
    private static let contextMax = 20_000_000

    package private(set) var findings: [Finding] = []
    package let providerCount: Int
    package let modelCount: Int
    package let endpointCount: Int
    /// `YYYY-MM-DD`
    private let today: String
    private let prefix: String
    private let providers: [String: ProviderDraft]

    package var errorCount: Int { findings.count { $0.level == .error } }

    /// Checks the files of a directory, or the shipped ones where it is nil.
    package init(directory: String?, today: String, readFile: (String) -> String?) {
        let drafts =
            directory.map { CatalogueDrafts(directory: $0, readFile: readFile) }
            ?? CatalogueDrafts.shipped
        self.today = today
        prefix = directory.map { $0 + "/" } ?? ""
        providerCount = drafts.providers.count
        modelCount = drafts.models.count
        endpointCount = drafts.models.reduce(0) { $0 + $1.endpoints.count }
        providers = Dictionary(drafts.providers.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
        findings += drafts.problems.map { Finding(level: .error, text: $0) }
        findings += drafts.remarks.map { Finding(level: .warning, text: $0) }
        for provider in drafts.providers { check(provider) }
        checkNames(drafts.models)
        checkFamilies(drafts.models)
        for model in drafts.models { check(model) }
    }

    private mutating func say(_ level: Level, _ file: String, _ line: Int, _ text: String) {
        findings.append(Finding(level: level, text: "\(prefix)\(file):\(line): \(text)"))
    }

    private mutating func check(_ provider: ProviderDraft) {
        func say(_ level: Level, _ text: String, _ check: inout CatalogueCheck) {
            check.say(level, CatalogueDrafts.providersFile, provider.line, "\(provider.slug): \(text)")
        }
        guard let url = provider.baseURL ?? provider.baseURLTemplate.flatMap({ BaseURLTemplate($0).placeholder }) else {
            return say(.error, "base_url is missing or malformed", &self)
        }
        if !url.isSecure { say(.error, "base_url must begin with https://", &self) }
        guard let variable = provider.keyVariable else {
            return say(.error, "key_variable is missing: nothing could switch the provider on", &self)
        }
        if !variable.utf8.allSatisfy({ ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F }) {
            say(.error, "key_variable must be capital letters, digits and _, not \"\(variable)\"", &self)
        }
    }

    /// Every name leads to one model.
    private mutating func checkNames(_ models: [ModelDraft]) {
        var owners: [String: String] = [:]
        for model in models { owners[model.facts.slug.lowercased()] = model.facts.slug }
        if owners.count < models.count {
            var seen: Set<String> = []
            for model in models where !seen.insert(model.facts.slug.lowercased()).inserted {
                say(.error, model, "id differs from another only in case")
            }
        }
        for model in models {
            for alias in model.facts.aliases {
                if let owner = owners[alias.lowercased()], owner != model.facts.slug {
                    say(.error, model, "the alias \(alias) is also a name of \(owner)")
                }
                owners[alias.lowercased()] = model.facts.slug
            }
        }
        for model in models {
            // Variants share the dated slug of their model.
            guard let dated = model.facts.canonicalSlug, !model.facts.slug.contains(":") else { continue }
            if let owner = owners[dated.lowercased()], owner != model.facts.slug {
                say(.warning, model, "canonical_slug \(dated) is also a name of \(owner), which it leads to")
            }
            owners[dated.lowercased()] = model.facts.slug
        }
    }

    /// `~author/family-latest` has one newest model of those that still run, and there are some.
    private mutating func checkFamilies(_ models: [ModelDraft]) {
        var families: [String: [ModelDraft]] = [:]
        for model in models {
            guard let family = model.facts.family else { continue }
            if model.facts.slug.contains(":") {
                say(.warning, model, "family is ignored: variants belong to none")
            } else {
                families["~\(model.facts.slug.prefix { $0 != "/" })/\(family)-latest", default: []].append(model)
            }
        }
        for (name, members) in families.sorted(by: { $0.key < $1.key }) {
            let running = members.filter { !$0.facts.hasEnded(by: today) }
            let newest = (running.isEmpty ? members : running).map(\.facts.created).max() ?? 0
            let candidates = (running.isEmpty ? members : running).filter { $0.facts.created == newest }
            if candidates.count > 1 {
                let slugs = candidates.map(\.facts.slug).joined(separator: ", ")
                say(.warning, candidates[0], "\(name) could be any of \(slugs): they have the same created")
            }
            if running.isEmpty, let date = candidates[0].facts.expirationDate {
                say(
                    .error, candidates[0],
                    "\(name) leads here, and expiration_date \(date) has passed, as that of every model of the family")
            }
            if newest == 0 { say(.error, candidates[0], "created is missing, so \(name) cannot know the newest") }
        }
    }

    private mutating func say(_ level: Level, _ model: ModelDraft, _ text: String) {
        say(level, CatalogueDrafts.modelsFile, model.line, "\(model.facts.slug): \(text)")
    }

    private mutating func check(_ model: ModelDraft) {
        let facts = model.facts
        if model.endpoints.isEmpty { say(.error, model, "endpoints is empty") }
        checkFlags(facts, of: model)
        if facts.created == 0 { say(.warning, model, "created is missing") }
        for (field, date) in [("expiration_date", facts.expirationDate), ("knowledge_cutoff", facts.knowledgeCutoff)] {
            if let date, !Self.isDate(date) { say(.error, model, "\(field) must be YYYY-MM-DD, not \"\(date)\"") }
        }
        if facts.contextLength == nil { say(.warning, model, "context_length is missing") }
        if let text = sizeProblem(facts.contextLength, facts.maxCompletionTokens) { say(.error, model, text) }
        if model.parameters == nil { say(.warning, model, "supported_parameters is missing: everything is sent") }
        var tags: Set<String> = []
        for endpoint in model.endpoints {
            let tag = endpoint.tag ?? endpoint.provider
            if !tags.insert(tag).inserted { say(.error, model, endpoint, "tag \(tag) is there twice") }
            check(endpoint, of: model)
        }
    }

    private mutating func checkFlags(_ facts: Model.Facts, of model: ModelDraft) {
        if let license = facts.license {
            if facts.distillable == nil {
                say(.error, model, "distillable is missing: the license \(license.rawValue) answers it")
            } else if facts.distillable != license.permitsDistillation {
                let verb = license.permitsDistillation ? "permits" : "forbids"
                say(.error, model, "distillable is wrong: the license \(license.rawValue) \(verb) it")
            }
        } else if facts.distillable == true {
            say(.warning, model, "distillable is true, and no license says so")
        }
        if Set(facts.categories).count < facts.categories.count {
            say(.warning, model, "categories names one twice")
        }
    }

    private mutating func say(_ level: Level, _ model: ModelDraft, _ endpoint: ModelDraft.EndpointDraft, _ text: String)
    {
        let place = "\(model.facts.slug) at \(endpoint.tag ?? endpoint.provider)"
        say(level, CatalogueDrafts.modelsFile, endpoint.line, "\(place): \(text)")
    }

    private mutating func check(_ endpoint: ModelDraft.EndpointDraft, of model: ModelDraft) {
        if providers[endpoint.provider] == nil {
            let nearest = NearestNames.nearest(to: endpoint.provider, among: providers.keys, limit: 1).first
            let hint = nearest.map { "; did you mean \($0)?" } ?? ""
            say(.error, model, endpoint, "provider \(endpoint.provider) is not in providers.json\(hint)")
        }
        let context = endpoint.contextLength ?? model.facts.contextLength
        let output =
            endpoint.maxCompletionTokens ?? (endpoint.contextLength == nil ? model.facts.maxCompletionTokens : nil)
        if let text = sizeProblem(context, output) { say(.error, model, endpoint, text) }
        if let date = endpoint.deprecationDate {
            if !Self.isDate(date) {
                say(.error, model, endpoint, "deprecation_date must be YYYY-MM-DD, not \"\(date)\"")
            } else if date <= today {
                say(.warning, model, endpoint, "deprecation_date \(date) has passed; remove the endpoint")
            }
        }
        guard let sheet = endpoint.pricing else { return say(.error, model, endpoint, "pricing is missing") }
        check(sheet, "pricing", model, endpoint, context: context)
        for (name, tier) in endpoint.tiers.sorted(by: { $0.key < $1.key }) {
            check(tier, "tiers.\(name)", model, endpoint, context: context)
            let isDearer = name == "priority" || name == "ultrafast"
            for component in [PriceComponent.prompt, .completion] {
                let (base, other) = (sheet.rates[component]?.picos ?? 0, tier.rates[component]?.picos ?? 0)
                if isDearer ? other < base : other > base {
                    say(
                        .warning, model, endpoint,
                        "tiers.\(name).\(component.name) is \(isDearer ? "below" : "above") the usual")
                }
            }
        }
        if model.facts.slug.hasSuffix(":free"), !sheet.isFree {
            say(.error, model, endpoint, "pricing must be 0 for a :free variant")
        }
    }

    private mutating func check(
        _ sheet: PriceSheet, _ field: String, _ model: ModelDraft, _ endpoint: ModelDraft.EndpointDraft, context: Int?
    ) {
        for (name, rates) in [("", sheet.rates)] + sheet.overrides.map({ (".overrides", $0.rates) }) {
            for component in PriceComponent.allCases where component.isPerToken {
                guard let picos = rates[component]?.picos, picos > Self.picosOdd else { continue }
                let level: Level = picos > Self.picosMax ? .error : .warning
                say(
                    level, model, endpoint,
                    "\(field)\(name).\(component.name) is \(picos / 1_000_000) dollars per million tokens; prices are "
                        + "per token")
            }
        }
        let prompt = sheet.rates[.prompt]?.picos ?? 0
        if let read = sheet.rates[.inputCacheRead]?.picos, read > prompt {
            say(.warning, model, endpoint, "\(field).input_cache_read is above prompt")
        }
        if prompt > 0, sheet.rates[.completion]?.picos == 0 {
            say(.warning, model, endpoint, "\(field).completion is 0 and prompt is not")
        }
        if let context, sheet.overrides.contains(where: { $0.condition.minPromptTokens ?? 0 >= context }) {
            say(.warning, model, endpoint, "\(field).overrides begin at more tokens than the context has")
        }
    }

    private func sizeProblem(_ context: Int?, _ output: Int?) -> String? {
        if let context, context < 256 || context > Self.contextMax { return "context_length \(context) cannot be" }
        if let context, let output, output > context {
            return "max_completion_tokens \(output) is above context_length \(context)"
        }
        return nil
    }

    static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }),
            let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }
}

extension PriceComponent {
    /// Whether a price is for one token, not for a request, an image or a search.
    fileprivate var isPerToken: Bool { self != .request && self != .image && self != .webSearch }
}
