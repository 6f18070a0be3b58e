#pragma once
// simdjson's first stage needs room for every position of a text before anybody knows how many values it holds. This
// walk, of large texts alone, counts them beforehand.

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace martlet {

/// One past the closing quote of the string whose opening quote is before `at`, or the text's length.
inline size_t string_end(const uint8_t *text, size_t at, size_t length) {
    size_t begin = at;
    while (at < length) {
        auto quote = static_cast<const uint8_t *>(std::memchr(text + at, '"', length - at));
        if (!quote) return length;
        at = static_cast<size_t>(quote - text) + 1;
        size_t slash = at - 1;
        while (slash > begin && text[slash - 1] == '\\') slash--;
        if ((at - 1 - slash) % 2 == 0) return at;
    }
    return length;
}

/// Where the first value or member name beyond `limit` of them begins; `length` where there are no more.
///
/// A text of `n` values has at most three positions (a bracket, a comma or colon, the other bracket) for each, so one
/// with more is no JSON, and is stopped as if they were values: it would take as much memory.
inline size_t value_beyond(const uint8_t *text, size_t length, size_t limit) {
    // Between two values there is at least one byte.
    if (length / 2 < limit) return length;
    size_t values = 0;
    size_t positions = 0;
    bool in_scalar = false;
    for (size_t at = 0; at < length;) {
        size_t begin = at++;
        bool is_value = false;
        bool is_scalar = false;
        switch (text[begin]) {
        case ' ': case '\t': case '\n': case '\r': in_scalar = false; continue;
        case ',': case ':': case ']': case '}': break;
        case '[': case '{': is_value = true; break;
        case '"': is_value = true; at = string_end(text, at, length); break;
        // It hides the byte behind it, as in the first stage.
        case '\\': at++; [[fallthrough]];
        default:
            is_scalar = true;
            if (in_scalar) continue;
            is_value = true;
        }
        in_scalar = is_scalar;
        positions++;
        values += is_value;
        if (values > limit || positions > 3 * limit) return begin;
    }
    return length;
}

}  // namespace martlet
