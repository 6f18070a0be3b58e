#include "CSimdJSON.h"

#include <cstring>

namespace {

inline uint64_t load64(const uint8_t *p) {
    uint64_t word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

inline uint32_t load32(const uint8_t *p) {
    uint32_t word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

/// Names are short: two overlapping words compare up to sixteen bytes.
inline bool equal_bytes(const uint8_t *a, const uint8_t *b, size_t length) {
    if (length > 16) return std::memcmp(a, b, length) == 0;
    if (length >= 8) return load64(a) == load64(b) && load64(a + length - 8) == load64(b + length - 8);
    if (length >= 4) return load32(a) == load32(b) && load32(a + length - 4) == load32(b + length - 4);
    for (size_t i = 0; i < length; i++) {
        if (a[i] != b[i]) return false;
    }
    return true;
}

}  // namespace

extern "C" const martlet_json_node *martlet_json_find(
    const uint8_t *text, const martlet_json_node *object, const uint8_t *name, size_t length) {
    if ((object->info & martlet_json_kind_mask) != martlet_json_kind_object) return nullptr;
    const martlet_json_node *const end = object + object->span;
    for (const martlet_json_node *key = object + 1; key < end; key += 1 + key[1].span) {
        const uint8_t *contents = text + key->start + 1;
        size_t size = key->end - key->start - 2;
        if (size == length) {
            if (equal_bytes(contents, name, length)) {
                // A name with a backslash in it is never the source of an escaped name.
                if ((key->info & martlet_json_escapes_bit) == 0) return key + 1;
            }
        } else if (key->info & martlet_json_escapes_bit) {
            if (martlet_json_unescaped_equals(contents, size, name, length)) return key + 1;
        }
    }
    return nullptr;
}
