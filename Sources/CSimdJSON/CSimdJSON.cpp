#include "CSimdJSON.h"

#include <cstdlib>
#include <memory>
#include <new>
#include <simdjson.h>

#include "FailureOffsets.h"
#include "Scalars.h"
#include "StringContents.h"

using Node = martlet_json_node;

namespace {

constexpr size_t smallest_capacity = 4096;

struct Failure {
    martlet_json_status status;
    size_t offset;
};

}  // namespace

struct martlet_json_scanner {
    martlet_json_limits limits;
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    size_t text_capacity = 0;
    Node *nodes = nullptr;
    size_t node_capacity = 0;

    martlet_json_status make_room_for_text(size_t length);
    martlet_json_status make_room_for_nodes(size_t count);
    Failure walk(const uint8_t *text, size_t length);
};

martlet_json_status martlet_json_scanner::make_room_for_text(size_t length) {
    // simdjson keeps four bytes of index per byte of text.
    if (text_capacity >= length && text_capacity > 0) return martlet_json_ok;
    size_t wanted = smallest_capacity;
    while (wanted < length) wanted *= 2;
    if (wanted > limits.text_bytes) wanted = limits.text_bytes > length ? limits.text_bytes : length;
    parser.reset();
    text_capacity = 0;
    // The depth is that of simdjson's own second stage, which is never run.
    auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(wanted, 1, parser);
    if (error) return martlet_json_out_of_memory;
    text_capacity = wanted;
    return martlet_json_ok;
}

martlet_json_status martlet_json_scanner::make_room_for_nodes(size_t count) {
    bool oversized = node_capacity * sizeof(Node) > limits.retained_bytes && count < node_capacity / 2;
    if (node_capacity >= count && !oversized) return martlet_json_ok;
    size_t wanted = 256;
    while (wanted < count) wanted += wanted / 2;
    std::free(nodes);
    nodes = static_cast<Node *>(std::malloc(wanted * sizeof(Node)));
    node_capacity = nodes ? wanted : 0;
    return nodes ? martlet_json_ok : martlet_json_out_of_memory;
}

/// The second stage: one pass over the structural positions. The open containers need no stack of their own: while a
/// container is open, its `span` holds the index of the container around it.
Failure martlet_json_scanner::walk(const uint8_t *text, size_t length) {
    const uint32_t *index = parser->structural_indexes.get();
    const uint32_t *const last = index + parser->n_structural_indexes;
    Node *const first = nodes + 1;
    Node *node = first;
    uint32_t open = 0;         // index of the innermost open container
    uint32_t count = 0;        // its members or elements so far
    bool in_object = false;
    size_t depth = 0;
    uint32_t at = 0;

#define FAIL(status, offset) return Failure{martlet_json_##status, static_cast<size_t>(offset)}
#define NEXT_OR_END() do { if (index == last) FAIL(unexpected_end, length); at = *index++; } while (0)
// simdjson puts the text's length behind the last position, so `*index` is always readable.

value:
    NEXT_OR_END();
value_at:
    switch (text[at]) {
    case '"': {
        const uint8_t *end = text + *index;
        do end--; while (martlet::is_space(*end));
        if (end <= text + at || *end != '"') FAIL(unterminated_string, at);
        const uint8_t *backslash = martlet::find_backslash(text + at + 1, end);
        uint32_t info = martlet_json_kind_string;
        if (backslash != end) {
            if (const uint8_t *bad = martlet::check_escapes(backslash, end)) FAIL(invalid_escape, bad - text);
            info |= martlet_json_escapes_bit;
        }
        *node++ = Node{at, static_cast<uint32_t>(end + 1 - text), 1, info};
        break;
    }
    case '{':
    case '[': {
        if (++depth > limits.depth) FAIL(too_deep, at);
        if (depth > 1) first[open].info += count << martlet_json_count_shift;
        in_object = text[at] == '{';
        uint32_t opened = static_cast<uint32_t>(node - first);
        *node++ = Node{at, 0, open, in_object ? martlet_json_kind_object : martlet_json_kind_array};
        open = opened;
        count = 0;
        if (index == last) FAIL(unexpected_end, length);
        if (text[*index] == (in_object ? '}' : ']')) {
            at = *index++;
            goto close;
        }
        if (in_object) goto key;
        goto value;
    }
    case 't':
    case 'f':
    case 'n': {
        const uint8_t *start = text + at;
        const uint8_t *limit = text + *index;
        bool is_false = *start == 'f';
        size_t size = is_false ? 5 : 4;
        const char *word = is_false ? "false" : (*start == 't' ? "true" : "null");
        if (std::memcmp(start, word, size) != 0 || !martlet::ends_properly(start + size, limit)) {
            FAIL(invalid_literal, at);
        }
        uint32_t kind = is_false ? martlet_json_kind_false
                                 : (*start == 't' ? martlet_json_kind_true : martlet_json_kind_null);
        *node++ = Node{at, static_cast<uint32_t>(at + size), 1, kind};
        break;
    }
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9': {
        const uint8_t *limit = text + *index;
        const uint8_t *end = martlet::skip_number(text + at, limit);
        if (!end || !martlet::ends_properly(end, limit)) FAIL(invalid_number, at);
        if (static_cast<size_t>(end - text) - at > limits.number_bytes) FAIL(number_too_long, at);
        *node++ = Node{at, static_cast<uint32_t>(end - text), 1, martlet_json_kind_number};
        break;
    }
    default:
        FAIL(expected_value, at);
    }

after_value:
    if (depth == 0) {
        if (index != last) FAIL(trailing_content, *index);
        return Failure{martlet_json_ok, 0};
    }
    count++;
    NEXT_OR_END();
    if (in_object) {
        if (text[at] == ',') goto key;
        if (text[at] == '}') goto close;
    } else {
        if (text[at] == ',') goto value;
        if (text[at] == ']') goto close;
    }
    FAIL(expected_comma_or_end, at);

key: {
    NEXT_OR_END();
    if (text[at] != '"') FAIL(expected_key, at);
    if (index == last) FAIL(unexpected_end, length);
    const uint8_t *end = text + *index;
    if (*end != ':') FAIL(expected_colon, *index);
    do end--; while (martlet::is_space(*end));
    if (end <= text + at || *end != '"') FAIL(unterminated_string, at);
    const uint8_t *backslash = martlet::find_backslash(text + at + 1, end);
    uint32_t info = martlet_json_kind_string;
    if (backslash != end) {
        if (const uint8_t *bad = martlet::check_escapes(backslash, end)) FAIL(invalid_escape, bad - text);
        info |= martlet_json_escapes_bit;
    }
    *node++ = Node{at, static_cast<uint32_t>(end + 1 - text), 1, info};
    index++;
    goto value;
}

close: {
    Node *container = first + open;
    uint32_t around = container->span;
    container->end = at + 1;
    container->span = static_cast<uint32_t>(node - container);
    container->info += count << martlet_json_count_shift;
    depth--;
    if (depth > 0) {
        // Take the count that was put away when the inner container opened back out.
        Node *outer = first + around;
        open = around;
        in_object = (outer->info & martlet_json_kind_mask) == martlet_json_kind_object;
        count = outer->info >> martlet_json_count_shift;
        outer->info &= martlet_json_kind_mask;
    }
    goto after_value;
}
#undef NEXT_OR_END
#undef FAIL
}

extern "C" {

martlet_json_scanner *martlet_json_scanner_create(martlet_json_limits limits) {
    auto *scanner = new (std::nothrow) martlet_json_scanner();
    if (scanner) scanner->limits = limits;
    return scanner;
}

void martlet_json_scanner_destroy(martlet_json_scanner *scanner) {
    if (!scanner) return;
    std::free(scanner->nodes);
    delete scanner;
}

size_t martlet_json_scanner_retained(const martlet_json_scanner *scanner) {
    return scanner->text_capacity * sizeof(uint32_t) + scanner->node_capacity * sizeof(Node);
}

martlet_json_result martlet_json_scan(martlet_json_scanner *scanner, const uint8_t *text, size_t length) {
    auto fail = [](martlet_json_status status, size_t offset) {
        return martlet_json_result{nullptr, status, offset};
    };
    if (length > scanner->limits.text_bytes) return fail(martlet_json_too_large, scanner->limits.text_bytes);
    if (length == 0) return fail(martlet_json_empty, 0);
    if (length >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF) {
        return fail(martlet_json_byte_order_mark, 0);
    }
    if (auto status = scanner->make_room_for_text(length)) return fail(status, 0);
    auto error = scanner->parser->stage1(text, length, simdjson::stage1_mode::regular);
    if (error) {
        auto found = martlet::locate_stage1_failure(error, text, length);
        return fail(found.status, found.offset);
    }
    // Between two values there is always a comma, a colon or a bracket, so nodes are at most half of the positions,
    // apart from opening brackets, of which the depth limit allows only so many in a row.
    size_t most = scanner->parser->n_structural_indexes / 2 + scanner->limits.depth + 4;
    if (auto status = scanner->make_room_for_nodes(most)) return fail(status, 0);
    scanner->nodes[0] = Node{0, 0, 1, martlet_json_kind_boundary};
    Failure failure = scanner->walk(text, length);
    if (scanner->text_capacity * sizeof(uint32_t) > scanner->limits.retained_bytes) {
        scanner->parser.reset();
        scanner->text_capacity = 0;
    }
    if (failure.status != martlet_json_ok) return fail(failure.status, failure.offset);
    return martlet_json_result{scanner->nodes + 1, martlet_json_ok, 0};
}

}  // extern "C"
