// Compares what enabled flows `set`, flow by flow.
#include "flow/conflicts.hpp"

#include "flow/record_walk.hpp"
#include "flow/value_text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace paysync::flow {

namespace {

/// One field that one step sets.
struct Setting {
    const RecordStep* record;
    const FieldValue* field;
};

/// The text with which every value of an expression in text begins: `declined/` of `declined/${ .id }`.
std::string beginning(const Value& value) {
    if (value.kind == Value::Kind::literal)
        return value.literal.is_string() ? value.literal.get<std::string>() : base::to_text(value.literal);
    if (value.kind == Value::Kind::text && !value.parts.empty() && !value.parts.front().expression)
        return value.parts.front().text;
    return {};
}

bool begin_alike(const Value& one, const Value& other) {
    const std::string a = beginning(one);
    const std::string b = beginning(other);
    const std::size_t both = std::min(a.size(), b.size());
    return a.compare(0, both, b, 0, both) == 0;
}

/// Keys tell records apart: other fields where nothing is adopted by `find`, or values that begin otherwise.
bool may_mean_one_record(const RecordStep& one, const RecordStep& other) {
    for (const FieldValue& key : one.key)
        for (const FieldValue& same : other.key)
            if (key.field == same.field && !begin_alike(key.value, same.value)) return false;
    if (one.key.empty() || other.key.empty() || !one.find.empty() || !other.find.empty()) return true;
    const auto has = [&](const FieldValue& key) {
        return std::any_of(other.key.begin(), other.key.end(),
                           [&](const FieldValue& candidate) { return candidate.field == key.field; });
    };
    return one.key.size() == other.key.size() && std::all_of(one.key.begin(), one.key.end(), has);
}

class Search {
public:
    Search(const FlowSet::Compiled& compiled, yaml::Problems& problems) : compiled_{compiled}, problems_{problems} {
        for (const FlowBody& body : compiled.bodies) settings_.push_back(settings_of(body));
    }

    void run() {
        for (std::size_t one = 0; one < compiled_.flows.size(); ++one)
            for (std::size_t other = one + 1; other < compiled_.flows.size(); ++other)
                if (compiled_.flows[one].enabled && compiled_.flows[other].enabled && begin_differently(one, other))
                    compare(one, other);
    }

private:
    /// By object and field.
    using Settings = std::multimap<std::pair<std::string, std::string>, Setting>;

    static Settings settings_of(const FlowBody& body) {
        Settings settings;
        for_each_record(body.steps, [&](const Step&, const RecordStep& record) {
            for (const FieldValue& field : record.set)
                settings.emplace(std::pair{record.object, field.field}, Setting{&record, &field});
        });
        return settings;
    }

    bool begin_differently(std::size_t one, std::size_t other) const {
        const auto events = [&](std::size_t flow) {
            const std::vector<std::string>& on = compiled_.flows[flow].on;
            return std::set<std::string>{on.begin(), on.end()};
        };
        return events(one) != events(other);
    }

    void compare(std::size_t one, std::size_t other) {
        for (const auto& [name, setting] : settings_[one]) {
            const auto [begin, end] = settings_[other].equal_range(name);
            for (auto same = begin; same != end; ++same)
                if (conflict(setting, same->second)) {
                    warn(one, setting, other, same->second);
                    break;
                }
        }
    }

    bool conflict(const Setting& one, const Setting& other) const {
        if (one.field == other.field) return false; // a fragment of both: the same from the same view
        const bool same_words = one.field->value.uses.empty() && other.field->value.uses.empty() &&
                                value_text(compiled_, one.field->value) == value_text(compiled_, other.field->value);
        return !same_words && may_mean_one_record(*one.record, *other.record);
    }

    void warn(std::size_t one, const Setting& setting, std::size_t other, const Setting& same) {
        const yaml::Place& place = same.field->place;
        if (!told_.insert({place.text(), setting.field->place.text()}).second) return;
        problems_.warning(
            place,
            "the flows '" + compiled_.flows[other].name + "' and '" + compiled_.flows[one].name + "' both set " +
                same.record->object + "." + same.field->field + ", on different events: the last event would win",
            "let one flow set it, on the events of both; the other place is " + setting.field->place.text());
    }

    const FlowSet::Compiled& compiled_;
    yaml::Problems& problems_;
    std::vector<Settings> settings_;
    std::set<std::pair<std::string, std::string>> told_;
};

} // namespace

void warn_of_conflicts(const FlowSet::Compiled& compiled, yaml::Problems& problems) {
    Search{compiled, problems}.run();
}

} // namespace paysync::flow
