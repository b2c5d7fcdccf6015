// YAML values as JSON.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/yaml/document.hpp"

namespace paysync::yaml {

/// By YAML 1.2's core schema: unquoted numbers, true, false and null are these, all else is text.
base::Json to_json(const Node& node);

} // namespace paysync::yaml
