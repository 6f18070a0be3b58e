#pragma once
// Strict checks of numbers and literals. They read forward until the grammar stops them; the caller compares where
// they stopped with the next structural position.

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace martlet {

inline bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

inline bool is_digit(uint8_t byte) { return static_cast<uint8_t>(byte - '0') < 10; }

/// One past a number of RFC 8259's grammar that starts at `p`, or null. When `bounded`, it sees nothing at and behind
/// `limit`; else the byte at `limit` must be one that ends a number.
template <bool bounded>
inline const uint8_t *skip_number(const uint8_t *p, const uint8_t *limit) {
    auto peek = [&]() -> uint8_t { return !bounded || p < limit ? *p : static_cast<uint8_t>(' '); };
    if (peek() == '-') p++;
    if (peek() == '0') {
        p++;
        if (is_digit(peek())) return nullptr;
    } else {
        if (!is_digit(peek())) return nullptr;
        do p++; while (is_digit(peek()));
    }
    if (peek() == '.') {
        p++;
        if (!is_digit(peek())) return nullptr;
        do p++; while (is_digit(peek()));
    }
    if ((peek() | 0x20) == 'e') {
        p++;
        if (peek() == '+' || peek() == '-') p++;
        if (!is_digit(peek())) return nullptr;
        do p++; while (is_digit(peek()));
    }
    return p;
}

/// Where a scalar that may end anywhere up to `limit` must have ended: at `limit` or before white space.
inline bool ends_properly(const uint8_t *p, const uint8_t *limit) {
    return p == limit || (p < limit && is_space(*p));
}

}  // namespace martlet
