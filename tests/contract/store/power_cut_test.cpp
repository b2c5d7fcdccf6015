// What was acknowledged survives, whenever the power goes; what was not is there whole or not at all.
#include "store_world.hpp"

#include "paysync/base/crash_point.hpp"
#include "paysync/runtime/chance.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

namespace paysync::store {
namespace {

/// Calls `then` at the n-th crash point from now on; while it lives.
class CrashPlan {
public:
    explicit CrashPlan(std::function<void(std::string_view)> then) {
        action() = std::move(then);
        base::set_crash_hook([](std::string_view point) {
            if (remaining() > 0 && --remaining() == 0) action()(point);
        });
    }
    ~CrashPlan() { base::set_crash_hook(nullptr); }
    CrashPlan(const CrashPlan&) = delete;
    CrashPlan& operator=(const CrashPlan&) = delete;
    void arm(std::uint64_t points) { remaining() = points; }

private:
    static std::function<void(std::string_view)>& action() {
        static std::function<void(std::string_view)> action;
        return action;
    }
    static std::uint64_t& remaining() {
        static std::uint64_t remaining = 0;
        return remaining;
    }
};

/// What an honest program may rely on: operations with their acknowledgements.
struct Ledger {
    std::set<std::string> acknowledged;
    std::map<std::string, std::string> bodies; ///< of every event that was tried
    std::vector<std::string> payments;         ///< whose settlement was tried
    std::set<std::string> settled;             ///< of these, acknowledged
    std::set<std::string> timed;               ///< of these, with a timer
    int made = 0;
};

std::string random_body(runtime::Chance& chance) {
    std::string body(chance.below(6000), '\0');
    for (char& c : body) c = static_cast<char>(chance.bits());
    return body;
}

/// One row in each of the tables of what waits.
void add_waiting(Settlement& settlement, const std::string& payment, bool timed) {
    settlement.put_members = {{{"order", "o1"}, payment, 1}};
    settlement.put_known = {{1, payment, at(1), payment}};
    Approval& approval = settlement.put_approvals.emplace_back();
    approval.flow = "f";
    approval.key = approval.payment = payment;
    OutboundCall& call = settlement.put_calls.emplace_back();
    call.target = "t";
    call.key = call.payment = payment;
    AuditEntry& entry = settlement.audit.emplace_back();
    entry.what = payment;
    if (!timed) return;
    Timer& timer = settlement.put_timers.emplace_back();
    timer.event_seq = 1;
    timer.key = timer.payment = payment;
    timer.due_at = at(1);
}

/// Some appends and settlements at once; some are refused when the power goes meanwhile.
void work(StoreWorld& world, runtime::Chance& chance, Ledger& ledger) {
    std::vector<std::optional<Result<Appended>>> appended(1 + chance.below(12));
    std::vector<std::optional<Result<void>>> settled(chance.below(3));
    std::vector<std::string> ids;
    const std::size_t before = ledger.payments.size();
    for (auto& result : appended) {
        NewEvent event = an_event("evt_" + std::to_string(++ledger.made));
        event.body = random_body(chance);
        ledger.bodies[event.id] = event.body;
        ids.push_back(event.id);
        world.start(world.store().append(event), result);
    }
    for (auto& result : settled) {
        Settlement settlement;
        const std::string payment = "pay_" + std::to_string(++ledger.made);
        ledger.payments.push_back(payment);
        settlement.payments[payment] = std::string(chance.below(20000), 'x');
        settlement.customers[payment] = 1;
        for (int i = 0; i < 3; ++i) {
            settlement.effects.push_back(an_effect(1, "001A"));
            settlement.effects.back().payment = payment;
        }
        if (!ledger.acknowledged.empty()) ledger.timed.insert(payment); // the event with number 1 is there
        add_waiting(settlement, payment, ledger.timed.contains(payment));
        world.start(world.store().settle(settlement), result);
    }
    world.run();
    for (std::size_t i = 0; i < appended.size(); ++i)
        if (appended[i].value()) ledger.acknowledged.insert(ids[i]);
    for (std::size_t i = 0; i < settled.size(); ++i)
        if (settled[i].value()) ledger.settled.insert(ledger.payments[before + i]);
}

/// What it says, after checking that its chain has no gap.
std::set<std::string> whole_audit(StoreWorld& world) {
    std::set<std::string> said;
    std::string previous;
    for (const AuditEntry& entry : world.await(world.store().audit(0, 1000000)).value()) {
        EXPECT_EQ(entry.hash, audit_hash(previous, entry)) << entry.what;
        previous = entry.hash;
        said.insert(entry.what);
    }
    return said;
}

void check(StoreWorld& world, const Ledger& ledger) {
    std::set<std::string> there;
    for (const StoredEvent& event : world.await(world.store().unsettled(0, 1000000)).value()) {
        ASSERT_TRUE(ledger.bodies.contains(event.id)) << event.id << " was never sent";
        EXPECT_TRUE(event.body == ledger.bodies.at(event.id)) << event.id << " is half of what was sent";
        there.insert(event.id);
    }
    for (const std::string& id : ledger.acknowledged) EXPECT_TRUE(there.contains(id)) << id << " is lost";
    EXPECT_EQ(world.await(world.store().counts()).value().events, static_cast<std::int64_t>(there.size()));
    const auto found = world.await(world.store().surroundings(ledger.payments, ledger.payments)).value();
    const std::set<std::string> audited = whole_audit(world);
    for (const std::string& payment : ledger.payments) {
        const bool has_payment = found.payments.contains(payment);
        const bool has_customer = found.customers.contains(payment);
        const Story story = world.await(world.store().story(payment)).value();
        const std::size_t rows = story.effects.size() + story.approvals.size() + story.calls.size() +
                                 story.timers.size() + found.memberships.count(payment);
        const std::size_t all = ledger.timed.contains(payment) ? 7 : 6;
        const bool whole = has_payment && has_customer && rows == all && audited.contains(payment);
        const bool nothing = !has_payment && !has_customer && rows == 0 && !audited.contains(payment);
        EXPECT_TRUE(whole || nothing) << payment << " is settled by half";
        EXPECT_TRUE(whole || !ledger.settled.contains(payment)) << payment << " is lost";
    }
}

class StorePowerCut : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Of, StorePowerCut, testing::Bool(), [](const auto& chosen) {
    return chosen.param ? "DiskThatKeepsSomeUnsyncedWrites" : "DiskThatLosesUnsyncedWrites";
});

TEST_P(StorePowerCut, LosesNothingThatWasAcknowledged) {
    std::size_t refused = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        runtime::SeededChance chance{seed};
        StoreWorld world{{"Memory", false, false}};
        world.settings.wal_bytes_max = 200'000; // so that checkpoints and restarts of the log are among the moments
        Ledger ledger;
        const auto cut = [&](std::string_view) {
            if (GetParam()) {
                world.disk().crash(chance.bits());
            } else {
                world.disk().crash();
            }
        };
        CrashPlan plan{cut};
        for (int life = 0; life < 5; ++life) {
            world.open();
            check(world, ledger);
            plan.arm(1 + chance.below(90));
            for (int i = 0; i < 20; ++i) work(world, chance, ledger);
            cut("between commits");
            world.drop();
        }
        plan.arm(0);
        world.open();
        check(world, ledger);
        EXPECT_GT(ledger.acknowledged.size(), 20U);
        refused += ledger.bodies.size() - ledger.acknowledged.size();
        if (testing::Test::HasFailure()) return;
    }
    EXPECT_GT(refused, 60U) << "the power hardly ever went in the middle of work";
}

TEST(StoreCrash, OpensFromTheFilesAsTheyStoodAtAnyMoment) {
    for (std::uint64_t point = 1; point <= 30; point += 4) {
        SCOPED_TRACE("crash point " + std::to_string(point));
        runtime::SeededChance chance{point};
        StoreWorld world{{"File", true, false}};
        StoreWorld after{{"File", true, false}};
        std::set<std::string> acknowledged_before;
        Ledger ledger;
        // As after kill -9: what the process wrote is there, what it held in memory is gone.
        const auto copy = [&](std::string_view) {
            for (const char* part : {"", "-wal"})
                std::filesystem::copy_file(world.path() + part, after.path() + part);
            acknowledged_before = ledger.acknowledged;
        };
        CrashPlan plan{copy};
        world.open();
        plan.arm(point);
        for (int i = 0; i < 15; ++i) work(world, chance, ledger);
        plan.arm(0);

        after.open();

        Ledger expected = ledger;
        expected.acknowledged = acknowledged_before;
        expected.settled.clear();
        check(after, expected);
    }
}

TEST(StoreCrash, MayBeDroppedAtAnyStepOfItsWork) {
    for (int steps = 0; steps < 60; ++steps) {
        StoreWorld world{{"Memory", false, false}};
        world.open();
        std::vector<std::optional<Result<Appended>>> appended(5);
        std::vector<std::optional<Result<Counts>>> counted(5);
        for (std::size_t i = 0; i < appended.size(); ++i) {
            world.start(world.store().append(an_event("evt_" + std::to_string(i))), appended[i]);
            world.start(world.store().counts(), counted[i]);
        }
        world.run_steps(steps);
        world.disk().crash();

        world.drop();

        world.open();
        const auto events = world.await(world.store().counts()).value().events;
        const auto acknowledged = std::count_if(appended.begin(), appended.end(),
                                                [](const auto& result) { return result && result->has_value(); });
        EXPECT_GE(events, acknowledged) << "after " << steps << " steps";
    }
}

} // namespace
} // namespace paysync::store
