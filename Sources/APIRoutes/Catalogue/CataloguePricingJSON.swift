import Accounting
import JSONText

/// Writes a price sheet as the catalogue shows it: each price as the text it was given in.
enum CataloguePricingJSON {
    static func write(_ sheet: PriceSheet, into json: inout JSONWriter) {
        json.object { json in
            // These two are demanded, whatever the sheet says.
            json.member("prompt", sheet.quote(.prompt)?.text ?? "0")
            json.member("completion", sheet.quote(.completion)?.text ?? "0")
            for component in PriceComponent.allCases where component != .prompt && component != .completion {
                json.member(component.name, sheet.quote(component)?.text)
            }
            if !sheet.overrides.isEmpty {
                json.memberArray("overrides") { json in
                    for override in sheet.overrides { write(override, into: &json) }
                }
            }
            json.key("discount")
            json.decimal(nanos: sheet.discount.millionths * 1000)
        }
    }

    private static func write(_ override: PriceSheet.Override, into json: inout JSONWriter) {
        let condition = override.condition
        json.object { json in
            json.member("min_prompt_tokens", condition.minPromptTokens)
            json.member("utc_start", condition.utcStart)
            json.member("utc_end", condition.utcEnd)
            if let days = condition.utcDays {
                json.memberArray("utc_days") { json in
                    for (index, name) in PriceCondition.Days.names.enumerated()
                    where days.contains(PriceCondition.Days(rawValue: 1 << UInt8(index))) {
                        json.string("\(name)")
                    }
                }
            }
            for component in PriceComponent.allCases { json.member(component.name, override.quotes[component]?.text) }
        }
    }
}
