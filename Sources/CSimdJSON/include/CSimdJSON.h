#pragma once
// A strict JSON scanner over simdjson's first stage.
//
// simdjson finds the structural characters, checks UTF-8 and control characters in strings with SIMD. Our own second
// stage walks those positions once, checks the whole grammar and writes a flat array of nodes that point into the
// text, so that nothing is copied and a value's exact source range is known.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum martlet_json_kind {
    martlet_json_kind_object = 0,
    martlet_json_kind_array = 1,
    martlet_json_kind_string = 2,
    martlet_json_kind_number = 3,
    martlet_json_kind_true = 4,
    martlet_json_kind_false = 5,
    martlet_json_kind_null = 6,
    /// Precedes the root, so that a walk towards the front knows where to stop.
    martlet_json_kind_boundary = 7,
};

/// The low bits of `info` are the kind; then one bit for escapes; the rest counts members or elements.
enum {
    martlet_json_kind_mask = 0x7,
    martlet_json_escapes_bit = 0x8,
    martlet_json_count_shift = 4,
};

/// One value, or one member's key. Children follow their container directly: key, value, key, value ... in objects.
struct martlet_json_node {
    /// First byte of the value in the text; a string's opening quote.
    uint32_t start;
    /// One past the last byte; behind a string's closing quote.
    uint32_t end;
    /// Nodes in this value's subtree, itself included: the next sibling is `self + span`.
    uint32_t span;
    /// Kind, escapes flag and count, packed as said above.
    uint32_t info;
};

enum martlet_json_status {
    martlet_json_ok = 0,
    martlet_json_empty,
    martlet_json_too_large,
    martlet_json_byte_order_mark,
    martlet_json_invalid_utf8,
    martlet_json_control_character,
    martlet_json_unterminated_string,
    martlet_json_invalid_escape,
    martlet_json_invalid_number,
    martlet_json_number_too_long,
    martlet_json_invalid_literal,
    martlet_json_expected_value,
    martlet_json_expected_key,
    martlet_json_expected_colon,
    martlet_json_expected_comma_or_end,
    martlet_json_trailing_content,
    martlet_json_unexpected_end,
    martlet_json_too_deep,
    martlet_json_too_many_values,
    martlet_json_out_of_memory,
};

struct martlet_json_limits {
    size_t text_bytes;
    size_t number_bytes;
    size_t depth;
    /// Values and member names in one text.
    size_t values;
    /// Working memory above this many bytes is given back instead of kept for the next text.
    size_t retained_bytes;
};

struct martlet_json_result {
    /// The root value, or null when `status` is not ok. Valid until the next scan.
    const struct martlet_json_node *root;
    enum martlet_json_status status;
    /// Byte offset of the failure.
    size_t offset;
};

struct martlet_json_scanner;

struct martlet_json_scanner *martlet_json_scanner_create(struct martlet_json_limits limits);
void martlet_json_scanner_destroy(struct martlet_json_scanner *scanner);

/// Scans `length` bytes, which must be followed by 64 readable ones.
struct martlet_json_result martlet_json_scan(
    struct martlet_json_scanner *scanner, const uint8_t *text, size_t length);

/// Bytes of working memory held at present.
size_t martlet_json_scanner_retained(const struct martlet_json_scanner *scanner);

/// Gives back working memory above `retained_bytes`. The values of the last scan are gone then.
void martlet_json_scanner_trim(struct martlet_json_scanner *scanner);

/// The value of the object's first member of that unescaped name, or null.
const struct martlet_json_node *martlet_json_find(
    const uint8_t *text, const struct martlet_json_node *object, const uint8_t *name, size_t length);

/// Whether a scanned string's contents, which have escapes, stand for the other bytes.
bool martlet_json_unescaped_equals(
    const uint8_t *contents, size_t length, const uint8_t *other, size_t other_length);

/// How many bytes at the front of `bytes` need no escape in a JSON string.
size_t martlet_json_plain_length(const uint8_t *bytes, size_t length);

/// Writes the unescaped bytes of a scanned string's contents (without quotes) and returns how many.
/// `out` has room for `length` bytes, which is always enough. Lone surrogates become U+FFFD.
size_t martlet_json_unescape(const uint8_t *contents, size_t length, uint8_t *out);

#ifdef __cplusplus
}
#endif
