// A payment's state as it is stored: written and read back whole.
#include "paysync/checkout/payment_state.hpp"

#include "event_kinds.hpp"

namespace paysync::checkout {

namespace {

using base::Json;
using base::member;

/// Raised when older versions could not read what is written. What is stored under a greater one is refused.
constexpr int version = 1;

Json time_json(const std::optional<base::WallTime>& time) {
    return time ? Json(base::to_nanoseconds(*time)) : Json{};
}

struct Unreadable {
    std::string what;
};

/// Reads with checks; what does not fit is thrown and caught at the one door below.
Facts facts_of(const Json& stored, const char* what) {
    auto facts = Facts::from_json(stored);
    if (!facts) throw Unreadable{what};
    return std::move(*facts);
}

std::int64_t integer_of(const Json& stored, const char* what) {
    if (!stored.is_number_integer()) throw Unreadable{what};
    return stored.get<std::int64_t>();
}

std::string text_of(const Json& stored, const char* what) {
    if (!stored.is_string()) throw Unreadable{what};
    return stored.get<std::string>();
}

std::optional<base::WallTime> time_of(const Json& stored, const char* what) {
    if (stored.is_null()) return std::nullopt;
    return base::from_nanoseconds(integer_of(stored, what));
}

const Json& object_of(const Json& stored, const char* name) {
    const Json& value = member(stored, name);
    if (!value.is_object()) throw Unreadable{name};
    return value;
}

const Json& array_of(const Json& stored, const char* name) {
    const Json& value = member(stored, name);
    if (!value.is_array()) throw Unreadable{name};
    return value;
}

void read_actions(const Json& stored, PaymentState& state) {
    for (const Json& row : array_of(stored, "actions")) {
        const auto kind = action_kind(text_of(member(row, "kind"), "an action's kind"));
        const std::int64_t result = integer_of(member(row, "result"), "an action's result");
        if (!kind || result < 0 || result > static_cast<int>(ActionResult::approved)) throw Unreadable{"an action"};
        Action action{static_cast<ActionResult>(result), facts_of(member(row, "facts"), "an action's facts")};
        state.actions.emplace(ActionKey{*kind, text_of(member(row, "id"), "an action's id")}, std::move(action));
    }
}

Dispute read_dispute(const Json& stored) {
    Dispute dispute;
    dispute.facts = facts_of(member(stored, "facts"), "a dispute's facts");
    dispute.opened_at = time_of(member(stored, "opened_at"), "a dispute's date");
    for (const Json& row : array_of(stored, "events"))
        dispute.events.insert({base::from_nanoseconds(integer_of(member(row, "at"), "a dispute's event")),
                               text_of(member(row, "id"), "a dispute's event"),
                               text_of(member(row, "type"), "a dispute's event")});
    return dispute;
}

PaymentState read_state(const Json& stored) {
    if (integer_of(member(stored, "version"), "version") > version) throw Unreadable{"a newer version's state"};
    PaymentState state;
    state.id = text_of(member(stored, "id"), "id");
    const Json& is_payout = member(stored, "is_payout");
    if (!is_payout.is_boolean()) throw Unreadable{"is_payout"};
    state.is_payout = is_payout.get<bool>();
    state.groups = facts_of(member(stored, "groups"), "groups");
    state.metadata = facts_of(member(stored, "metadata"), "metadata");
    state.outcomes = facts_of(member(stored, "outcomes"), "outcomes");
    for (const auto& item : object_of(stored, "customers").items())
        state.customers.emplace(item.key(), facts_of(item.value(), "a customer"));
    for (const auto& item : object_of(stored, "totals").items())
        state.totals.emplace(item.key(), RunningTotal{integer_of(member(item.value(), "greatest"), "a total"),
                                                      time_of(member(item.value(), "first_at"), "a total")});
    for (const auto& item : object_of(stored, "disputes").items())
        state.disputes.emplace(item.key(), read_dispute(item.value()));
    read_actions(stored, state);
    return state;
}

Json dispute_json(const Dispute& dispute) {
    Json events = Json::array();
    for (const DisputeEvent& event : dispute.events) {
        Json row = Json::object();
        row["at"] = base::to_nanoseconds(event.at);
        row["id"] = event.id;
        row["type"] = event.type;
        events.push_back(std::move(row));
    }
    Json made = Json::object();
    made["facts"] = dispute.facts.to_json();
    made["opened_at"] = time_json(dispute.opened_at);
    made["events"] = std::move(events);
    return made;
}

} // namespace

Json to_json(const PaymentState& state) {
    Json made = Json::object();
    made["version"] = version;
    made["id"] = state.id;
    made["is_payout"] = state.is_payout;
    made["groups"] = state.groups.to_json();
    made["metadata"] = state.metadata.to_json();
    made["outcomes"] = state.outcomes.to_json();
    made["customers"] = Json::object();
    for (const auto& [id, facts] : state.customers) made["customers"][id] = facts.to_json();
    made["totals"] = Json::object();
    for (const auto& [name, total] : state.totals) {
        Json& row = made["totals"][name];
        row["greatest"] = total.greatest;
        row["first_at"] = time_json(total.first_at);
    }
    made["disputes"] = Json::object();
    for (const auto& [id, dispute] : state.disputes) made["disputes"][id] = dispute_json(dispute);
    made["actions"] = Json::array();
    for (const auto& [key, action] : state.actions) {
        Json row = Json::object();
        row["kind"] = std::string{name(key.kind)};
        row["id"] = key.id;
        row["result"] = static_cast<int>(action.result);
        row["facts"] = action.facts.to_json();
        made["actions"].push_back(std::move(row));
    }
    return made;
}

base::Result<PaymentState> PaymentState::from_json(const Json& stored) {
    if (stored.is_null()) return PaymentState{};
    try {
        return read_state(stored);
    } catch (const Unreadable& unreadable) {
        return base::Error{base::Errc::corrupt, "the stored state of a payment cannot be read: " + unreadable.what};
    }
}

} // namespace paysync::checkout
