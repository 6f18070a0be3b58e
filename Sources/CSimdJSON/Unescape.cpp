#include "CSimdJSON.h"

#include "StringContents.h"

namespace {

uint32_t read_unit(const uint8_t *digits) {
    return static_cast<uint32_t>(martlet::hex_value(digits[0]) << 12 | martlet::hex_value(digits[1]) << 8 |
                                 martlet::hex_value(digits[2]) << 4 | martlet::hex_value(digits[3]));
}

uint8_t *write_scalar(uint32_t scalar, uint8_t *out) {
    if (scalar < 0x80) {
        *out++ = static_cast<uint8_t>(scalar);
    } else if (scalar < 0x800) {
        *out++ = static_cast<uint8_t>(0xC0 | scalar >> 6);
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        *out++ = static_cast<uint8_t>(0xE0 | scalar >> 12);
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 0x3F));
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    } else {
        *out++ = static_cast<uint8_t>(0xF0 | scalar >> 18);
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 12 & 0x3F));
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 0x3F));
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 0x3F));
    }
    return out;
}

uint8_t simple_escape(uint8_t letter) {
    switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return letter;
    }
}

/// Writes what the escape at `p` stands for, at most four bytes, and moves both on.
void unescape_one(const uint8_t *&p, const uint8_t *end, uint8_t *&out) {
    if (p[1] != 'u') {
        *out++ = simple_escape(p[1]);
        p += 2;
        return;
    }
    uint32_t unit = read_unit(p + 2);
    p += 6;
    if (unit >= 0xD800 && unit < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        uint32_t low = read_unit(p + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            out = write_scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out);
            p += 6;
            return;
        }
    }
    out = write_scalar(unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit, out);
}

}  // namespace

extern "C" size_t martlet_json_unescape(const uint8_t *contents, size_t length, uint8_t *out) {
    const uint8_t *p = contents;
    const uint8_t *const end = contents + length;
    uint8_t *const out_start = out;
    while (p < end) {
        const uint8_t *backslash = martlet::find_backslash(p, end);
        size_t plain = static_cast<size_t>(backslash - p);
        memcpy(out, p, plain);
        out += plain;
        p += plain;
        if (p < end) unescape_one(p, end, out);
    }
    return static_cast<size_t>(out - out_start);
}

extern "C" bool martlet_json_unescaped_equals(
    const uint8_t *contents, size_t length, const uint8_t *other, size_t other_length) {
    const uint8_t *p = contents;
    const uint8_t *const end = contents + length;
    const uint8_t *const other_end = other + other_length;
    while (p < end) {
        if (*p != '\\') {
            if (other == other_end || *p++ != *other++) return false;
            continue;
        }
        uint8_t scalar[4];
        uint8_t *scalar_end = scalar;
        unescape_one(p, end, scalar_end);
        size_t size = static_cast<size_t>(scalar_end - scalar);
        if (static_cast<size_t>(other_end - other) < size || memcmp(other, scalar, size) != 0) return false;
        other += size;
    }
    return other == other_end;
}

extern "C" size_t martlet_json_plain_length(const uint8_t *bytes, size_t length) {
    return static_cast<size_t>(martlet::find_escapable(bytes, bytes + length) - bytes);
}
