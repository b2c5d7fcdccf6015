// Runs the tests of flow files and says what differed.
#include "paysync/flow/flow_test.hpp"

#include "flow/test_run.hpp"

#include <algorithm>
#include <numeric>

namespace paysync::flow {

namespace {

std::string shown(const TestEffect& effect) {
    switch (effect.kind) {
    case TestEffect::Kind::create:
        return "create " + effect.text + " (" + effect.id + ") " + base::to_text(effect.fields);
    case TestEffect::Kind::update:
        return "update " + effect.text + " (" + effect.id + ") " + base::to_text(effect.fields);
    case TestEffect::Kind::invoke:
        return "invoke " + effect.text + " (key " + effect.id + ") " + base::to_text(effect.fields);
    case TestEffect::Kind::notify:
        return "notify " + effect.text + " (key " + effect.id + ") " + base::to_text(effect.fields);
    case TestEffect::Kind::hold: return "hold: " + effect.text;
    case TestEffect::Kind::error: return "error: " + effect.text;
    }
    return {};
}

std::string shown(const Expectation& expected) {
    const std::string fields =
        expected.fields ? (expected.exactly ? " exactly " : " with ") + base::to_text(*expected.fields) : "";
    switch (expected.kind) {
    case Expectation::Kind::create: return "create " + expected.text + fields;
    case Expectation::Kind::update: return "update " + expected.text + fields;
    case Expectation::Kind::invoke:
        return "invoke " + expected.text + (expected.key ? " (key " + *expected.key + ")" : "") + fields;
    case Expectation::Kind::notify:
        return "notify " + expected.text + (expected.key ? " (key " + *expected.key + ")" : "") + fields;
    case Expectation::Kind::none: return "none";
    case Expectation::Kind::hold: return "hold: " + expected.text;
    case Expectation::Kind::error: return "error: " + expected.text;
    }
    return {};
}

TestEffect::Kind kind_of(Expectation::Kind kind) {
    switch (kind) {
    case Expectation::Kind::create: return TestEffect::Kind::create;
    case Expectation::Kind::update: return TestEffect::Kind::update;
    case Expectation::Kind::invoke: return TestEffect::Kind::invoke;
    case Expectation::Kind::notify: return TestEffect::Kind::notify;
    case Expectation::Kind::hold: return TestEffect::Kind::hold;
    case Expectation::Kind::none:
    case Expectation::Kind::error: break;
    }
    return TestEffect::Kind::error;
}

/// Empty: it is as expected.
std::string difference(const Expectation& expected, const TestEffect& effect) {
    using Kind = Expectation::Kind;
    const bool same_kind = expected.kind != Kind::none && effect.kind == kind_of(expected.kind);
    if (expected.kind == Kind::hold || expected.kind == Kind::error)
        return same_kind && effect.text.find(expected.text) != std::string::npos ? "" : "another outcome";
    if (!same_kind || effect.text != expected.text) return "another outcome";
    if (expected.key && *expected.key != effect.id) return "the key is " + effect.id + ", not " + *expected.key;
    if (!expected.fields) return {};
    for (const auto& [field, value] : expected.fields->items()) {
        const Json& now = base::member(effect.fields, field);
        const bool blank = is_blank(now) && is_blank(value);
        const bool equal = blank || meets(effect.fields, {field, Op::equal, value, 0});
        if (!equal) return field + " is " + base::to_text(now) + ", not " + base::to_text(value);
    }
    if (!expected.exactly) return {};
    for (const auto& [field, value] : effect.fields.items())
        if (!expected.fields->contains(field)) return field + " was written too";
    return {};
}

/// Exactly the timers that are expected, in order of time.
std::string compare_waits(const std::vector<ExpectedTimer>& expected, const TestRun& run) {
    const auto waits = run.waits();
    std::string wanted;
    std::string got;
    bool equal = expected.size() == waits.size();
    for (std::size_t i = 0; i < expected.size(); ++i) {
        wanted += "\n  " + (expected[i].at ? base::format_utc(*expected[i].at) + " " : "") + expected[i].key;
        equal = equal && i < waits.size() && waits[i].second == expected[i].key &&
                (!expected[i].at || *expected[i].at == waits[i].first);
    }
    for (const auto& [at, key] : waits) got += "\n  " + base::format_utc(at) + " " + key;
    if (equal) return {};
    return "expected to wait:" + (wanted.empty() ? " nothing" : wanted) +
           "\n  waits:" + (got.empty() ? " nothing" : got) + "\n";
}

/// What differs between the expectations and the effects of the run in the order of the file.
std::string compare(const FlowTest& test, const TestRun& run) {
    std::vector<Expectation> expected;
    for (const Expectation& one : test.expect)
        if (one.kind != Expectation::Kind::none) expected.push_back(one);
    const std::vector<TestEffect>& effects = run.effects();
    std::string report;
    for (std::size_t i = 0; i < std::max(expected.size(), effects.size()); ++i) {
        if (i >= effects.size()) {
            report += "missing: " + shown(expected[i]) + " (" + expected[i].place.text() + ")\n";
        } else if (i >= expected.size()) {
            report += "not expected: " + shown(effects[i]) + "\n";
        } else if (const std::string differs = difference(expected[i], effects[i]); !differs.empty()) {
            report += "expected: " + shown(expected[i]) + " (" + expected[i].place.text() +
                      ")\n     got: " + shown(effects[i]) + "\n" + "     why: " + differs + "\n";
        }
    }
    if (test.waits) report += compare_waits(*test.waits, run);
    if (test.calls && run.calls() > static_cast<std::size_t>(*test.calls))
        report += "expected at most " + std::to_string(*test.calls) + " calls, needed " +
                  std::to_string(run.calls()) + "\n";
    if (!report.empty())
        for (const std::string& note : run.notes()) report += "note: " + note + "\n";
    return report;
}

class Runner {
public:
    Runner(const FlowSet& flows, std::size_t flow, Evaluator& evaluator, const MakeViews& make_views,
           const ReadEvent& read_event, Orders orders)
        : flows_{flows},
          flow_{flow},
          evaluator_{evaluator},
          make_views_{make_views},
          read_event_{read_event},
          orders_{orders} {}

    std::string run(const FlowTest& test) {
        std::vector<TestMoment> moments;
        if (std::string wrong = read(test, moments); !wrong.empty()) return wrong;
        TestRun in_order{flows_, flow_, evaluator_, test, make_views_, *start_};
        in_order.go(moments);
        std::string report = compare(test, in_order);
        if (report.empty() && test.any_order) report = run_all_orders(test, moments, in_order);
        return report;
    }

private:
    /// The events with what they leave out, and the time at which the test begins.
    std::string read(const FlowTest& test, std::vector<TestMoment>& moments) {
        start_ = test.now;
        base::WallTime at = test.now.value_or(base::WallTime{});
        for (const TestEvent& event : test.events) {
            if (event.wait) {
                at += *event.wait;
                moments.push_back({nullptr, *event.wait, {}});
                continue;
            }
            if (event.release) {
                moments.push_back({nullptr, {}, event.release});
                continue;
            }
            Json body = event.body;
            if (!event.file.empty()) {
                auto loaded = read_event_(flows_.flows()[flow_].place.file, event.file);
                if (!loaded) return event.place.text() + ": " + loaded.error().detail + "\n";
                body = std::move(*loaded);
            }
            for (const auto& [path, value] : event.changes) set_at(body, path, value);
            if (!body.contains("id")) body["id"] = "evt_test_" + std::to_string(moments.size() + 1);
            if (const auto happened = time_of(body)) {
                if (!start_) start_ = at = *happened;
                at = std::max(at, *happened);
            } else {
                if (!start_) start_ = at = *base::parse_time("2026-01-01T00:00:00Z");
                body["created_on"] = base::format_utc(at);
            }
            moments.push_back({std::move(body), {}, {}});
        }
        if (!start_) start_ = at;
        return {};
    }

    static void set_at(Json& body, const std::string& path, const Json& value) {
        Json* at = &body;
        std::size_t begin = 0;
        for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', begin)) {
            Json& next = (*at)[path.substr(begin, dot - begin)];
            if (!next.is_object()) next = Json::object();
            at = &next;
            begin = dot + 1;
        }
        (*at)[path.substr(begin)] = value;
    }

    /// A stretch of events between two waits, and when it was over in the order of the file.
    struct Stretch {
        std::vector<TestMoment> events;
        std::vector<TestMoment> after; ///< what ends it: waits, a person's decision
        base::WallTime over;
    };

    std::vector<Stretch> stretches_of(const FlowTest& test, const std::vector<TestMoment>& moments) {
        std::vector<Stretch> stretches(1);
        for (const TestMoment& moment : moments) {
            const bool ends = moment.event.is_null();
            if (!ends && !stretches.back().after.empty()) stretches.emplace_back();
            (ends ? stretches.back().after : stretches.back().events).push_back(moment);
        }
        TestRun run{flows_, flow_, evaluator_, test, make_views_, *start_};
        for (Stretch& stretch : stretches) {
            run.go(stretch.events);
            stretch.over = run.now();
            run.go(stretch.after);
        }
        return stretches;
    }

    /// Every order of the events of each stretch, the whole of it twice, must leave the same records.
    std::string run_all_orders(const FlowTest& test, const std::vector<TestMoment>& moments,
                               const TestRun& in_order) {
        const std::vector<Stretch> stretches = stretches_of(test, moments);
        const Json wanted = in_order.state();
        for (std::size_t shuffled = 0; shuffled < stretches.size(); ++shuffled) {
            const std::vector<TestMoment>& events = stretches[shuffled].events;
            for (const std::vector<std::size_t>& order : orders_of(events.size())) {
                const Json got = state_in(test, stretches, shuffled, order);
                if (got != wanted) return describe(events, order, wanted, got);
            }
        }
        return {};
    }

    /// The first of them is the order of the file, the last its reverse.
    std::vector<std::vector<std::size_t>> orders_of(std::size_t events) const {
        constexpr std::size_t some = 24; // as many as 4 events have
        std::vector<std::vector<std::size_t>> all;
        std::vector<std::size_t> order(events);
        std::iota(order.begin(), order.end(), std::size_t{0});
        do {
            all.push_back(order);
        } while (std::next_permutation(order.begin(), order.end()));
        if (orders_ == Orders::all || all.size() <= some) return all;
        std::vector<std::vector<std::size_t>> chosen;
        for (std::size_t i = 0; i < some; ++i) chosen.push_back(all[i * (all.size() - 1) / (some - 1)]);
        return chosen;
    }

    /// The end of a run in which one stretch comes in another order, twice, and late: when all of it has happened.
    Json state_in(const FlowTest& test, const std::vector<Stretch>& stretches, std::size_t shuffled,
                  const std::vector<std::size_t>& order) {
        TestRun run{flows_, flow_, evaluator_, test, make_views_, *start_};
        for (std::size_t i = 0; i < stretches.size(); ++i) {
            if (i != shuffled) {
                run.go(stretches[i].events);
            } else {
                std::vector<TestMoment> again;
                for (int turn = 0; turn < 2; ++turn)
                    for (const std::size_t position : order) again.push_back(stretches[i].events[position]);
                run.go_to(stretches[i].over);
                run.go(again);
            }
            run.go(stretches[i].after);
        }
        return run.state();
    }

    static std::string describe(const std::vector<TestMoment>& events, const std::vector<std::size_t>& order,
                                const Json& wanted, const Json& got) {
        std::string report = "another order ends in other records:";
        for (const std::size_t position : order)
            report += " " + base::member_text(events[position].event, "type").value_or("?");
        for (const Json* state : {&wanted, &got})
            for (const auto& [object, records] : state->items())
                if (base::member(state == &wanted ? got : wanted, object) != records)
                    report += std::string{"\n"} + (state == &wanted ? "in order: " : "     got: ") + object + " " +
                              base::to_text(records);
        return report + "\n";
    }

    const FlowSet& flows_;
    std::size_t flow_;
    Evaluator& evaluator_;
    const MakeViews& make_views_;
    const ReadEvent& read_event_;
    Orders orders_;
    std::optional<base::WallTime> start_;
};

} // namespace

std::vector<TestResult> run_tests(const std::shared_ptr<const FlowSet>& flows, const std::vector<std::string>& names,
                                  const MakeViews& make_views, const ReadEvent& read_event, Orders orders) {
    std::vector<TestResult> results;
    Evaluator evaluator{flows};
    const FlowSet::Compiled& compiled = flows->compiled();
    for (std::size_t flow = 0; flow < compiled.flows.size(); ++flow) {
        const std::string& name = compiled.flows[flow].name;
        if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) continue;
        Runner runner{*flows, flow, evaluator, make_views, read_event, orders};
        for (const FlowTest& test : compiled.bodies[flow].tests) {
            TestResult result;
            result.flow = name;
            result.name = test.name;
            result.place = test.place;
            result.report = runner.run(test);
            result.passed = result.report.empty();
            results.push_back(std::move(result));
        }
    }
    return results;
}

} // namespace paysync::flow
