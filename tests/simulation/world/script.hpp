// What a simulation plays: the webhooks and when they come, what stands in the org before, and what must stand after.
#pragma once

#include "paysync/app/configuration.hpp"
#include "paysync/demo/month.hpp"
#include "paysync/flow/flow_set.hpp"
#include "paysync/runtime/chance.hpp"
#include "paysync/sandbox/sandbox.hpp"
#include "simulation/world/world.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace paysync::simulation {

struct Script {
    base::WallTime opens;       ///< the clock's start
    base::WallTime closes;      ///< the last webhook's first attempt at the latest
    base::WallTime calm_from;   ///< from here on nothing goes wrong any more
    base::WallTime compared_at; ///< everything has come and been done
    std::vector<demo::Post> posts;
    std::function<void(sandbox::Sandbox&)> prepare;
    std::function<std::vector<std::string>(const demo::AskOrg&)> differences;
    std::shared_ptr<const flow::FlowSet> flows;
    std::size_t crashes = 4; ///< at moments of their own, beside those within the daemon's work
};

/// What both sides are told before anything is made up.
struct Stage {
    sandbox::SandboxSettings org;
    app::Configuration daemon;
};

Stage stage_of_day();
Script script_of_day(runtime::Chance& chance, base::WallTime opens, const demo::ShopSize& size);
Stage stage_of_month();
Script script_of_month(runtime::Chance& chance, base::WallTime opens, const demo::MonthSize& size);

/// The key of the webhooks' signatures in both.
inline constexpr const char* webhook_key = "Bearer sk_sbox_simulation key#";

} // namespace paysync::simulation
