// Views of nothing but the events themselves: `.` is the raw event.
#pragma once

#include "flow_fixture.hpp"

#include "paysync/flow/flow_test.hpp"

#include <map>

namespace paysync::flow {

/// Gives each event as it is, once. With `order: X` in it, `.order` counts the events of X heard so far.
class PlainViews : public Views {
public:
    explicit PlainViews(GroupRules groups) : groups_{std::move(groups)} {}

    std::vector<Input> hear(const Json& raw, base::WallTime now) override {
        const std::string id = raw.at("id").get<std::string>();
        if (heard_.emplace(id, raw).second) order_of(raw, 1);
        return {input(raw, now)};
    }
    std::optional<Input> again(const std::string& event_id, base::WallTime now) override {
        const auto heard = heard_.find(event_id);
        if (heard == heard_.end()) return std::nullopt;
        return input(heard->second, now);
    }

private:
    int order_of(const Json& raw, int more) {
        if (!groups_.ids_of) return 0;
        const auto ids = groups_.ids_of(raw);
        const auto order = ids.find("order");
        return order == ids.end() ? 0 : orders_[order->second] += more;
    }

    Input input(const Json& raw, base::WallTime now) {
        Input made;
        made.event = raw;
        made.event["order"] = Json{{"events", order_of(raw, 0)}};
        made.now = now;
        made.occurred_at = *base::parse_time(raw.at("created_on").get<std::string>());
        return made;
    }

    GroupRules groups_;
    std::map<std::string, Json> heard_;
    std::map<std::string, int> orders_;
};

inline std::vector<TestResult> results_of(const std::string& text, const ReadEvent& read_event = {},
                                          const FlowSettings& settings = {}) {
    const auto flows = load(text, settings);
    if (!flows) return {};
    const MakeViews make = [](const GroupRules& groups) { return std::make_unique<PlainViews>(groups); };
    return run_tests(flows, {}, make, read_event);
}

/// The reports of all tests of one flow file, one after the other; empty when all passed.
inline std::string reports_of(const std::string& text, const FlowSettings& settings = {}) {
    const auto results = results_of(text, {}, settings);
    EXPECT_FALSE(results.empty());
    std::string reports;
    for (const TestResult& result : results) reports += result.report;
    return reports;
}

} // namespace paysync::flow
