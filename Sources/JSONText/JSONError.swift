import CSimdJSON

/// Why a text is no JSON, and at which byte.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case empty
        case tooLarge
        case byteOrderMark
        case invalidUTF8
        case controlCharacterInString
        case unterminatedString
        case invalidEscape
        case invalidNumber
        case numberTooLong
        case invalidLiteral
        case expectedValue
        case expectedKey
        case expectedColon
        case expectedCommaOrEnd
        case trailingContent
        case unexpectedEnd
        case tooDeep
        case tooManyValues
        case outOfMemory
    }

    package let kind: Kind
    /// Bytes before the offending one.
    package let offset: Int

    package init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    package var description: String { "\(reason) at byte \(offset)" }

    /// What is wrong, without the place.
    package var reason: StaticString {
        switch kind {
        case .empty: "no JSON value, the text is empty"
        case .tooLarge: "the text is longer than 64 MiB"
        case .byteOrderMark: "a byte order mark stands before the JSON text"
        case .invalidUTF8: "bytes that are not UTF-8"
        case .controlCharacterInString: "an unescaped control character in a string"
        case .unterminatedString: "a string without its closing quote"
        case .invalidEscape: "an unknown escape in a string"
        case .invalidNumber: "a malformed number"
        case .numberTooLong: "a number of more than 1024 digits"
        case .invalidLiteral: "an unknown word where only true, false or null may stand"
        case .expectedValue: "something else where a value should be"
        case .expectedKey: "something else where a member's name in quotes should be"
        case .expectedColon: "no colon after a member's name"
        case .expectedCommaOrEnd: "no comma or closing bracket after a value"
        case .trailingContent: "more text after the JSON value"
        case .unexpectedEnd: "the text ends within a value"
        case .tooDeep: "more than 256 levels of nesting"
        case .tooManyValues: "more than 6 million values"
        case .outOfMemory: "not enough memory to read the text"
        }
    }
}

extension JSONError.Kind {
    init(_ status: martlet_json_status) {
        self =
            switch status {
            case martlet_json_empty: .empty
            case martlet_json_too_large: .tooLarge
            case martlet_json_byte_order_mark: .byteOrderMark
            case martlet_json_invalid_utf8: .invalidUTF8
            case martlet_json_control_character: .controlCharacterInString
            case martlet_json_unterminated_string: .unterminatedString
            case martlet_json_invalid_escape: .invalidEscape
            case martlet_json_invalid_number: .invalidNumber
            case martlet_json_number_too_long: .numberTooLong
            case martlet_json_invalid_literal: .invalidLiteral
            case martlet_json_expected_key: .expectedKey
            case martlet_json_expected_colon: .expectedColon
            case martlet_json_expected_comma_or_end: .expectedCommaOrEnd
            case martlet_json_trailing_content: .trailingContent
            case martlet_json_unexpected_end: .unexpectedEnd
            case martlet_json_too_deep: .tooDeep
            case martlet_json_too_many_values: .tooManyValues
            case martlet_json_out_of_memory: .outOfMemory
            default: .expectedValue
            }
    }
}
