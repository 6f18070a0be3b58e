#pragma once
// Checks on the inside of strings: finding backslashes and checking what follows them.

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace martlet {

/// The value of a hexadecimal digit, or -1.
inline int hex_value(uint8_t byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    uint8_t lower = byte | 0x20;
    if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
    return -1;
}

/// The first backslash in [p, end), or `end`. May read up to 64 bytes behind `end`, which the caller's padding allows.
inline const uint8_t *find_backslash(const uint8_t *p, const uint8_t *end) {
#if defined(__SSE2__)
    const __m128i wanted = _mm_set1_epi8('\\');
    // Long texts go four registers at a time: a prompt is mostly one long string.
    while (end - p >= 64) {
        __m128i a = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)), wanted);
        __m128i b = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p + 16)), wanted);
        __m128i c = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p + 32)), wanted);
        __m128i d = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p + 48)), wanted);
        if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) != 0) break;
        p += 64;
    }
    while (p < end) {
        unsigned mask = static_cast<unsigned>(
            _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)), wanted)));
        if (mask != 0) {
            p += __builtin_ctz(mask);
            return p < end ? p : end;
        }
        p += 16;
    }
    return end;
#else
    const void *found = p < end ? memchr(p, '\\', static_cast<size_t>(end - p)) : nullptr;
    return found ? static_cast<const uint8_t *>(found) : end;
#endif
}

/// The first byte in [p, end) that a JSON string must escape, or `end`. Reads nothing behind `end`.
inline const uint8_t *find_escapable(const uint8_t *p, const uint8_t *end) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);
    while (end - p >= 16) {
        __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        __m128i special = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, special)));
        if (mask != 0) return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (p < end && *p >= 0x20 && *p != '"' && *p != '\\') p++;
    return p;
}

/// Checks every escape from the backslash at `p` on. Returns null when all are valid, else the bad backslash.
/// A lone surrogate is a valid escape by RFC 8259's grammar.
inline const uint8_t *check_escapes(const uint8_t *p, const uint8_t *end) {
    while (p < end) {
        // A string's last byte is never an unescaped backslash, so p[1] is inside or is the closing quote.
        switch (p[1]) {
        case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
            p += 2;
            break;
        case 'u':
            if (end - p < 6) return p;
            if ((hex_value(p[2]) | hex_value(p[3]) | hex_value(p[4]) | hex_value(p[5])) < 0) return p;
            p += 6;
            break;
        default:
            return p;
        }
        p = find_backslash(p, end);
    }
    return nullptr;
}

}  // namespace martlet
