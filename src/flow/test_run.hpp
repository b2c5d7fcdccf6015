// One run of one test: events in some order against an org in memory.
#pragma once

#include "flow/compiled.hpp"
#include "flow/test_org.hpp"
#include "paysync/flow/flow_test.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace paysync::flow {

/// What happens next in a test: an event is heard, time goes by, or a person decides.
struct TestMoment {
    Json event; ///< null: one of the others
    std::chrono::nanoseconds wait{0};
    std::optional<Release> release;
};

class TestRun {
public:
    TestRun(const FlowSet& flows, std::size_t flow, Evaluator& evaluator, const FlowTest& test,
            const MakeViews& make_views, base::WallTime start);

    void go(const std::vector<TestMoment>& moments);
    /// As if it were this late, before the next events are heard.
    void go_to(base::WallTime time);

    const std::vector<TestEffect>& effects() const { return effects_; }
    const TestOrg& org() const { return org_; }
    std::size_t calls() const { return calls_; }
    base::WallTime now() const { return now_; }
    const std::set<std::string>& notes() const { return notes_; } ///< why events had no effect, for people
    /// The timers that wait, in order of time.
    std::vector<std::pair<base::WallTime, std::string>> waits() const;
    /// The records and what waits: what must not depend on the order of events.
    Json state() const;

private:
    struct Timer {
        std::string event; ///< that set it
        std::optional<base::WallTime> due_at;
        std::optional<base::WallTime> fired_for;
    };
    struct Held {
        std::string key;
        std::string reason;
        std::optional<base::WallTime> until;
        Hold::Then then = Hold::Then::stop;
    };
    /// What a flow knows: the org's answers, and what paysync keeps itself.
    class Known;

    void evaluate(Input input);
    /// True: evaluate again, more can be done now.
    bool act(const Decision& decision, const std::string& event);
    void finish(const Plan& plan, const std::string& event);
    void hold(const Hold& hold, const std::string& event);
    void call(const OutboundCall& call);
    void let_time_pass(base::WallTime until);
    void decide(const std::string& event, bool go, const std::string& by);
    void release(const Release& release);
    void again(const std::string& event);

    const FlowSet& flows_;
    std::size_t flow_;
    Evaluator& evaluator_;
    std::unique_ptr<Views> views_;
    Json vars_;
    TestOrg org_;
    base::WallTime now_;
    std::map<std::string, Timer> timers_; ///< by key
    std::map<std::string, Json> approvals_;
    std::map<std::string, Held> held_; ///< by event
    std::map<std::string, base::WallTime> first_handled_;
    std::set<std::tuple<OutboundCall::Kind, std::string, std::string>> called_;
    std::vector<TestEffect> effects_;
    std::set<std::pair<std::string, std::string>> told_; ///< event, hold or error: said once
    std::set<std::string> notes_;
    std::size_t calls_ = 0;
};

/// When the event happened: `created_on` or `timestamp`.
std::optional<base::WallTime> time_of(const Json& event);

} // namespace paysync::flow
