// From the files of a configuration to compiled flows.
#pragma once

#include "paysync/app/configuration.hpp"

namespace paysync::app {

/// Null when `problems` has an error. Files are read in order of their names.
std::shared_ptr<const flow::FlowSet> load_flows(const FlowFiles& files, yaml::Problems& problems);

/// The files of another folder, with the functions.jq beside that folder if there is one.
FlowFiles with_folder(FlowFiles files, const std::filesystem::path& folder);

} // namespace paysync::app
