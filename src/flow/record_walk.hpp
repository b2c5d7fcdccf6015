// All record steps of a flow, wherever they stand.
#pragma once

#include "flow/compiled.hpp"

#include <functional>

namespace paysync::flow {

/// In the order of the file; those of used fragments and inside other steps too, each every time it is reached.
void for_each_record(const std::vector<Step>& steps,
                     const std::function<void(const Step& step, const RecordStep& record)>& visit);

} // namespace paysync::flow
