// The fields that flows write, with their places: for what only an org can say of them.
#pragma once

#include "paysync/flow/flow_set.hpp"

#include <optional>
#include <string>
#include <vector>

namespace paysync::flow {

struct WrittenField {
    std::string object;
    std::string field;
    yaml::Place place;
    bool optional = false;       ///< listed so by its step
    std::optional<Json> literal; ///< the value, where it is no expression
};

/// Of all flows, switched on or not, in the order of the files.
std::vector<WrittenField> fields_written(const FlowSet& flows);

} // namespace paysync::flow
