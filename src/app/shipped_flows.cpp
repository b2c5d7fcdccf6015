// Loads what was compiled in.
#include "paysync/app/shipped_flows.hpp"

#include "app/flow_files.hpp"

#include <stdexcept>

namespace paysync::app {

std::shared_ptr<const flow::FlowSet> shipped_flows(const flow::FlowSettings& settings) {
    FlowFiles files;
    files.settings = settings;
    yaml::Problems problems;
    auto loaded = load_flows(files, problems);
    if (!loaded) throw std::runtime_error("the shipped flows do not load:\n" + problems.text());
    return loaded;
}

} // namespace paysync::app
