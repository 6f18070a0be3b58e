#pragma once
// The second stage: one pass over the structural positions that simdjson's first stage found. It checks the grammar
// and writes the nodes.

#include "CSimdJSON.h"

#include "Scalars.h"
#include "StringContents.h"

/// Inlining the whole walk into its one caller keeps its state in registers.
#define MARTLET_ALWAYS_INLINE __attribute__((always_inline)) inline

namespace martlet {

using Node = martlet_json_node;

struct Failure {
    martlet_json_status status;
    size_t offset;
};

/// The open containers need no stack of their own: while a container is open, its `span` holds the index of the
/// container around it, and an outer one's count is put away in its `info`.
class Walk {
public:
    /// `positions` ends with the text's length, as simdjson leaves it, so `*next` is always readable. `nodes` has room
    /// for half as many nodes as there are positions, and as many more as containers may nest.
    MARTLET_ALWAYS_INLINE Walk(const uint8_t *text, size_t length, const uint32_t *positions, size_t count, const martlet_json_limits &limits,
         Node *nodes)
        : text(text), text_end(text + length), next(positions), last(positions + count), limits(limits), first(nodes),
          node(nodes), backslash(find_backslash(text, text_end)) {}

    Failure run();

private:
    const uint8_t *const text;
    const uint8_t *const text_end;
    const uint32_t *next;
    const uint32_t *const last;
    const martlet_json_limits limits;
    Node *const first;
    Node *node;
    /// The first backslash at or behind the string to be read next, or the text's end: most strings have none, which
    /// then costs one comparison.
    const uint8_t *backslash;
    /// The innermost open container, its count so far and its closing bracket.
    uint32_t open = 0;
    uint32_t count = 0;
    uint8_t closer = 0;
    size_t depth = 0;
    Failure failure{martlet_json_ok, 0};

    MARTLET_ALWAYS_INLINE bool fail(martlet_json_status status, size_t offset) {
        failure = Failure{status, offset};
        return false;
    }

    MARTLET_ALWAYS_INLINE bool fail_at_end() { return fail(martlet_json_unexpected_end, static_cast<size_t>(text_end - text)); }

    bool read_value(uint32_t at, bool &opened);
    bool read_key();
    bool read_string(uint32_t at, const uint8_t *behind);
    bool read_number(uint32_t at);
    bool read_word(uint32_t at, const char *word, size_t length, uint32_t kind);
    bool open_container(uint32_t at, bool &opened);
    void close_container(uint32_t at);
};

MARTLET_ALWAYS_INLINE Failure Walk::run() {
    for (;;) {
        if (next == last) return fail_at_end(), failure;
        bool opened = false;
        if (!read_value(*next++, opened)) return failure;
        if (opened) continue;
        // Behind a value: as many closing brackets as there are, then a comma or the end.
        for (;;) {
            if (depth == 0) {
                if (next != last) fail(martlet_json_trailing_content, *next);
                return failure;
            }
            count++;
            if (next == last) return fail_at_end(), failure;
            uint32_t at = *next++;
            if (text[at] == ',') {
                if (closer == '}' && !read_key()) return failure;
                break;
            }
            if (text[at] != closer) return fail(martlet_json_expected_comma_or_end, at), failure;
            close_container(at);
        }
    }
}

/// Reads a scalar or an empty container, or opens one that has something in it.
MARTLET_ALWAYS_INLINE bool Walk::read_value(uint32_t at, bool &opened) {
    switch (text[at]) {
    case '"': return read_string(at, text + *next);
    case '{': case '[': return open_container(at, opened);
    case 't': return read_word(at, "true", 4, martlet_json_kind_true);
    case 'f': return read_word(at, "false", 5, martlet_json_kind_false);
    case 'n': return read_word(at, "null", 4, martlet_json_kind_null);
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        return read_number(at);
    default: return fail(martlet_json_expected_value, at);
    }
}

/// Reads a member's name and its colon.
MARTLET_ALWAYS_INLINE bool Walk::read_key() {
    if (next == last) return fail_at_end();
    uint32_t at = *next++;
    if (text[at] != '"') return fail(martlet_json_expected_key, at);
    if (next == last) return fail_at_end();
    const uint8_t *colon = text + *next;
    if (*colon != ':') return fail(martlet_json_expected_colon, *next);
    next++;
    return read_string(at, colon);
}

/// Reads a string whose closing quote is the last byte before `behind` that is no white space: the first stage does
/// not list closing quotes, and it lists whatever else could stand there.
MARTLET_ALWAYS_INLINE bool Walk::read_string(uint32_t at, const uint8_t *behind) {
    const uint8_t *quote = behind - 1;
    while (*quote != '"') {
        if (quote == text + at || !is_space(*quote)) return fail(martlet_json_unterminated_string, at);
        quote--;
    }
    if (quote == text + at) return fail(martlet_json_unterminated_string, at);
    uint32_t info = martlet_json_kind_string;
    if (__builtin_expect(backslash < quote, 0)) {
        if (const uint8_t *bad = check_escapes(backslash, quote)) {
            return fail(martlet_json_invalid_escape, static_cast<size_t>(bad - text));
        }
        info |= martlet_json_escapes_bit;
        backslash = find_backslash(quote, text_end);
    }
    *node++ = Node{at, static_cast<uint32_t>(quote + 1 - text), 1, info};
    return true;
}

MARTLET_ALWAYS_INLINE bool Walk::read_number(uint32_t at) {
    const uint8_t *limit = text + *next;
    // A position behind the number stops it by itself; only at the text's end must each byte be looked up first.
    const uint8_t *end = limit == text_end ? skip_number<true>(text + at, limit) : skip_number<false>(text + at, limit);
    if (!end || !ends_properly(end, limit)) return fail(martlet_json_invalid_number, at);
    if (static_cast<size_t>(end - text) - at > limits.number_bytes) return fail(martlet_json_number_too_long, at);
    *node++ = Node{at, static_cast<uint32_t>(end - text), 1, martlet_json_kind_number};
    return true;
}

MARTLET_ALWAYS_INLINE bool Walk::read_word(
    uint32_t at, const char *word, size_t length, uint32_t kind) {
    const uint8_t *end = text + at + length;
    if (std::memcmp(text + at, word, length) != 0 || !ends_properly(end, text + *next)) {
        return fail(martlet_json_invalid_literal, at);
    }
    *node++ = Node{at, static_cast<uint32_t>(at + length), 1, kind};
    return true;
}

MARTLET_ALWAYS_INLINE bool Walk::open_container(uint32_t at, bool &opened) {
    bool is_object = text[at] == '{';
    uint32_t kind = is_object ? martlet_json_kind_object : martlet_json_kind_array;
    if (depth == limits.depth) return fail(martlet_json_too_deep, at);
    if (next == last) return fail_at_end();
    if (text[*next] == (is_object ? '}' : ']')) {
        *node++ = Node{at, *next++ + 1, 1, kind};
        return true;
    }
    if (depth++ > 0) first[open].info += count << martlet_json_count_shift;
    uint32_t around = open;
    open = static_cast<uint32_t>(node - first);
    *node++ = Node{at, 0, around, kind};
    count = 0;
    closer = is_object ? '}' : ']';
    opened = true;
    return is_object ? read_key() : true;
}

MARTLET_ALWAYS_INLINE void Walk::close_container(uint32_t at) {
    Node *container = first + open;
    uint32_t around = container->span;
    container->end = at + 1;
    container->span = static_cast<uint32_t>(node - container);
    container->info += count << martlet_json_count_shift;
    if (--depth == 0) return;
    Node *outer = first + around;
    open = around;
    closer = (outer->info & martlet_json_kind_mask) == martlet_json_kind_object ? '}' : ']';
    count = outer->info >> martlet_json_count_shift;
    outer->info &= martlet_json_kind_mask;
}

}  // namespace martlet
