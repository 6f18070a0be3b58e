#include "CSimdJSON.h"

#include <cstdlib>
#include <memory>
#include <new>
#include <simdjson.h>

#include "FailureOffsets.h"
#include "ValueCount.h"
#include "Walk.h"

using Node = martlet_json_node;

namespace {

constexpr size_t smallest_capacity = 4096;

}  // namespace

struct martlet_json_scanner {
    martlet_json_limits limits;
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    size_t text_capacity = 0;
    Node *nodes = nullptr;
    size_t node_capacity = 0;

    martlet_json_status make_room_for_text(size_t length);
    martlet_json_status make_room_for_nodes(size_t count);
    void trim_text();
    void trim_nodes();
};

martlet_json_status martlet_json_scanner::make_room_for_text(size_t length) {
    // simdjson keeps four bytes of index per byte of text.
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

void martlet_json_scanner::trim_text() {
    if (text_capacity * sizeof(uint32_t) <= limits.retained_bytes) return;
    parser.reset();
    text_capacity = 0;
}

void martlet_json_scanner::trim_nodes() {
    if (node_capacity * sizeof(Node) <= limits.retained_bytes) return;
    std::free(nodes);
    nodes = nullptr;
    node_capacity = 0;
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

void martlet_json_scanner_trim(martlet_json_scanner *scanner) {
    scanner->trim_text();
    scanner->trim_nodes();
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
    if (scanner->text_capacity < length) {
        // Room for a text that could hold too many values is never kept, so every such text comes this way.
        size_t excess = martlet::value_beyond(text, length, scanner->limits.values);
        if (excess < length) return fail(martlet_json_too_many_values, excess);
        if (auto status = scanner->make_room_for_text(length)) return fail(status, 0);
    }
    auto error = scanner->parser->stage1(text, length, simdjson::stage1_mode::regular);
    if (error) {
        auto found = martlet::locate_stage1_failure(error, text, length);
        scanner->trim_text();
        return fail(found.status, found.offset);
    }
    // Between two values there is always a comma, a colon or a bracket, so nodes are at most half of the positions,
    // apart from opening brackets, of which the depth limit allows only so many in a row.
    size_t most = scanner->parser->n_structural_indexes / 2 + scanner->limits.depth + 4;
    if (auto status = scanner->make_room_for_nodes(most)) return fail(status, 0);
    scanner->nodes[0] = Node{0, 0, 1, martlet_json_kind_boundary};
    martlet::Walk walk(text, length, scanner->parser->structural_indexes.get(), scanner->parser->n_structural_indexes,
                       scanner->limits, scanner->nodes + 1);
    martlet::Failure failure = walk.run();
    scanner->trim_text();
    if (failure.status != martlet_json_ok) {
        scanner->trim_nodes();
        return fail(failure.status, failure.offset);
    }
    return martlet_json_result{scanner->nodes + 1, martlet_json_ok, 0};
}

}  // extern "C"
