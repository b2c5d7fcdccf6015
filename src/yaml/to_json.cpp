// From YAML to JSON.
#include "paysync/yaml/to_json.hpp"

namespace paysync::yaml {

namespace {

base::Json scalar_to_json(const Node& node) {
    if (const auto truth = node.as_bool()) return *truth;
    if (const auto whole = node.as_integer()) return *whole;
    if (const auto number = node.as_number()) return *number;
    return node.scalar;
}

} // namespace

base::Json to_json(const Node& node) {
    switch (node.kind) {
    case Node::Kind::null: return nullptr;
    case Node::Kind::scalar: return scalar_to_json(node);
    case Node::Kind::list: {
        base::Json list = base::Json::array();
        for (const Node& item : node.items) list.push_back(to_json(item));
        return list;
    }
    case Node::Kind::map: {
        base::Json map = base::Json::object();
        for (const Node::Member& member : node.members) map[member.key] = to_json(member.value);
        return map;
    }
    }
    return nullptr;
}

} // namespace paysync::yaml
