#pragma once
// simdjson's first stage says what is wrong with a text but not where. These slow walks find the place; they run only
// for texts that are refused.

#include "CSimdJSON.h"

#include <simdjson.h>

namespace martlet {

struct FoundFailure {
    martlet_json_status status;
    size_t offset;
};

/// Length of the well-formed UTF-8 sequence at `p`, or 0 (Unicode 15, table 3-7).
inline size_t utf8_sequence_length(const uint8_t *p, size_t left) {
    uint8_t a = p[0];
    if (a < 0x80) return 1;
    auto continues = [&](size_t i) { return i < left && (p[i] & 0xC0) == 0x80; };
    if (a >= 0xC2 && a <= 0xDF) return continues(1) ? 2 : 0;
    if (a >= 0xE0 && a <= 0xEF) {
        if (!continues(1) || !continues(2)) return 0;
        if (a == 0xE0 && p[1] < 0xA0) return 0;
        if (a == 0xED && p[1] > 0x9F) return 0;
        return 3;
    }
    if (a >= 0xF0 && a <= 0xF4) {
        if (!continues(1) || !continues(2) || !continues(3)) return 0;
        if (a == 0xF0 && p[1] < 0x90) return 0;
        if (a == 0xF4 && p[1] > 0x8F) return 0;
        return 4;
    }
    return 0;
}

inline size_t first_invalid_utf8(const uint8_t *text, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t step = utf8_sequence_length(text + i, length - i);
        if (step == 0) return i;
        i += step;
    }
    return length;
}

/// Walks quotes and backslashes as the first stage does: a backslash hides the byte behind it, inside and outside of
/// strings.
inline FoundFailure first_string_failure(const uint8_t *text, size_t length) {
    bool inside = false;
    size_t opened = 0;
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = text[i];
        if (inside && byte < 0x20) return {martlet_json_control_character, i};
        if (byte == '\\') {
            i++;
            if (inside && i < length && text[i] < 0x20) return {martlet_json_control_character, i};
        } else if (byte == '"') {
            inside = !inside;
            opened = i;
        }
    }
    return {martlet_json_unterminated_string, inside ? opened : length};
}

inline FoundFailure locate_stage1_failure(simdjson::error_code error, const uint8_t *text, size_t length) {
    switch (error) {
    case simdjson::EMPTY:
        return {martlet_json_empty, length};
    case simdjson::UTF8_ERROR:
        return {martlet_json_invalid_utf8, first_invalid_utf8(text, length)};
    case simdjson::UNESCAPED_CHARS:
    case simdjson::UNCLOSED_STRING:
        return first_string_failure(text, length);
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
        return {martlet_json_out_of_memory, 0};
    default:
        return {martlet_json_expected_value, 0};
    }
}

}  // namespace martlet
