import Accounting
import Completions
import JSONText

extension ChatRequestDecoder {
    private enum DataCollection: String, CaseIterable {
        case allow, deny
    }

    mutating func readProvider(_ value: JSONValue) throws(APIError) {
        try value.requireObject("provider")
        for member in value.members where !member.value.isNull { try readPreference(member.name, member.value) }
    }

    private mutating func readPreference(_ name: JSONName, _ value: JSONValue) throws(APIError) {
        let limit = DialectLimits.providerEntries
        switch name {
        case "order": request.provider.order = try value.requireStrings(atMost: limit, "provider.order")
        case "only":
            // An empty list is what a form with nothing ticked sends; it restricts nothing.
            let only = try value.requireStrings(atMost: limit, "provider.only")
            request.provider.only = only.isEmpty ? nil : only
        case "ignore": request.provider.ignore = try value.requireStrings(atMost: limit, "provider.ignore")
        case "allow_fallbacks":
            request.provider.allowsFallbacks = try value.requireBool("provider.allow_fallbacks")
        case "require_parameters":
            request.provider.requiresParameters = try value.requireBool("provider.require_parameters")
        case "data_collection":
            let word = try value.requireWord(DataCollection.self, "provider.data_collection")
            request.provider.deniesDataCollection = word == .deny
        case "zdr": request.provider.zeroDataRetention = try value.requireBool("provider.zdr")
        case "enforce_distillable_text":
            request.provider.enforcesDistillableText = try value.requireBool("provider.enforce_distillable_text")
        case "quantizations": try readQuantizations(value)
        case "sort": try readSort(value)
        case "max_price": try readMaxPrice(value)
        case "preferred_min_throughput":
            request.provider.preferredMinThroughput = try readCutoffs(value, "provider.preferred_min_throughput")
        case "preferred_max_latency":
            request.provider.preferredMaxLatency = try readCutoffs(value, "provider.preferred_max_latency")
        case "options": try readOptions(value)
        default: break
        }
    }

    private mutating func readQuantizations(_ value: JSONValue) throws(APIError) {
        guard value.kind == .array else { throw value.wrongType("provider.quantizations", "an array of strings") }
        var list: [ProviderPreferences.Quantization] = []
        for element in value.elements {
            let path = "provider.quantizations[\(list.count)]"
            list.append(try element.requireWord(ProviderPreferences.Quantization.self, path))
        }
        request.provider.quantizations = list.isEmpty ? nil : list
    }

    private mutating func readSort(_ value: JSONValue) throws(APIError) {
        guard value.kind == .object else {
            let order = try value.requireWord(ProviderPreferences.Sort.Order.self, "provider.sort")
            request.provider.sort = ProviderPreferences.Sort(by: order)
            return
        }
        try value.requireObject("provider.sort")
        var sort = ProviderPreferences.Sort(by: nil)
        if let by = value["by"], !by.isNull {
            sort.by = try by.requireWord(ProviderPreferences.Sort.Order.self, "provider.sort.by")
        }
        if let partition = value["partition"], !partition.isNull {
            sort.partition = try partition.requireWord(
                ProviderPreferences.Sort.Partition.self, "provider.sort.partition")
        }
        request.provider.sort = sort
    }

    private mutating func readMaxPrice(_ value: JSONValue) throws(APIError) {
        try value.requireObject("provider.max_price")
        var ceiling = ProviderPreferences.PriceCeiling()
        let perToken = DollarUnit.millionTokens
        ceiling.promptPicosPerToken = try readPrice(value["prompt"], "prompt", perToken)
        ceiling.completionPicosPerToken = try readPrice(value["completion"], "completion", perToken)
        ceiling.picosPerRequest = try readPrice(value["request"], "request", .one)
        ceiling.picosPerImage = try readPrice(value["image"], "image", .one)
        ceiling.picosPerAudioUnit = try readPrice(value["audio"], "audio", .one)
        request.provider.maxPrice = ceiling
    }

    /// What a price in dollars is for.
    private enum DollarUnit {
        case one, millionTokens
    }

    /// A price in dollars, as a number or a string, in pico-dollars per token or unit.
    private func readPrice(
        _ value: JSONValue?, _ name: StaticString, _ unit: DollarUnit
    ) throws(APIError) -> Int64? {
        guard let value, !value.isNull else { return nil }
        var dollars: Credits?
        if value.isString { dollars = value.withString { Credits(parsing: $0) } ?? nil }
        if value.isNumber { dollars = value.withRawSpan { Credits(parsing: $0) } }
        guard let nanos = dollars?.nanos, nanos >= 0 else {
            let path = "provider.max_price.\(name)"
            throw .invalid(path, "'\(path)' must be a price in dollars that is not negative, such as 0.5 or \"0.5\".")
        }
        switch unit {
        case .millionTokens: return nanos / 1000
        case .one: return nanos.multipliedReportingOverflow(by: 1000).overflow ? Int64.max : nanos * 1000
        }
    }

    private func readCutoffs(
        _ value: JSONValue, _ path: StaticString
    ) throws(APIError) -> ProviderPreferences.PercentileCutoffs {
        var cutoffs = ProviderPreferences.PercentileCutoffs()
        guard value.kind == .object else {
            cutoffs.p50 = try value.requireNumber(0...1e9, "\(path)")
            return cutoffs
        }
        try value.requireObject("\(path)")
        cutoffs.p50 = try readCutoff(value["p50"], "\(path).p50")
        cutoffs.p75 = try readCutoff(value["p75"], "\(path).p75")
        cutoffs.p90 = try readCutoff(value["p90"], "\(path).p90")
        cutoffs.p99 = try readCutoff(value["p99"], "\(path).p99")
        return cutoffs
    }

    private func readCutoff(
        _ value: JSONValue?, _ path: @autoclosure () -> String
    ) throws(APIError) -> Double? {
        guard let value, !value.isNull else { return nil }
        return try value.requireNumber(0...1e9, path())
    }

    private mutating func readOptions(_ value: JSONValue) throws(APIError) {
        try value.requireObject("provider.options")
        for member in value.members {
            let slug = member.key.string
            try member.value.requireObject("provider.options.\(slug)")
            var options = ProviderPreferences.ProviderOptions(slug: slug)
            for option in member.value.members where RequestField(option.name) == nil {
                options.members.append(option.range)
                optionKeys.append(OptionKey(text: option.key.string, options: request.provider.options.count))
            }
            request.provider.options.append(options)
        }
    }

    /// An option for one provider replaces an unknown field of the same name.
    mutating func finishOptions(_ root: JSONValue) {
        if optionKeys.isEmpty { return }
        let options = Dictionary(grouping: optionKeys, by: \.text)
        var position = 0
        for member in root.members {
            if request.layout.members[position].field == nil {
                for option in options[member.key.string] ?? [] {
                    request.provider.options[option.options].replaced.append(position)
                }
            }
            position += 1
        }
    }

    /// A key in `provider.options`, and the position of its provider there.
    struct OptionKey {
        var text: String
        var options: Int
    }
}
