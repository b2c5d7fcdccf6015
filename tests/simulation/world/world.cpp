// Running a day, or a month.
#include "simulation/world/world.hpp"

#include "paysync/base/crash_point.hpp"
#include "paysync/base/text.hpp"
#include "paysync/demo/month_setting.hpp"
#include "paysync/demo/virtual_time.hpp"
#include "paysync/demo/wire.hpp"
#include "paysync/sandbox/sandbox.hpp"
#include "simulation/world/life.hpp"
#include "simulation/world/script.hpp"
#include "support/memory_vfs.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <cstdio>
#include <set>

namespace paysync::simulation {

namespace asio = boost::asio;

namespace {

using demo::FarSide;
using demo::Wire;
using demo::WireFaults;
using runtime::Duration;
using runtime::SteadyTime;
using runtime::Task;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class World {
public:
    using Write = std::function<Script(runtime::Chance&, base::WallTime)>;

    World(const Weather& weather, const std::string& opens, Stage stage, const Write& write)
        : weather_{weather},
          chance_{weather.seed},
          clock_{*base::parse_time(opens)},
          work_{asio::make_work_guard(lane_)},
          stage_{std::move(stage)},
          sandbox_{stage_.org, clock_, chance_},
          script_{write(chance_, clock_.wall())},
          to_daemon_{make_wire_to_daemon()} {
        base::log::configure(base::log::Level::off, false);
        sandbox::SenderSettings sender;
        sender.url = "https://paysync.test/webhooks/checkout";
        sender.signature_key = base::Secret{webhook_key};
        sandbox_.connect(to_daemon_, sender);
        script_.prepare(sandbox_);
        plan_crashes();
        alive_ = this;
        base::set_crash_hook([](std::string_view point) { alive_->passed(point); });
    }

    ~World() {
        base::set_crash_hook(nullptr);
        alive_ = nullptr;
        life_.reset();
        lane_.drop_everything();
    }

    WorldResult run() {
        begin_life();
        asio::co_spawn(lane_, deliver(), asio::detached);
        if (weather_.faults) asio::co_spawn(lane_, stir_faults(), asio::detached);
        run_until(at(script_.calm_from));
        calm_down();
        run_until(at(script_.compared_at));
        WorldResult result;
        result.differences = script_.differences([this](const std::string& object) {
            return object == demo::invocations ? sandbox_.invocations() : sandbox_.records(object);
        });
        check_store(result);
        result.webhooks = script_.posts.size();
        result.deliveries = deliveries_;
        result.crashes = crashes_;
        result.api_calls = sandbox_.api_calls();
        result.virtual_hours =
            std::chrono::duration<double, std::ratio<3600>>(clock_.steady().time_since_epoch()).count();
        result.trace_hash = trace_;
        return result;
    }

private:
    SteadyTime at(base::WallTime time) const { return SteadyTime{} + (time - script_.opens); }

    Wire make_wire_to_daemon() {
        auto where = [this] {
            FarSide side;
            if (life_) {
                side.lane = life_->lane().get_executor();
                side.handler = &life_->webhooks();
            }
            return side;
        };
        auto observe = [this](const net::Request& request, const net::Response* response) {
            ++deliveries_;
            trace("webhook", request, response);
        };
        return Wire{where, wire_faults_, clock_, chance_, observe};
    }

    std::unique_ptr<net::Transport> make_wire_to_salesforce() {
        auto where = [this] { return FarSide{lane_.get_executor(), &sandbox_.salesforce()}; };
        auto observe = [this](const net::Request& request, const net::Response* response) {
            trace("salesforce", request, response);
        };
        return std::make_unique<Wire>(where, wire_faults_, clock_, chance_, observe);
    }

    void trace(std::string_view side, const net::Request& request, const net::Response* response) {
        const std::string line =
            std::to_string(clock_.steady().time_since_epoch().count()) + std::string(side) + request.target +
            base::sha256_hex(request.body) +
            (response != nullptr ? std::to_string(response->status) + base::sha256_hex(response->body) : "-");
        trace_ = base::sha256_hex(trace_ + line);
    }

    void plan_crashes() {
        if (!weather_.crashes) return;
        const auto span = static_cast<double>(Duration(script_.closes - script_.opens).count());
        for (std::size_t i = 0; i < script_.crashes; ++i)
            crash_times_.push_back(SteadyTime{} + Duration{static_cast<std::int64_t>(span * chance_.unit())});
        std::sort(crash_times_.begin(), crash_times_.end(), std::greater<>{});
    }

    void begin_life() {
        life_ = std::make_unique<Life>(Life::Around{clock_, chance_, stage_.daemon, script_.flows, "paysync.sqlite",
                                                    disk_.name(), make_wire_to_salesforce(), weather_.bug});
    }

    /// The hook of crash points: now and then the daemon dies right there, before anything else of it runs.
    void passed(std::string_view) {
        if (!weather_.crashes || calm_ || die_now_ || crashes_ >= 12 || !chance_.happens(0.004)) return;
        die_now_ = true;
        disk_.fail_syncs(true); // what is not on the disk yet will not be
    }

    void crash() {
        die_now_ = false;
        ++crashes_;
        disk_.fail_syncs(false);
        disk_.crash(chance_.bits());
        life_.reset();
        back_at_ = clock_.steady() + milliseconds{static_cast<std::int64_t>(chance_.below(120'000))};
    }

    Task<> deliver() {
        for (const demo::Post& post : script_.posts) {
            co_await clock_.sleep_until(at(post.sent_at));
            std::vector<std::string> bodies{post.body};
            co_await sandbox_.sender().start(std::move(bodies));
        }
    }

    /// Every few minutes another weather.
    Task<> stir_faults() {
        while (!calm_) {
            sandbox::Faults& faults = sandbox_.faults();
            const bool bad = chance_.happens(0.5);
            faults.latency_ms = static_cast<std::int64_t>(chance_.below(bad ? 3000 : 200));
            faults.fail_chance = bad ? 0.2 : 0;
            faults.lock_rows = bad ? 0.1 : 0;
            faults.result_fail_chance = bad ? 0.1 : 0;
            if (chance_.happens(0.1)) faults.expire_tokens = true;
            wire_faults_.not_sent = bad ? 0.1 : 0;
            wire_faults_.lost_before = bad ? 0.1 : 0.01;
            wire_faults_.lost_after = bad ? 0.1 : 0.01;
            co_await clock_.sleep_for(minutes{1 + static_cast<int>(chance_.below(10))});
        }
    }

    void calm_down() {
        calm_ = true;
        wire_faults_ = WireFaults{};
        sandbox_.faults() = sandbox::Faults{};
    }

    /// One handler at a time, everywhere in turn; when nothing can run, time jumps.
    void run_until(SteadyTime end) {
        for (;;) {
            if (die_now_) crash();
            if (!life_ && clock_.steady() >= back_at_) begin_life();
            std::size_t ran = lane_.poll_one();
            if (life_ && !die_now_) ran += life_->lane().poll_one();
            if (ran > 0) continue;
            if (!crash_times_.empty() && clock_.steady() >= crash_times_.back()) {
                crash_times_.pop_back();
                if (life_ && !calm_) crash();
                continue;
            }
            if (!clock_.advance(end)) {
                if (life_) return;
                back_at_ = clock_.steady(); // nobody else has anything to do: the daemon comes back
            }
        }
    }

    void check_store(WorldResult& result) {
        std::optional<store::Counts> counts;
        std::set<std::string> stored;
        std::vector<store::DueRun> held;
        std::vector<store::DueRun> dead;
        auto ask = [&]() -> Task<> {
            auto answer = co_await life_->store().counts();
            if (answer) counts = *answer;
            auto events = co_await life_->store().recent(1'000'000);
            if (events)
                for (const store::StoredEvent& event : *events)
                    if (event.type != "revenue_day") stored.insert(event.body);
            auto runs = co_await life_->store().runs(store::RunState::held, 1'000);
            if (runs) held = std::move(*runs);
            runs = co_await life_->store().runs(store::RunState::dead, 1'000);
            if (runs) dead = std::move(*runs);
        };
        asio::co_spawn(life_->lane(), ask, asio::detached);
        run_until(at(script_.compared_at + hours{1}));
        if (!counts) return result.differences.emplace_back("the store does not answer"), void();
        const auto expect_none = [&](std::int64_t number, const char* what) {
            if (number != 0) result.differences.push_back(std::to_string(number) + " " + what);
        };
        expect_none(counts->unsettled, "events are not settled");
        expect_none(counts->waiting, "runs still wait");
        for (const store::DueRun& run : dead)
            result.differences.push_back(run.run.flow + " is dead after " + run.event.type + ": " + run.run.reason);
        for (const store::DueRun& run : held)
            if (!weather_.faults || run.run.cause != "unknown outcome")
                result.differences.push_back(run.run.flow + " is held: " + run.run.reason);
        forgive_what_nobody_knows(result, static_cast<std::size_t>(counts->calls_open));
        std::set<std::string> sent;
        for (const demo::Post& post : script_.posts) sent.insert(post.body);
        if (stored != sent)
            result.differences.push_back(std::to_string(stored.size()) + " events are stored, " +
                                         std::to_string(sent.size()) + " were sent");
    }

    /// An action whose answer got lost is held for a person, who may find that it never ran.
    void forgive_what_nobody_knows(WorldResult& result, std::size_t unknown) const {
        const auto missed = [](const std::string& difference) { return difference.starts_with(demo::not_invoked); };
        const auto count = std::count_if(result.differences.begin(), result.differences.end(), missed);
        if (weather_.faults && static_cast<std::size_t>(count) <= unknown) std::erase_if(result.differences, missed);
    }

    static World* alive_;

    Weather weather_;
    runtime::SeededChance chance_;
    VirtualClock clock_;
    Lane lane_; ///< of the sandbox and the senders
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    Stage stage_;
    sandbox::Sandbox sandbox_;
    Script script_;
    WireFaults wire_faults_;
    Wire to_daemon_;
    tests::MemoryVfs disk_;
    std::unique_ptr<Life> life_;
    std::vector<SteadyTime> crash_times_; ///< the next last
    SteadyTime back_at_;
    bool die_now_ = false;
    bool calm_ = false;
    std::size_t crashes_ = 0;
    std::size_t deliveries_ = 0;
    std::string trace_;
};

World* World::alive_ = nullptr;

} // namespace

WorldResult run_world(const WorldSettings& settings) {
    const auto write = [&](runtime::Chance& chance, base::WallTime opens) {
        return script_of_day(chance, opens, settings.size);
    };
    return World{settings, "2026-03-02T08:00:00Z", stage_of_day(), write}.run();
}

WorldResult run_month(const MonthSettings& settings) {
    const auto write = [&](runtime::Chance& chance, base::WallTime opens) {
        return script_of_month(chance, opens, settings.size);
    };
    return World{settings, demo::month_opens, stage_of_month(), write}.run();
}

} // namespace paysync::simulation
