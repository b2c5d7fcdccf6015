// What follows from a payment's state.
#include "derived.hpp"

#include "reading.hpp"

#include <algorithm>

namespace paysync::checkout {

namespace {

using enum ActionKind;
using enum ActionResult;

std::int64_t total(const PaymentState& state, const char* name) {
    const auto found = state.totals.find(name);
    return found == state.totals.end() ? 0 : found->second.greatest;
}

std::optional<base::WallTime> total_first_at(const PaymentState& state, const char* name) {
    const auto found = state.totals.find(name);
    return found == state.totals.end() ? std::nullopt : found->second.first_at;
}

std::int64_t amount_of(const Action& action) {
    return read_amount(action.facts.value("amount")).value_or(0);
}

std::int64_t sum(const PaymentState& state, ActionKind kind) {
    std::int64_t made = 0;
    for (const auto& [key, action] : state.actions)
        if (key.kind == kind && action.result == approved) made = add_amounts(made, amount_of(action));
    return made;
}

/// A payment has one authorization at a time, so several approved ones are several words on the same money.
std::int64_t largest(const PaymentState& state, ActionKind kind) {
    std::int64_t made = 0;
    for (const auto& [key, action] : state.actions)
        if (key.kind == kind && action.result == approved) made = std::max(made, amount_of(action));
    return made;
}

bool any(const PaymentState& state, ActionKind kind, ActionResult result) {
    return std::any_of(state.actions.begin(), state.actions.end(),
                       [&](const auto& item) { return item.first.kind == kind && item.second.result == result; });
}

bool any(const PaymentState& state, ActionKind kind) {
    return std::any_of(state.actions.begin(), state.actions.end(),
                       [&](const auto& item) { return item.first.kind == kind; });
}

/// The last word while nothing succeeded: later beats earlier; of one moment, what follows from the other.
std::string_view latest_outcome(const PaymentState& state) {
    std::string_view latest;
    std::optional<base::WallTime> latest_at;
    // "pending" says only that no answer was there yet: any answer beats it.
    for (const char* word : {"declined", "retry", "canceled", "expired"}) {
        const Fact* fact = state.outcomes.find(word);
        if (fact == nullptr || (latest_at && fact->stamp.at < *latest_at)) continue;
        latest = word;
        latest_at = fact->stamp.at;
    }
    if (latest.empty() && state.outcomes.find("pending") != nullptr) return "pending";
    return latest;
}

std::string unsuccessful(const PaymentState& state) {
    const std::string_view word = latest_outcome(state);
    if (word == "pending") return "Pending";
    if (word == "declined") return "Declined";
    if (word == "retry") return "Retry Scheduled";
    if (word == "canceled") return "Canceled";
    if (word == "expired") return "Expired";
    return {};
}

std::string payout_status(const PaymentState& state) {
    if (any(state, return_, approved)) return "Returned";
    if (any(state, payout, approved) || any(state, authorization, approved)) return "Paid";
    return unsuccessful(state);
}

std::string captured_status(const Amounts& sums) {
    const std::int64_t back = add_amounts(sums.refunded, sums.returned);
    if (back > 0) return back >= sums.captured ? "Refunded" : "Partially Refunded";
    return sums.captured < sums.authorized ? "Partially Captured" : "Captured";
}

} // namespace

Amounts amounts(const PaymentState& state) {
    if (state.is_payout) return {};
    return {std::max(largest(state, authorization), total(state, "total_authorized")),
            std::max(sum(state, capture), total(state, "total_captured")),
            std::max(sum(state, refund), total(state, "total_refunded")),
            std::max(sum(state, void_), total(state, "total_voided")), sum(state, return_)};
}

std::vector<ActionLine> lines(const PaymentState& state, ActionKind kind, ActionResult result) {
    std::vector<ActionLine> made;
    for (const auto& [key, action] : state.actions) {
        if (key.kind != kind || action.result != result) continue;
        const base::Json& at = action.facts.value("at");
        made.push_back(
            {key.id, key.kind, base::from_nanoseconds(at.is_null() ? 0 : at.get<std::int64_t>()), &action});
    }
    // Stable over a map: lines of one moment stay in order of their ids.
    std::stable_sort(made.begin(), made.end(), [](const ActionLine& a, const ActionLine& b) { return a.at < b.at; });
    return made;
}

std::vector<ActionLine> failures(const PaymentState& state) {
    std::vector<ActionLine> made = lines(state, authorization, declined);
    for (const ActionLine& line : lines(state, verification, declined)) made.push_back(line);
    std::stable_sort(made.begin(), made.end(), [](const ActionLine& a, const ActionLine& b) { return a.at < b.at; });
    return made;
}

Times times(const PaymentState& state) {
    Times made;
    if (state.is_payout) return made;
    const auto authorizations = lines(state, authorization, approved);
    if (!authorizations.empty()) made.approved_at = authorizations.front().at;
    const auto captures = lines(state, capture, approved);
    made.captured_at = total_first_at(state, "total_captured");
    made.last_captured_at = made.captured_at;
    if (!captures.empty()) {
        made.captured_at = std::min(made.captured_at.value_or(captures.front().at), captures.front().at);
        made.last_captured_at = captures.back().at;
    }
    for (const ActionKind kind : {refund, return_}) {
        const auto back = lines(state, kind, approved);
        if (!back.empty()) made.refunded_at = std::max(made.refunded_at.value_or(back.back().at), back.back().at);
    }
    if (!made.refunded_at) made.refunded_at = total_first_at(state, "total_refunded");
    return made;
}

bool retry_is_planned(const PaymentState& state) {
    if (latest_outcome(state) != "retry") return false;
    const base::WallTime scheduled_at = state.outcomes.find("retry")->stamp.at;
    for (const ActionKind kind : {authorization, verification, capture})
        for (const ActionLine& line : lines(state, kind, approved))
            if (line.at >= scheduled_at) return false;
    return true;
}

std::string status(const PaymentState& state) {
    if (state.is_payout) return payout_status(state);
    const Amounts sums = amounts(state);
    if (sums.captured > 0 || sums.refunded > 0 || sums.returned > 0) return captured_status(sums);
    if (any(state, capture, approved)) return "Captured";
    if (any(state, void_, approved) && sums.voided >= sums.authorized) return "Voided";
    if (sums.voided > 0 && sums.voided >= sums.authorized) return "Voided";
    if (sums.authorized > 0 || any(state, authorization, approved)) return "Authorized";
    if (any(state, verification, approved)) return "Card Verified";
    const std::string failed = unsuccessful(state);
    if (!failed.empty()) return failed;
    // A refund was tried, so there was a capture; a capture or void was tried, so there was an approval.
    if (any(state, refund)) return "Captured";
    if (any(state, capture) || any(state, void_) || any(state, increment)) return "Authorized";
    return {};
}

} // namespace paysync::checkout
