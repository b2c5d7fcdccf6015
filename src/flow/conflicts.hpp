// Two flows that write one field.
#pragma once

#include "flow/compiled.hpp"
#include "paysync/yaml/document.hpp"

namespace paysync::flow {

/// Warns where two flows that begin on different events set one field of what may be one record, each to something
/// else: what stands there in the end would be the word of whichever event happened last.
void warn_of_conflicts(const FlowSet::Compiled& compiled, yaml::Problems& problems);

} // namespace paysync::flow
