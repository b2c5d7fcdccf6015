// `.payment` and a payment's part in its customer's totals.
#include "paysync/checkout/payment_state.hpp"

#include "derived.hpp"
#include "view.hpp"

#include <algorithm>

namespace paysync::checkout {

namespace {

using base::Json;

Json movement(const ActionLine& line) {
    Json made = Json::object();
    made["id"] = line.id;
    made["amount"] = line.action->facts.value("amount");
    made["currency"] = line.action->facts.value("currency");
    made["reference"] = line.action->facts.value("reference");
    made["at"] = time_view(line.at);
    return made;
}

Json movements(const PaymentState& state, ActionKind kind) {
    Json made = Json::array();
    if (state.is_payout) return made;
    for (const ActionLine& line : lines(state, kind, ActionResult::approved)) made.push_back(movement(line));
    return made;
}

Json last_failure(const std::vector<ActionLine>& failed) {
    if (failed.empty()) return nullptr;
    const ActionLine& last = failed.back();
    Json made = Json::object();
    made["code"] = last.action->facts.value("code");
    made["summary"] = last.action->facts.value("summary");
    made["at"] = time_view(last.at);
    return made;
}

Json metadata_view(const PaymentState& state) {
    Json made = Json::object();
    for (const auto& [name, fact] : state.metadata.all()) made[name] = fact.value;
    return made;
}

Json amount_view(const PaymentState& state, const Amounts& sums) {
    const Json& said = state.groups.value("amount");
    return said.is_null() ? Json(std::max(sums.authorized, sums.captured)) : said;
}

void put_money(Json& view, const PaymentState& state) {
    const Amounts sums = amounts(state);
    view["amount"] = amount_view(state, sums);
    view["authorized"] = sums.authorized;
    view["captured"] = sums.captured;
    view["refunded"] = sums.refunded;
    view["voided"] = sums.voided;
    view["returned"] = sums.returned;
    const Times when = times(state);
    view["approved_at"] = time_view(when.approved_at);
    view["captured_at"] = time_view(when.captured_at);
    view["refunded_at"] = time_view(when.refunded_at);
    view["captures"] = movements(state, ActionKind::capture);
    view["refunds"] = movements(state, ActionKind::refund);
}

} // namespace

Json payment_view(const PaymentState& state) {
    Json view = Json::object();
    view["id"] = text_view(state.id);
    view["kind"] = state.is_payout ? "payout" : "payment";
    view["reference"] = state.groups.value("reference");
    view["currency"] = state.groups.value("currency");
    view["payment_type"] = state.groups.value("payment_type");
    view["state"] = text_view(status(state));
    put_money(view, state);
    const std::vector<ActionLine> failed = failures(state);
    view["failures"] = failed.size();
    view["last_failure"] = last_failure(failed);
    view["retry"] = retry_is_planned(state) ? state.groups.value("retry") : Json{};
    view["metadata"] = metadata_view(state);
    view["source"] = source_view(state.groups.value("source"));
    view["billing_address"] = address_view(state.groups.value("billing_address"));
    view["items"] = state.groups.value("items").is_array() ? state.groups.value("items") : Json::array();
    view["plan"] = plan_view(state.groups.value("plan"));
    view["3ds"] = state.groups.value("3ds");
    return view;
}

Contribution contribution(const PaymentState& state) {
    Contribution made;
    const Json& currency = state.groups.value("currency");
    if (state.is_payout || !currency.is_string()) return made;
    const Amounts sums = amounts(state);
    const Times when = times(state);
    CurrencyContribution part;
    part.captured = sums.captured;
    part.refunded = sums.refunded + sums.returned;
    part.failures = static_cast<std::int64_t>(failures(state).size());
    if (sums.captured > 0) {
        part.payments = 1;
        part.first_at = when.captured_at;
        part.last_at = when.last_captured_at;
    }
    if (part != CurrencyContribution{}) made.emplace(currency.get<std::string>(), part);
    return made;
}

Facts payer(const PaymentState& state) {
    const auto newest = [](const Facts& facts) {
        Stamp latest;
        for (const auto& [name, fact] : facts.all()) latest = std::max(latest, fact.stamp);
        return latest;
    };
    Facts chosen;
    Stamp chosen_at;
    for (const auto& [id, facts] : state.customers) {
        if (id.empty() || (!chosen.empty() && newest(facts) < chosen_at)) continue;
        chosen = facts;
        chosen_at = newest(facts);
    }
    const auto without_id = state.customers.find("");
    if (without_id == state.customers.end()) return chosen;
    for (const auto& [name, fact] : without_id->second.all())
        if (chosen.find(name) == nullptr) chosen.offer(name, fact.value, fact.stamp);
    return chosen;
}

} // namespace paysync::checkout
