// `tests:` of a flow file.
#include "flow/file_keys.hpp"
#include "flow/loading.hpp"

#include "paysync/base/time.hpp"
#include "paysync/yaml/to_json.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

constexpr int any_order_events_max = 6;

class TestLoader {
public:
    TestLoader(Problems& problems, const std::set<std::string>& vars) : problems_{problems}, vars_{vars} {}

    std::optional<FlowTest> load(const Node& node) {
        if (!node.is_map()) {
            problems_.error(node.place, "a test is a map, not " + node.kind_name());
            return std::nullopt;
        }
        yaml::refuse_unknown_keys(node, keys_of("test"), "a test", problems_);
        FlowTest test;
        test.place = node.place;
        const Node* name = node.find("name");
        if (name == nullptr)
            problems_.error(node.place, "a test needs `name`");
        else
            test.name = load_text(problems_, *name, "'name'").value_or("");
        if (const Node* now = node.find("now")) test.now = load_time(*now);
        if (const Node* vars = node.find("vars")) load_vars(*vars, test);
        if (const Node* given = node.find("given")) load_given(*given, test);
        load_events(node, test);
        load_expectations(node, test);
        if (const Node* waits = node.find("waits")) load_waits(*waits, test);
        if (const Node* calls = node.find("calls")) {
            test.calls = calls->as_integer();
            if (!test.calls || *test.calls < 0) problems_.error(calls->place, "'calls' is a whole number");
        }
        if (const Node* any_order = node.find("any_order")) {
            const auto truth = any_order->as_bool();
            if (!truth) problems_.error(any_order->place, "'any_order' is true or false");
            test.any_order = truth.value_or(false);
            if (test.any_order && longest_row(test.events) > any_order_events_max)
                problems_.error(any_order->place,
                                "'any_order' is for at most 6 events between two waits: 720 orders");
        }
        return test;
    }

private:
    /// Events without a wait or a person's word between them.
    static int longest_row(const std::vector<TestEvent>& events) {
        int longest = 0;
        int row = 0;
        for (const TestEvent& event : events) {
            row = event.wait || event.release ? 0 : row + 1;
            longest = std::max(longest, row);
        }
        return longest;
    }

    void load_waits(const Node& node, FlowTest& test) {
        if (!node.is_list()) {
            problems_.error(node.place, "'waits' is a list of timers, not " + node.kind_name(),
                            "write: waits: [{ at: 2026-03-05T10:00:00Z, key: … }]");
            return;
        }
        test.waits.emplace();
        for (const Node& item : node.items) {
            const Node* key = item.find("key");
            if (key == nullptr) {
                problems_.error(item.place, "a timer is { at: TIME, key: TEXT }");
                continue;
            }
            yaml::refuse_unknown_keys(item, keys_of("timer"), "a timer", problems_);
            ExpectedTimer timer;
            timer.key = load_text(problems_, *key, "'key'").value_or("");
            if (const Node* at = item.find("at")) timer.at = load_time(*at);
            test.waits->push_back(std::move(timer));
        }
    }

    std::optional<TestEvent> load_release(const Node& node, TestEvent event) {
        yaml::refuse_unknown_keys(node, keys_of("release"), "a person's decision", problems_);
        Release release;
        release.what = load_text(problems_, *node.find("release"), "'release'").value_or("");
        release.go = load_word<bool>(problems_, node.find("decision"), "decision", {{"go", true}, {"stop", false}});
        if (const Node* by = node.find("by")) release.by = load_text(problems_, *by, "'by'").value_or("");
        event.release = std::move(release);
        return event;
    }

    std::optional<base::WallTime> load_time(const Node& node) {
        auto time = node.is_scalar() ? base::parse_time(node.scalar) : std::nullopt;
        if (!time) problems_.error(node.place, "not a time", "write 2026-03-01T12:00:00Z");
        return time;
    }

    void load_vars(const Node& node, FlowTest& test) {
        if (!node.is_map()) {
            problems_.error(node.place, "'vars' is a map of variables, not " + node.kind_name());
            return;
        }
        yaml::refuse_unknown_keys(node, {vars_.begin(), vars_.end()}, "the vars of this flow", problems_);
        test.vars = yaml::to_json(node);
    }

    void load_given(const Node& node, FlowTest& test) {
        if (!node.is_map()) {
            problems_.error(node.place, "'given' is a map of objects to lists of records, not " + node.kind_name());
            return;
        }
        for (const Node::Member& object : node.members) {
            if (!object.value.is_list()) {
                problems_.error(object.value.place,
                                "the records of " + object.key + " are a list, not " + object.value.kind_name());
                continue;
            }
            for (const Node& record : object.value.items) {
                if (record.is_map())
                    test.given[object.key].push_back(yaml::to_json(record));
                else
                    problems_.error(record.place, "a record is a map, not " + record.kind_name());
            }
        }
    }

    void load_events(const Node& node, FlowTest& test) {
        const Node* events = node.find("events");
        if (events == nullptr || !events->is_list() || events->items.empty()) {
            problems_.error(events == nullptr ? node.place : events->place, "a test needs `events`, a list");
            return;
        }
        for (const Node& item : events->items)
            if (auto event = load_event(item)) test.events.push_back(std::move(*event));
    }

    std::optional<TestEvent> load_event(const Node& node) {
        TestEvent event;
        event.place = node.place;
        if (node.is_scalar()) {
            event.file = node.scalar;
            return event;
        }
        if (!node.is_map()) {
            problems_.error(node.place, "an event is a map, a file name or {from, set}, not " + node.kind_name());
            return std::nullopt;
        }
        if (const Node* wait = node.find("wait")) {
            yaml::refuse_unknown_keys(node, keys_of("wait"), "a wait", problems_);
            const auto length = wait->is_scalar() ? yaml::duration_nanoseconds(wait->scalar) : std::nullopt;
            if (!length) problems_.error(wait->place, "not a length of time", "write 4d or 30m");
            event.wait = std::chrono::nanoseconds{length.value_or(0)};
            return event;
        }
        if (node.find("release") != nullptr) return load_release(node, std::move(event));
        if (const Node* from = node.find("from")) {
            yaml::refuse_unknown_keys(node, keys_of("event_of_file"), "an event from a file", problems_);
            event.file = load_text(problems_, *from, "'from'").value_or("");
            if (const Node* set = node.find("set")) {
                if (!set->is_map())
                    problems_.error(set->place, "'set' is a map of paths to values, not " + set->kind_name());
                for (const Node::Member& member : set->members)
                    event.changes.emplace_back(member.key, yaml::to_json(member.value));
            }
            return event;
        }
        event.body = yaml::to_json(node);
        if (node.find("type") == nullptr) {
            problems_.error(node.place, "an event needs `type`", "an event from a file is { from: FILE, set: {…} }");
            return std::nullopt;
        }
        return event;
    }

    void load_expectations(const Node& node, FlowTest& test) {
        const Node* expect = node.find("expect");
        if (expect == nullptr || !expect->is_list() || expect->items.empty()) {
            problems_.error(expect == nullptr ? node.place : expect->place, "a test needs `expect`, a list",
                            "write [none] where nothing must happen");
            return;
        }
        for (const Node& item : expect->items)
            if (auto one = load_expectation(item)) test.expect.push_back(std::move(*one));
    }

    std::optional<Expectation> load_expectation(const Node& node) {
        Expectation expected;
        expected.place = node.place;
        if (node.is_scalar() && node.scalar == "none") return expected;
        static const std::vector<std::pair<std::string, Expectation::Kind>> kinds{
            {"create", Expectation::Kind::create}, {"update", Expectation::Kind::update},
            {"hold", Expectation::Kind::hold},     {"invoke", Expectation::Kind::invoke},
            {"notify", Expectation::Kind::notify}, {"error", Expectation::Kind::error}};
        for (const auto& [word, kind] : kinds) {
            const Node* text = node.find(word);
            if (text == nullptr) continue;
            expected.kind = kind;
            expected.text = load_text(problems_, *text, "'" + word + "'").value_or("");
            yaml::refuse_unknown_keys(node, keys_of("expect_" + word), "an expectation", problems_);
            if (const Node* key = node.find("key")) expected.key = load_text(problems_, *key, "'key'");
            for (const char* key : {"set", "exactly", "with", "body"}) {
                const Node* fields = node.find(key);
                if (fields == nullptr) continue;
                if (!fields->is_map())
                    problems_.error(fields->place, "'" + std::string{key} + "' is a map of fields");
                expected.fields = yaml::to_json(*fields);
                expected.exactly = key == std::string_view{"exactly"};
            }
            return expected;
        }
        problems_.error(node.place, "an expectation is one of create, update, none, hold, invoke, notify, error");
        return std::nullopt;
    }

    Problems& problems_;
    const std::set<std::string>& vars_;
};

} // namespace

std::vector<FlowTest> load_tests(Loading& loading, const Node& list, const std::set<std::string>& vars) {
    std::vector<FlowTest> tests;
    if (!list.is_list()) {
        loading.problems.error(list.place, "'tests' is a list, not " + list.kind_name());
        return tests;
    }
    TestLoader loader{loading.problems, vars};
    for (const Node& item : list.items)
        if (auto test = loader.load(item)) tests.push_back(std::move(*test));
    return tests;
}

} // namespace paysync::flow
