/// What a model's author recommends where a request says nothing; nil where nothing is recommended.
package struct DefaultParameters: Sendable, Equatable {
    package var temperature: Double?
    package var topP: Double?
    package var topK: Int?
    package var frequencyPenalty: Double?
    package var presencePenalty: Double?
    package var repetitionPenalty: Double?

    package init() {}
}
