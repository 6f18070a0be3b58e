/// The columns of a generation, the SQL around them, and their numbers. Three things must agree with `columns`: the
/// enumeration below, and the two halves of `GenerationRow`; a test writes and reads every one.
enum GenerationTable {
    /// Numbered as parameters are: from 1.
    enum Column: Int32, CaseIterable {
        case id = 1
        case createdMs, kind, apiKey
        case referer, appTitle, appCategories, userAgent, user, sessionID
        case requestedModel, model, provider, endpointID, endpointTag, upstreamModel, upstreamID, serviceTier
        case attempts
        case status, streamed, httpStatus, finishReason, nativeFinishReason, errorType, failure
        case prompt, completion, total, cached, cachedAudio, cacheWrite5m, cacheWrite1h
        case audioPrompt, imagePrompt, videoPrompt
        case reasoning, audioCompletion, imageCompletion, acceptedPrediction, rejectedPrediction
        case images, webSearches, estimated, upstreamCost
        case cost, promptCost
        case ttftMs, durationMs, generationMs

        var parameter: Int32 { rawValue }
        var column: Int32 { rawValue - 1 }
    }

    /// The id is in order of time by its text and is the key of the table itself, so that reading by id and by time
    /// need no index and new rows go to the end. Zero and absent values are NULL, which takes one byte and no time.
    static let definition = """
        id TEXT NOT NULL PRIMARY KEY,
        created_ms INTEGER NOT NULL, kind INTEGER NOT NULL, api_key BLOB NOT NULL,
        referer TEXT, app_title TEXT, app_categories TEXT, user_agent TEXT, user TEXT, session_id TEXT,
        requested_model TEXT, model TEXT NOT NULL, provider TEXT NOT NULL, endpoint_id TEXT NOT NULL,
        endpoint_tag TEXT NOT NULL, upstream_model TEXT NOT NULL, upstream_id TEXT, service_tier TEXT,
        attempts TEXT NOT NULL,
        status INTEGER NOT NULL, streamed INTEGER NOT NULL, http_status INTEGER NOT NULL, finish_reason TEXT,
        native_finish_reason TEXT, error_type TEXT, failure TEXT,
        prompt_tokens INTEGER, completion_tokens INTEGER, total_tokens INTEGER, cached_tokens INTEGER,
        cached_audio_tokens INTEGER, cache_write_5m_tokens INTEGER, cache_write_1h_tokens INTEGER,
        audio_prompt_tokens INTEGER, image_prompt_tokens INTEGER, video_prompt_tokens INTEGER,
        reasoning_tokens INTEGER, audio_completion_tokens INTEGER, image_completion_tokens INTEGER,
        accepted_prediction_tokens INTEGER, rejected_prediction_tokens INTEGER,
        images INTEGER, web_searches INTEGER, estimated INTEGER, upstream_cost_nanos INTEGER,
        cost_nanos INTEGER NOT NULL, prompt_cost_nanos INTEGER NOT NULL,
        ttft_ms INTEGER, duration_ms INTEGER NOT NULL, generation_ms INTEGER
        """

    static let insert: StaticString = """
        INSERT INTO generations VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,\
        ?23,?24,?25,?26,?27,?28,?29,?30,?31,?32,?33,?34,?35,?36,?37,?38,?39,?40,?41,?42,?43,?44,?45,?46,?47,?48,?49,?50)
        """

    static let insertInFlight: StaticString = """
        INSERT INTO in_flight VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,\
        ?23,?24,?25,?26,?27,?28,?29,?30,?31,?32,?33,?34,?35,?36,?37,?38,?39,?40,?41,?42,?43,?44,?45,?46,?47,?48,?49,?50)
        """

    static let deleteInFlight: StaticString = "DELETE FROM in_flight WHERE id=?1"

    static let select: StaticString = "SELECT * FROM generations WHERE id=?1"
}
