package import JSONText

/// An error as a provider wrote it, whatever the shape: the few facts that a decision needs.
package struct UpstreamErrorBody: Sendable, Equatable {
    package var message: String?
    package var code: String?
    package var type: String?
    /// gRPC-style name, as in `RESOURCE_EXHAUSTED`.
    package var statusName: String?
    /// An HTTP status that the body itself names.
    package var status: Int?
    /// `error.param`.
    package var param: String?
    /// The members that a list of faults calls too many, where it finds no other fault.
    package var extraFields: [String] = []
    /// Further names from details: reasons, inner codes, quota ids.
    package var reasons: [String] = []
    /// `RetryInfo.retryDelay`, in milliseconds.
    package var retryDelayMs: UInt64?

    package init(message: String? = nil, code: String? = nil, type: String? = nil, status: Int? = nil) {
        self.message = message
        self.code = code
        self.type = type
        self.status = status
    }

    /// The error in an answer that is known to be one (its status says so). Takes every shape of the families we know;
    /// nil where nothing in it looks like an error.
    package init?(_ body: JSONValue) {
        if body.isArray {
            guard let first = body[0] else { return nil }
            self.init(first)
            return
        }
        guard body.isObject else { return nil }
        self.init()
        if let error = body["error"], !error.isNull {
            read(error: error)
            if type == nil { type = Self.text(body["error_type"]) }
        } else {
            read(object: body)
        }
        if let groq = body["x_groq"]?["error"], message == nil { read(error: groq) }
        if message == nil, code == nil, type == nil, statusName == nil, reasons.isEmpty { return nil }
    }

    /// The error in an answer that claims success: a 200 body, or one chunk of a stream. nil where it is none.
    package init?(inBand body: JSONValue) {
        guard Self.isError(body) else { return nil }
        if let error = body["choices"]?[0]?["error"], !error.isNull {
            self.init()
            read(error: error)
        } else if let status = body["base_resp"]?["status_code"]?.integer, status != 0 {
            self.init()
            message = Self.text(body["base_resp"]?["status_msg"])
            code = "\(status)"
        } else {
            self.init(body)
        }
    }

    /// Whether a 200 body or a chunk reports a failure: `error` as object or text, `{"type":"error"}`,
    /// `{"object":"error"}`, a lone `detail`, `x_groq.error`, `base_resp` with a code, or a choice with an error.
    package static func isError(_ body: JSONValue) -> Bool {
        if body.isArray { return body.count == 1 && body[0].map(isError) == true }
        guard body.isObject else { return false }
        if let error = body["error"], !error.isNull { return true }
        if let choice = body["choices"]?[0] {
            if let error = choice["error"], !error.isNull { return true }
            if choice["finish_reason"]?.equals("error") == true { return true }
        } else {
            if body["type"]?.equals("error") == true || body["object"]?.equals("error") == true { return true }
            if let detail = body["detail"], !detail.isNull { return true }
        }
        if let error = body["x_groq"]?["error"], !error.isNull { return true }
        if let status = body["base_resp"]?["status_code"]?.integer, status != 0 { return true }
        return false
    }

    private mutating func read(error: JSONValue) {
        if let text = error.string {
            message = Self.bounded(text)
            return
        }
        read(object: error)
    }

    private mutating func read(object: JSONValue) {
        message = Self.text(object["message"]) ?? Self.text(object["Message"])
        if message == nil { read(detail: object["detail"] ?? object["message"]?["detail"]) }
        type = Self.code(object["type"]) ?? Self.code(object["error_type"])
        statusName = Self.code(object["status"])
        param = Self.code(object["param"])
        if let number = object["code"]?.integer {
            status = Self.httpStatus(number)
            if status == nil { code = "\(number)" }
        } else {
            code = Self.code(object["code"])
            status = code.flatMap { Int64($0) }.flatMap(Self.httpStatus)
        }
        if status == nil { status = (object["statusCode"] ?? object["status"])?.integer.flatMap(Self.httpStatus) }
        for inner in [
            object["innererror"]?["code"], object["details"]?["error_code"], object["metadata"]?["error_type"],
        ] {
            if let text = Self.code(inner) { reasons.append(text) }
        }
        if object["metadata"]?["reasons"]?.isArray == true { reasons.append("moderation") }
        if object["failed_generation"] != nil { reasons.append("failed_generation") }
        if let details = object["details"], details.isArray { read(details: details) }
        if message == nil, let raw = Self.text(object["metadata"]?["raw"]) { message = raw }
    }

    /// FastAPI's `detail`: a sentence, an object with one, or a list of field errors.
    private mutating func read(detail: JSONValue?) {
        guard let detail else { return }
        if let text = detail.string {
            message = Self.bounded(text)
        } else if detail.isObject {
            message = Self.text(detail["error"]) ?? Self.text(detail["message"]) ?? Self.text(detail["msg"])
        } else if let first = detail[0] {
            message = Self.text(first["msg"]) ?? Self.text(first["message"])
            read(faults: detail)
        }
    }

    /// Pydantic's list of faults, each with a path such as `["body", "top_k"]`.
    private mutating func read(faults: JSONValue) {
        for fault in faults.elements.prefix(ProvidersLimits.details) {
            guard
                fault["type"]?.equals("extra_forbidden") == true || fault["type"]?.equals("value_error.extra") == true,
                let path = fault["loc"], path.count == 2, path[0]?.equals("body") == true, let name = Self.code(path[1])
            else {
                extraFields = []
                return
            }
            extraFields.append(name)
        }
    }

    /// Google's typed details.
    private mutating func read(details: JSONValue) {
        for detail in details.elements.prefix(ProvidersLimits.details) {
            if let delay = detail["retryDelay"]?.string { retryDelayMs = RetryAfter.duration(delay) }
            if let reason = Self.code(detail["reason"]) { reasons.append(reason) }
            guard let violations = detail["violations"], violations.isArray else { continue }
            for violation in violations.elements.prefix(ProvidersLimits.details) {
                if let quota = Self.code(violation["quotaId"]) { reasons.append(quota) }
            }
        }
    }

    private static func httpStatus(_ number: Int64) -> Int? {
        (400...599).contains(number) ? Int(number) : nil
    }

    private static func text(_ value: JSONValue?) -> String? {
        value?.string.flatMap { $0.isEmpty ? nil : bounded($0) }
    }

    private static func code(_ value: JSONValue?) -> String? {
        guard let text = value?.string, !text.isEmpty, text.utf8.count <= ProvidersLimits.codeBytes else { return nil }
        return text
    }

    private static func bounded(_ text: String) -> String {
        text.utf8.count <= ProvidersLimits.messageBytes
            ? text : String(decoding: text.utf8.prefix(ProvidersLimits.messageBytes), as: UTF8.self) + "…"
    }
}
