// One life of the daemon, from its start to its death.
#pragma once

#include "paysync/app/core.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/demo/virtual_time.hpp"
#include "paysync/net/transport.hpp"
#include "paysync/store/store.hpp"
#include "simulation/world/world.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <memory>
#include <string>

namespace paysync::simulation {

using demo::Lane;
using demo::VirtualClock;
using demo::VirtualWorkers;

/// Its death drops all that it was doing; only what is on the disk stays.
class Life {
public:
    struct Around {
        VirtualClock& clock;
        runtime::Chance& chance;
        const app::Configuration& configuration;
        std::shared_ptr<const flow::FlowSet> flows;
        std::string database;
        std::string vfs;
        std::unique_ptr<net::Transport> to_salesforce;
        Bug bug;
    };

    explicit Life(Around around);
    ~Life();

    Lane& lane() { return lane_; }
    net::Handler& webhooks() { return core_->webhooks(); }
    store::Store& store() { return *store_; }

private:
    Lane lane_; // dies last
    Around around_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    base::Metrics metrics_;
    VirtualWorkers writer_;
    VirtualWorkers readers_;
    VirtualWorkers evaluators_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<app::Core> core_;
};

} // namespace paysync::simulation
