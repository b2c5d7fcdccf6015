// Running one day.
#include "simulation/world/world.hpp"

#include "app/flow_files.hpp"
#include "paysync/app/core.hpp"
#include "paysync/base/crash_point.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/base/text.hpp"
#include "paysync/sandbox/sandbox.hpp"
#include "paysync/store/sqlite_store.hpp"
#include "simulation/world/planted_bugs.hpp"
#include "simulation/world/virtual_time.hpp"
#include "simulation/world/wire.hpp"
#include "support/memory_vfs.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace paysync::simulation {

namespace asio = boost::asio;

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const char* const webhook_key = "Bearer sk_sbox_simulation key#";

std::shared_ptr<const flow::FlowSet> shipped_flows() {
    static const std::shared_ptr<const flow::FlowSet> flows = [] {
        yaml::Problems problems;
        auto loaded = app::load_flows(app::FlowFiles{}, problems);
        if (!loaded) throw std::runtime_error("the shipped flows do not load:\n" + problems.text());
        return loaded;
    }();
    return flows;
}

app::Configuration configuration(const sandbox::SandboxSettings& org) {
    app::Configuration made;
    made.webhooks.endpoints[0].signature_keys = {base::Secret{webhook_key}};
    made.org.login_url = org.instance_url;
    made.org.client_id = org.client_id;
    made.org.client_secret = base::Secret{org.client_secret};
    made.sync.org_currency = org.currency;
    made.sync.retry = {seconds{5}, minutes{5}, 40};
    return made;
}

/// One life of the daemon. Its death drops all that it was doing; only what is on the disk stays.
class Life {
public:
    struct Around {
        VirtualClock& clock;
        runtime::Chance& chance;
        const app::Configuration& configuration;
        std::string database;
        std::string vfs;
        std::unique_ptr<net::Transport> to_salesforce;
        Bug bug;
    };

    explicit Life(Around around)
        : around_{std::move(around)},
          work_{asio::make_work_guard(lane_)},
          writer_{around_.clock, around_.chance, milliseconds{4}},
          readers_{around_.clock, around_.chance, milliseconds{1}},
          evaluators_{around_.clock, around_.chance, milliseconds{10}} {
        store::SqliteSettings settings;
        settings.path = around_.database;
        settings.vfs = around_.vfs;
        store_ = store::open_sqlite_store(settings, writer_, readers_, around_.clock, metrics_);
        if (around_.bug == Bug::acknowledge_before_commit) store_ = acknowledge_before_commit(std::move(store_));
        if (around_.bug == Bug::arrival_decides) store_ = stamp_with_arrival(std::move(store_));
        if (around_.bug == Bug::create_again_after_time_out)
            around_.to_salesforce = create_again_after_time_out(std::move(around_.to_salesforce));
        core_ = std::make_unique<app::Core>(around_.configuration, shipped_flows(),
                                            app::Seams{lane_.get_executor(),
                                                       around_.clock,
                                                       around_.chance,
                                                       evaluators_,
                                                       *around_.to_salesforce,
                                                       {},
                                                       *store_,
                                                       metrics_});
        core_->start();
    }

    ~Life() { lane_.drop_everything(); } // while all that the dropped frames refer to still lives

    Lane& lane() { return lane_; }
    net::Handler& webhooks() { return core_->webhooks(); }
    store::Store& store() { return *store_; }

private:
    Lane lane_; // dies last
    Around around_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    base::Metrics metrics_;
    VirtualWorkers writer_;
    VirtualWorkers readers_;
    VirtualWorkers evaluators_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<app::Core> core_;
};

class World {
public:
    explicit World(const WorldSettings& settings)
        : settings_{settings},
          chance_{settings.seed},
          clock_{*base::parse_time("2026-03-02T08:00:00Z")},
          work_{asio::make_work_guard(lane_)},
          sandbox_{org_, clock_, chance_},
          configuration_{configuration(org_)},
          shop_{demo::make_shop(chance_, clock_.wall(), settings.size)},
          to_daemon_{make_wire_to_daemon()} {
        base::log::configure(base::log::Level::off, false);
        sandbox::SenderSettings sender;
        sender.url = "https://paysync.test/webhooks/checkout";
        sender.signature_key = base::Secret{webhook_key};
        sandbox_.connect(to_daemon_, sender);
        seed_org();
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
        if (settings_.faults) asio::co_spawn(lane_, stir_faults(), asio::detached);
        run_until(after(shop_.closes - shop_.opens + hours{3}));
        calm_down();
        run_until(after(hours{60})); // longer than Checkout.com's last retry
        WorldResult result;
        result.differences =
            demo::differences(shop_, [this](const std::string& object) { return sandbox_.records(object); });
        check_store(result);
        result.webhooks = shop_.posts.size();
        result.deliveries = deliveries_;
        result.crashes = crashes_;
        result.api_calls = sandbox_.api_calls();
        result.virtual_hours =
            std::chrono::duration<double, std::ratio<3600>>(clock_.steady().time_since_epoch()).count();
        result.trace_hash = trace_;
        return result;
    }

private:
    SteadyTime after(Duration span) const { return SteadyTime{} + span; }

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

    void seed_org() {
        for (std::size_t i = 0; i < shop_.people.size(); ++i) {
            const demo::PersonTruth& person = shop_.people[i];
            if (!person.known) continue;
            const auto account = sandbox_.seed("Account", {{{"Name", person.last_name + " Ltd"}}}).value().front();
            sandbox_
                .seed("Contact", {{{"LastName", person.last_name},
                                   {"Email", person.spelled},
                                   {"Phone", person.known_phone},
                                   {"AccountId", account}}})
                .value();
            for (const demo::Deal& deal : shop_.deals)
                if (deal.person == i)
                    sandbox_
                        .seed("Opportunity", {{{"Name", deal.name},
                                               {"StageName", "Prospecting"},
                                               {"CloseDate", "2026-06-30"},
                                               {"Amount", std::stod(deal.amount)},
                                               {"AccountId", account}}})
                        .value();
        }
    }

    void plan_crashes() {
        if (!settings_.crashes) return;
        const auto span = static_cast<double>(Duration(shop_.closes - shop_.opens).count());
        for (int i = 0; i < 4; ++i)
            crash_times_.push_back(after(Duration{static_cast<std::int64_t>(span * chance_.unit())}));
        std::sort(crash_times_.begin(), crash_times_.end(), std::greater<>{});
    }

    void begin_life() {
        life_ = std::make_unique<Life>(Life::Around{clock_, chance_, configuration_, "paysync.sqlite", disk_.name(),
                                                    make_wire_to_salesforce(), settings_.bug});
    }

    /// The hook of crash points: now and then the daemon dies right there, before anything else of it runs.
    void passed(std::string_view) {
        if (!settings_.crashes || calm_ || die_now_ || crashes_ >= 12 || !chance_.happens(0.004)) return;
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
        for (const demo::Post& post : shop_.posts) {
            co_await clock_.sleep_until(SteadyTime{} + (post.sent_at - shop_.opens));
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
        auto ask = [this, &counts]() -> Task<> {
            auto answer = co_await life_->store().counts();
            if (answer) counts = *answer;
        };
        asio::co_spawn(life_->lane(), ask, asio::detached);
        run_until(after(hours{61}));
        if (!counts) return result.differences.emplace_back("the store does not answer"), void();
        const auto expect_none = [&](std::int64_t number, const char* what) {
            if (number != 0) result.differences.push_back(std::to_string(number) + " " + what);
        };
        expect_none(counts->unsettled, "events are not settled");
        expect_none(counts->waiting, "runs still wait");
        expect_none(counts->held, "runs are held");
        expect_none(counts->dead, "runs are dead");
        std::set<std::string> bodies;
        for (const demo::Post& post : shop_.posts) bodies.insert(post.body);
        if (counts->events != static_cast<std::int64_t>(bodies.size()))
            result.differences.push_back(std::to_string(counts->events) + " events are stored, " +
                                         std::to_string(bodies.size()) + " were sent");
    }

    static World* alive_;

    WorldSettings settings_;
    runtime::SeededChance chance_;
    VirtualClock clock_;
    Lane lane_; ///< of the sandbox and the senders
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    sandbox::SandboxSettings org_;
    sandbox::Sandbox sandbox_;
    app::Configuration configuration_;
    demo::Shop shop_;
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
    World world{settings};
    return world.run();
}

} // namespace paysync::simulation
