// One run of one test: events in some order against an org in memory.
#pragma once

#include "flow/compiled.hpp"
#include "flow/test_org.hpp"
#include "paysync/flow/flow_test.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace paysync::flow {

/// A raw event or a wait, as `tests:` list them.
struct TestMoment {
    Json event; ///< null: only time goes by
    std::chrono::nanoseconds wait{0};
};

class TestRun {
public:
    TestRun(const FlowSet& flows, std::size_t flow, Evaluator& evaluator, const FlowTest& test,
            const MakeViews& make_views, base::WallTime start);

    void go(const std::vector<TestMoment>& moments);

    const std::vector<TestEffect>& effects() const { return effects_; }
    const TestOrg& org() const { return org_; }
    std::size_t calls() const { return calls_; }
    base::WallTime now() const { return now_; }
    const std::set<std::string>& notes() const { return notes_; } ///< why events had no effect, for people

private:
    void evaluate(Input input);
    /// True: evaluate again, more can be done now.
    bool act(const Decision& decision, const std::string& event);

    const FlowSet& flows_;
    std::size_t flow_;
    Evaluator& evaluator_;
    std::unique_ptr<Views> views_;
    TestOrg org_;
    base::WallTime now_;
    std::vector<TestEffect> effects_;
    std::set<std::pair<std::string, std::string>> told_; ///< event, hold or error: said once
    std::set<std::string> notes_;
    std::size_t calls_ = 0;
};

/// When the event happened: `created_on` or `timestamp`.
std::optional<base::WallTime> time_of(const Json& event);

} // namespace paysync::flow
