// Steps whose effect is no record: invoke, notify and hold.
#include "flow/step_loading.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

void check_endpoint(Loading& loading, const Node& node, const CallStep& call) {
    if (call.target.kind != Value::Kind::literal || !loading.settings.endpoints) return;
    const auto& known = *loading.settings.endpoints;
    if (known.contains(node.scalar)) return;
    loading.problems.error(node.place, "no endpoint is called '" + node.scalar + "'",
                           known.empty() ? "name it under `notify:` in paysync.yaml"
                                         : nearest_advice(node.scalar, {known.begin(), known.end()}));
}

} // namespace

bool mentions_item(const Names& names, const Value& value) {
    if (names.item.empty()) return true;
    return std::any_of(value.uses.begin(), value.uses.end(),
                       [&](const std::string& name) { return names.of_item.contains(name); });
}

Value load_own_key(Loading& loading, Names& names, const Node& node, const std::string& word) {
    const Node* key = node.find("key");
    if (key == nullptr) {
        loading.problems.error(node.place, "'" + word + "' needs `key`: what names it for ever",
                               "such as: key: " + word + "/${ .payment.id }");
        return {};
    }
    Value value = ValueLoader{loading, names}.load_scalar(*key, "key");
    if (!mentions_item(names, value))
        loading.problems.error(key->place, "inside `each` the key must mention the item",
                               "else all items are one; write ${ $" + names.item + "… } into it");
    return value;
}

CallStep load_call(Loading& loading, Names& names, const Node& node) {
    CallStep call;
    ValueLoader values{loading, names};
    const Node* target = node.find("notify");
    const char* word = target == nullptr ? "invoke" : "notify";
    if (target != nullptr)
        call.kind = OutboundCall::Kind::notify;
    else
        target = node.find("invoke");
    call.target = values.load_scalar(*target, word);
    if (call.kind == OutboundCall::Kind::notify) check_endpoint(loading, *target, call);
    call.key = load_own_key(loading, names, node, word);
    const char* carries = call.kind == OutboundCall::Kind::notify ? "body" : "with";
    call.body.literal = Json::object();
    if (const Node* body = node.find(carries)) {
        call.body = values.load(*body, carries, Literals::typed);
        if (call.kind == OutboundCall::Kind::invoke && !body->is_map() && call.body.kind != Value::Kind::expression)
            loading.problems.error(body->place, "'with' is a map of the action's inputs, not " + body->kind_name());
    }
    return call;
}

HoldStep load_hold(Loading& loading, Names& names, const Node& node) {
    HoldStep hold;
    ValueLoader values{loading, names};
    hold.reason = values.load_scalar(*node.find("hold"), "hold");
    if (const Node* by = node.find("by")) hold.by = load_text(loading.problems, *by, "'by'").value_or("");
    if (node.find("key") != nullptr || !names.item.empty()) hold.key = load_own_key(loading, names, node, "hold");
    if (const Node* length = node.find("for")) {
        const auto lasts = length->is_scalar() ? yaml::duration_nanoseconds(length->scalar) : std::nullopt;
        if (lasts)
            hold.lasts = std::chrono::nanoseconds{*lasts};
        else
            loading.problems.error(length->place, "'for' is a length of time", "write 2d or 12h");
    }
    hold.then = load_word<Hold::Then>(loading.problems, node.find("then"), "then",
                                      {{"stop", Hold::Then::stop}, {"go", Hold::Then::go}});
    if (node.find("then") != nullptr && !hold.lasts)
        loading.problems.error(node.find("then")->place, "'then' says what comes after `for`", "write: for: 2d");
    return hold;
}

} // namespace paysync::flow
