// What a payment says in its groups.
#include "paysync/checkout/group_state.hpp"

#include "billing_interval.hpp"
#include "derived.hpp"
#include "reading.hpp"
#include "view.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace paysync::checkout {

namespace {

using base::Json;
using base::member;
using enum ActionKind;
using enum ActionResult;

/// Raised when what is written means something else. A member under another one is refused.
constexpr int version = 1;

void put(Json& made, const char* name, Json value) {
    if (!value.is_null()) made[name] = std::move(value);
}

/// When the payment began: a late capture or retry does not make it a newer one.
std::optional<base::WallTime> began_at(const PaymentState& payment) {
    std::optional<base::WallTime> earliest;
    const auto look_at = [&](base::WallTime at) { earliest = std::min(earliest.value_or(at), at); };
    for (const auto& [key, action] : payment.actions) {
        const Json& at = action.facts.value("at");
        if (at.is_number_integer()) look_at(base::from_nanoseconds(at.get<std::int64_t>()));
    }
    for (const auto& [name, total] : payment.totals)
        if (total.first_at) look_at(*total.first_at);
    return earliest;
}

/// Nothing but checks of a card: no order was paid, or tried to be.
bool only_checks_a_card(const PaymentState& payment) {
    const auto is_check = [](const auto& item) { return item.first.kind == verification; };
    return payment.totals.empty() && std::all_of(payment.actions.begin(), payment.actions.end(), is_check);
}

/// The approvals; of a payment whose approval was not heard, its first capture.
std::vector<base::WallTime> successes(const PaymentState& payment, const Times& when) {
    std::vector<base::WallTime> made;
    for (const ActionLine& line : lines(payment, authorization, approved)) made.push_back(line.at);
    if (made.empty() && when.captured_at) made.push_back(*when.captured_at);
    return made;
}

Json failure_json(const ActionLine& line) {
    Json made = Json::object();
    made["at"] = time_view(line.at);
    made["id"] = line.id;
    put(made, "code", line.action->facts.value("code"));
    put(made, "summary", line.action->facts.value("summary"));
    return made;
}

/// The card holder has forbidden this payment, or all, for good. Source: Checkout.com's response codes.
bool stops_the_plan(const Json& code) {
    return code == "200R1" || code == "200R3";
}

/// The payment's newest word is that there will be no further one.
bool is_cancelled(const Json& view, const std::vector<ActionLine>& failed, bool succeeded) {
    if (succeeded) return false;
    if (view["state"] == "Canceled") return true;
    return view["state"] == "Declined" && !failed.empty() &&
           stops_the_plan(failed.back().action->facts.value("code"));
}

/// The day after which the card is worth nothing.
Json expiry_of(const Json& source) {
    const auto month = read_amount(member(source, "expiry_month"));
    const auto year = read_amount(member(source, "expiry_year"));
    if (!month || !year || *month < 1 || *month > 12 || *year < 1970 || *year > 2200) return nullptr;
    const auto last = std::chrono::year{static_cast<int>(*year)} / std::chrono::month{static_cast<unsigned>(*month)} /
                      std::chrono::last;
    return base::format_utc(base::WallTime{std::chrono::sys_days{last}}).substr(0, 10);
}

Json card_of(const Json& source) {
    if (!source.is_object()) return nullptr;
    Json made = Json::object();
    for (const char* name : {"id", "type", "scheme", "last4", "expiry_month", "expiry_year"})
        put(made, name, member(source, name));
    put(made, "expiry", expiry_of(source));
    return made;
}

/// A date stays a date: as midnight in UTC it would be another day elsewhere.
Json term_end(const Json& sent) {
    if (!sent.is_string()) return nullptr;
    const std::string text{base::trimmed(sent.get_ref<const std::string&>())};
    const auto time = base::parse_time(text);
    if (!time) return nullptr;
    return text.size() == 10 ? Json(text) : time_view(*time);
}

/// What the payment says about the plan that it belongs to.
void put_plan(Json& made, const PaymentState& payment, const Json& metadata) {
    auto interval = interval_of_plan(payment.groups.value("plan"));
    if (!interval) interval = interval_of_metadata(metadata);
    if (interval) {
        made["interval"] = interval->unit;
        made["interval_count"] = interval->count;
    }
    put(made, "term_ends_at", term_end(member(metadata, "term_ends_at")));
    const Json& status = member(metadata, "subscription_status");
    if (status.is_string())
        made["subscription_status"] = base::lower(base::trimmed(status.get_ref<const std::string&>()));
}

void put_money(Json& made, const Json& view) {
    for (const char* name : {"amount", "authorized", "captured"})
        if (view[name].is_number_integer() && view[name] != 0) made[name] = view[name];
    const std::int64_t back = add_amounts(view["refunded"].get<std::int64_t>(), view["returned"].get<std::int64_t>());
    if (back != 0) made["refunded"] = back;
}

void put_attempts(Json& made, const PaymentState& payment, const Json& view) {
    const Times when = times(payment);
    const auto paid = successes(payment, when);
    const auto failed = lines(payment, authorization, declined);
    if (!paid.empty()) {
        made["successes"] = Json::array();
        for (const base::WallTime at : paid) made["successes"].push_back(time_view(at));
    }
    put(made, "approved_at", view["approved_at"]);
    put(made, "captured_at", view["captured_at"]);
    put(made, "last_captured_at", time_view(when.last_captured_at));
    for (const ActionLine& line : failed) made["failures"].push_back(failure_json(line));
    if (is_cancelled(view, failed, !paid.empty())) made["canceled"] = true;
}

} // namespace

Json group_member(const PaymentState& payment) {
    const auto began = began_at(payment);
    if (payment.is_payout || !began) return nullptr;
    const Json view = payment_view(payment);
    Json made = Json::object();
    made["version"] = version;
    made["began_at"] = time_view(*began);
    for (const char* name : {"reference", "currency", "payment_type", "state"}) put(made, name, view[name]);
    if (only_checks_a_card(payment)) made["check"] = true;
    put_money(made, view);
    put_attempts(made, payment, view);
    put_plan(made, payment, view["metadata"]);
    if (view["retry"].is_object()) {
        put(made["retry"], "next_at", member(view["retry"], "next_at"));
        put(made["retry"], "ends_at", member(view["retry"], "ends_at"));
    }
    const bool verified = !lines(payment, verification, approved).empty();
    if (made.contains("successes") || verified) put(made, "card", card_of(view["source"]));
    return made;
}

bool is_group_member(const Json& stored) {
    return member(stored, "version") == version && member(stored, "began_at").is_string();
}

} // namespace paysync::checkout
