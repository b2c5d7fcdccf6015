// What differs between the configuration in use and one that was just read. Pure.
#pragma once

#include "paysync/app/configuration.hpp"

#include <string>
#include <vector>

namespace paysync::app {

/// Keys of paysync.yaml, `webhooks.timeouts.idle`. A key whose secret or file has other contents counts as changed.
struct Changes {
    std::vector<std::string> taken;        ///< take effect at once
    std::vector<std::string> need_restart; ///< stay as they were until the next start
    std::vector<std::string> flows;        ///< `new-payer changed`, `refunds added`, `old-one removed`
};

Changes changes_between(const Configuration& old, const flow::FlowSet& old_flows, const Configuration& fresh,
                        const flow::FlowSet& fresh_flows);

/// `fresh`, but where a restart is needed it keeps saying what is in use: the next comparison names it again.
Configuration in_use(const Configuration& old, Configuration fresh, const Changes& changes);

} // namespace paysync::app
