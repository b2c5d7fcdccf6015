// The newest of each name.
#include "paysync/checkout/facts.hpp"

namespace paysync::checkout {

namespace {

using base::Json;

bool has_new_member(const Json& before, const Json& after) {
    if (!after.is_object()) return false;
    for (const auto& item : after.items())
        if (!item.value().is_null() && base::member(before, item.key()).is_null()) return true;
    return false;
}

} // namespace

Facts::Offer Facts::offer(const std::string& name, const Json& value, const Stamp& stamp) {
    if (value.is_null()) return Offer::kept;
    const auto found = facts_.find(name);
    if (found == facts_.end()) {
        facts_.emplace(name, Fact{stamp, value});
        return Offer::gained;
    }
    Fact& known = found->second;
    if (stamp < known.stamp) return Offer::kept;
    // Compared as text: 1 and 1.0 are equal as numbers, yet one of them must win.
    if (stamp == known.stamp && base::to_text(value) <= base::to_text(known.value)) return Offer::kept;
    const bool gained = has_new_member(known.value, value);
    known = Fact{stamp, value};
    return gained ? Offer::gained : Offer::changed;
}

const Json& Facts::value(const std::string& name) const {
    static const Json none;
    const Fact* fact = find(name);
    return fact != nullptr ? fact->value : none;
}

const Fact* Facts::find(const std::string& name) const {
    const auto found = facts_.find(name);
    return found == facts_.end() ? nullptr : &found->second;
}

Json Facts::to_json() const {
    Json made = Json::object();
    for (const auto& [name, fact] : facts_)
        made[name] =
            Json::array({fact.stamp.rank, base::to_nanoseconds(fact.stamp.at), fact.stamp.event_id, fact.value});
    return made;
}

std::optional<Facts> Facts::from_json(const Json& stored) {
    if (!stored.is_object()) return std::nullopt;
    Facts facts;
    for (const auto& item : stored.items()) {
        const Json& row = item.value();
        if (!row.is_array() || row.size() != 4 || !row[0].is_number_integer() || !row[1].is_number_integer() ||
            !row[2].is_string() || row[3].is_null())
            return std::nullopt;
        const Stamp stamp{row[0].get<int>(), base::from_nanoseconds(row[1].get<std::int64_t>()),
                          row[2].get<std::string>()};
        facts.facts_.emplace(item.key(), Fact{stamp, row[3]});
    }
    return facts;
}

} // namespace paysync::checkout
