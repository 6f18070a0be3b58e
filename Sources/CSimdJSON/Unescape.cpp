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

}  // namespace

extern "C" size_t martlet_json_unescape(const uint8_t *contents, size_t length, uint8_t *out) {
    const uint8_t *p = contents;
    const uint8_t *const end = contents + length;
    uint8_t *const out_start = out;
    while (p < end) {
        const uint8_t *backslash = static_cast<const uint8_t *>(memchr(p, '\\', static_cast<size_t>(end - p)));
        size_t plain = static_cast<size_t>((backslash ? backslash : end) - p);
        memcpy(out, p, plain);
        out += plain;
        p += plain;
        if (!backslash) break;
        if (p[1] != 'u') {
            *out++ = simple_escape(p[1]);
            p += 2;
            continue;
        }
        uint32_t unit = read_unit(p + 2);
        p += 6;
        if (unit >= 0xD800 && unit < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
            uint32_t low = read_unit(p + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                out = write_scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out);
                p += 6;
                continue;
            }
        }
        out = write_scalar(unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit, out);
    }
    return static_cast<size_t>(out - out_start);
}
