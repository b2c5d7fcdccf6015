// Files to compiled flows.
#pragma once

#include "flow/loading.hpp"

namespace paysync::flow {

/// Fills `compiled`; what is wrong goes to `problems`. `functions` is the user's functions.jq.
void load_files(FlowSet::Compiled& compiled, const std::vector<SourceFile>& files, const SourceFile& functions,
                const FlowSettings& settings, Problems& problems);

} // namespace paysync::flow
