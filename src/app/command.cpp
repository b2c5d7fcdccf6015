// What the commands share.
#include "command.hpp"

#include "flow_files.hpp"
#include "flows_section.hpp"

#include <iostream>

namespace paysync::app {

bool report(const yaml::Problems& problems) {
    if (!problems.all().empty()) std::cerr << problems.text() << std::flush;
    return !problems.has_errors();
}

void fail(Common& common, int code, const std::string& sentence) {
    std::cerr << "paysync: " << sentence << std::endl;
    common.exit_code = code;
}

bool is_there(Common& common) {
    std::error_code failure;
    if (std::filesystem::exists(common.config, failure) || failure) return true; // a failure is told by who reads it
    fail(common, exit_code::no_input,
         common.config + " is not there. Name your configuration with --config FILE; config/paysync.yaml of the "
                         "source is a commented start.");
    return false;
}

std::optional<Configuration> load_for(Common& common, ConfigFile need, Secrets secrets) {
    std::error_code failure;
    const bool may_lack = need == ConfigFile::optional && !common.config_given;
    if (may_lack && !std::filesystem::exists(common.config, failure)) {
        Configuration usual;
        usual.flows.settings.groups = standard_groups();
        return usual;
    }
    if (!is_there(common)) return std::nullopt;
    yaml::Problems problems;
    Configuration configuration = load_configuration(common.config, secrets, problems);
    if (report(problems)) return configuration;
    common.exit_code = exit_code::configuration;
    return std::nullopt;
}

std::shared_ptr<const flow::FlowSet> load_flows_for(Common& common, const FlowFiles& files) {
    yaml::Problems problems;
    auto flows = load_flows(files, problems);
    if (report(problems) && flows) return flows;
    common.exit_code = exit_code::configuration;
    return nullptr;
}

} // namespace paysync::app
