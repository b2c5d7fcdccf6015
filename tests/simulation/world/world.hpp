// Daemon and sandbox in one thread on virtual time: a day or a month, its faults and crashes, from one seed.
#pragma once

#include "paysync/demo/month.hpp"
#include "paysync/demo/shop.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace paysync::simulation {

/// Mistakes planted on purpose, to see that the simulation would catch them.
enum class Bug {
    none,
    acknowledge_before_commit,   ///< the webhook is answered while its row is still on the way to the disk
    create_again_after_time_out, ///< a write without an answer is sent again as a plain create
    arrival_decides,             ///< what was heard last counts, not what happened last
};

struct Weather {
    std::uint64_t seed = 1;
    Bug bug = Bug::none;
    bool faults = true;  ///< losses, 5xx, slow calls, row locks
    bool crashes = true; ///< everything since the last fsync is lost
};

struct WorldSettings : Weather {
    demo::ShopSize size;
};

struct MonthSettings : Weather {
    demo::MonthSize size;
};

struct WorldResult {
    std::vector<std::string> differences; ///< what is not as it happened; empty: all is right
    std::string trace_hash; ///< of every request and answer with its virtual time: equal for equal settings
    std::size_t webhooks = 0;
    std::size_t deliveries = 0;
    std::size_t crashes = 0;
    std::uint64_t api_calls = 0;
    double virtual_hours = 0;
};

WorldResult run_world(const WorldSettings& settings);
/// 30 days with the six shipped flows, and two more in which everything comes to rest.
WorldResult run_month(const MonthSettings& settings);

} // namespace paysync::simulation
