// A payer's members and totals over all payments.
#include "paysync/checkout/customer_state.hpp"

#include "view.hpp"

#include <algorithm>
#include <array>

namespace paysync::checkout {

namespace {

using base::Json;
using base::member;

constexpr int version = 1;
constexpr std::array counters{"captured", "refunded", "payments", "failures"};

/// Adds `part` `sign` times (1 or -1).
void add(CurrencyContribution& total, const CurrencyContribution& part, std::int64_t sign) {
    total.captured += sign * part.captured;
    total.refunded += sign * part.refunded;
    total.payments += sign * part.payments;
    total.failures += sign * part.failures;
}

void widen(CurrencyContribution& total, const CurrencyContribution& part) {
    if (part.first_at) total.first_at = std::min(total.first_at.value_or(*part.first_at), *part.first_at);
    if (part.last_at) total.last_at = std::max(total.last_at.value_or(*part.last_at), *part.last_at);
}

Json stored_time(const std::optional<base::WallTime>& time) {
    return time ? Json(base::to_nanoseconds(*time)) : Json{};
}

std::optional<base::WallTime> read_stored_time(const Json& stored) {
    if (!stored.is_number_integer()) return std::nullopt;
    return base::from_nanoseconds(stored.get<std::int64_t>());
}

std::optional<CurrencyContribution> read_total(const Json& stored) {
    for (const char* name : counters)
        if (!member(stored, name).is_number_integer()) return std::nullopt;
    CurrencyContribution total;
    total.captured = stored["captured"].get<std::int64_t>();
    total.refunded = stored["refunded"].get<std::int64_t>();
    total.payments = stored["payments"].get<std::int64_t>();
    total.failures = stored["failures"].get<std::int64_t>();
    total.first_at = read_stored_time(member(stored, "first_at"));
    total.last_at = read_stored_time(member(stored, "last_at"));
    return total;
}

Json total_json(const CurrencyContribution& total, Json first_at, Json last_at) {
    Json made = Json::object();
    made["captured"] = total.captured;
    made["refunded"] = total.refunded;
    made["payments"] = total.payments;
    made["failures"] = total.failures;
    made["first_at"] = std::move(first_at);
    made["last_at"] = std::move(last_at);
    return made;
}

} // namespace

namespace {

bool was_approved(const PaymentState& payment) {
    const auto is_approval = [](const auto& entry) {
        const ActionKind kind = entry.first.kind;
        const bool pays =
            kind == ActionKind::authorization || kind == ActionKind::verification || kind == ActionKind::capture;
        return pays && entry.second.result == ActionResult::approved;
    };
    return std::any_of(payment.actions.begin(), payment.actions.end(), is_approval);
}

} // namespace

bool CustomerState::apply(const PaymentState& payment, const Contribution& before, const Contribution& after) {
    bool changed = false;
    if (customer_key(payment) == key_) {
        const auto learn = [&](const std::string& name, const Fact& fact) {
            changed = facts_.offer(name, fact.value, fact.stamp) != Facts::Offer::kept || changed;
        };
        const Facts known = payer(payment);
        for (const auto& [name, fact] : known.all()) learn(name, fact);
        // A card that was only ever refused is not known to be theirs, nor one that works.
        if (was_approved(payment))
            for (const char* name : {"source", "billing_address"})
                if (const Fact* fact = payment.groups.find(name)) learn(name, *fact);
    }
    const Contribution old_totals = totals_;
    for (const auto& [currency, part] : before) add(totals_[currency], part, -1);
    for (const auto& [currency, part] : after) {
        add(totals_[currency], part, 1);
        widen(totals_[currency], part);
    }
    // A currency in which nothing is left is as one never seen.
    std::erase_if(totals_, [](const auto& item) {
        const CurrencyContribution& total = item.second;
        return total.captured == 0 && total.refunded == 0 && total.payments == 0 && total.failures == 0;
    });
    return changed || totals_ != old_totals;
}

Json to_json(const CustomerState& state) {
    Json made = Json::object();
    made["version"] = version;
    made["key"] = state.key_;
    made["facts"] = state.facts_.to_json();
    made["totals"] = Json::object();
    for (const auto& [currency, total] : state.totals_)
        made["totals"][currency] = total_json(total, stored_time(total.first_at), stored_time(total.last_at));
    return made;
}

base::Result<CustomerState> CustomerState::from_json(const Json& stored) {
    if (stored.is_null()) return CustomerState{};
    const base::Error unreadable{base::Errc::corrupt, "the stored state of a customer cannot be read"};
    const Json& written_by = member(stored, "version");
    const Json& key = member(stored, "key");
    const Json& totals = member(stored, "totals");
    auto facts = Facts::from_json(member(stored, "facts"));
    if (!written_by.is_number_integer() || written_by.get<std::int64_t>() > version || !key.is_string() ||
        !totals.is_object() || !facts)
        return unreadable;
    CustomerState state{key.get<std::string>()};
    state.facts_ = std::move(*facts);
    for (const auto& item : totals.items()) {
        const auto total = read_total(item.value());
        if (!total) return unreadable;
        state.totals_.emplace(item.key(), *total);
    }
    return state;
}

Json customer_view(const CustomerState& state) {
    const Facts& facts = state.facts();
    Json view = Json::object();
    view["key"] = text_view(state.key());
    for (const char* name : {"id", "email", "name", "phone"}) view[name] = facts.value(name);
    const Json& email = facts.value("email");
    const auto key = email.is_string() ? email_key(email.get_ref<const std::string&>()) : std::nullopt;
    view["email_key"] = key ? Json(*key) : Json{};
    view["source"] = source_view(facts.value("source"));
    view["billing_address"] = address_view(facts.value("billing_address"));
    view["totals"] = Json::object();
    for (const auto& [currency, total] : state.totals())
        view["totals"][currency] = total_json(total, time_view(total.first_at), time_view(total.last_at));
    return view;
}

} // namespace paysync::checkout
