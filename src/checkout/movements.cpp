// A payment's state, told as movements of money.
#include "paysync/checkout/movements.hpp"

#include "derived.hpp"
#include "dispute_progress.hpp"
#include "reading.hpp"

#include <algorithm>

namespace paysync::checkout {

namespace {

using enum ActionKind;
using enum ActionResult;

/// What the actions say, and what a running total says beyond them.
std::vector<Movement> moved(const PaymentState& state, ActionKind kind, const char* total) {
    std::vector<Movement> made;
    std::int64_t told = 0;
    for (const ActionLine& line : lines(state, kind, approved)) {
        const std::int64_t amount = read_amount(line.action->facts.value("amount")).value_or(0);
        told = add_amounts(told, amount);
        if (amount > 0) made.push_back({line.at, amount});
    }
    const auto found = state.totals.find(total);
    if (found != state.totals.end() && found->second.greatest > told && found->second.first_at)
        made.push_back({*found->second.first_at, found->second.greatest - told});
    std::stable_sort(made.begin(), made.end(), [](const Movement& a, const Movement& b) { return a.at < b.at; });
    return made;
}

/// Whether the money is gone after an event of this type; nothing when it changes nothing.
std::optional<bool> gone_after(std::string_view type, const Dispute& dispute) {
    const std::string_view word = dispute_state(type);
    if (word == "request_for_information_received") return std::nullopt;
    if (word == "won" || word == "canceled" || word == "arbitration_won") return false;
    if (word == "lost" || word == "expired" || word == "accepted" || word == "arbitration_lost") return true;
    if (word == "resolved") {
        // The scheme's own refund (RDR) took the money; otherwise nothing was to be taken.
        const auto reason = read_text(dispute.facts.value("resolved_reason"));
        if (reason == "already_refunded" || reason == "negative_amount") return false;
        return true;
    }
    return std::nullopt;
}

std::vector<Movement> charged_back(const Dispute& dispute) {
    const std::int64_t amount = read_amount(dispute.facts.value("amount")).value_or(0);
    std::vector<DisputeEvent> events{dispute.events.begin(), dispute.events.end()};
    std::stable_sort(events.begin(), events.end(), happens_before);
    std::erase_if(events, [](const DisputeEvent& event) {
        return dispute_state(event.type) == "request_for_information_received";
    });
    if (amount == 0 || events.empty()) return {};
    const base::WallTime opened = std::min(dispute.opened_at.value_or(events.front().at), events.front().at);
    std::vector<Movement> made{{opened, amount}};
    bool gone = true;
    for (const DisputeEvent& event : events) {
        const auto now_gone = gone_after(event.type, dispute);
        if (!now_gone || *now_gone == gone) continue;
        gone = *now_gone;
        made.push_back({event.at, gone ? amount : -amount});
    }
    return made;
}

void add_charge_backs(const PaymentState& state, Movements& made) {
    for (const auto& [id, dispute] : state.disputes) {
        const std::string currency = read_text(dispute.facts.value("currency")).value_or(made.currency);
        if (currency.empty()) continue;
        for (const Movement& one : charged_back(dispute)) made.charge_backs[currency].push_back(one);
    }
}

std::vector<base::WallTime> times_of(const std::vector<ActionLine>& lines) {
    std::vector<base::WallTime> made;
    for (const ActionLine& line : lines) made.push_back(line.at);
    return made;
}

std::optional<Movement> failure(const PaymentState& state, const Movements& made) {
    const auto declines = lines(state, authorization, declined);
    if (declines.empty()) return std::nullopt;
    const ActionLine& first = declines.front();
    if (!made.approvals.empty() && made.approvals.front() < first.at) return std::nullopt;
    if (!made.captures.empty() && made.captures.front().at < first.at) return std::nullopt;
    const auto tried = read_amount(first.action->facts.value("amount"));
    return Movement{first.at, tried ? *tried : read_amount(state.groups.value("amount")).value_or(0)};
}

} // namespace

Movements movements(const PaymentState& state) {
    Movements made;
    if (state.is_payout) return made;
    made.currency = read_text(state.groups.value("currency")).value_or("");
    add_charge_backs(state, made);
    if (made.currency.empty()) return made;
    made.captures = moved(state, capture, "total_captured");
    made.refunds = moved(state, refund, "total_refunded");
    for (const Movement& one : moved(state, return_, "")) made.refunds.push_back(one);
    made.approvals = times_of(lines(state, authorization, approved));
    if (made.approvals.empty() && !made.captures.empty()) made.approvals.push_back(made.captures.front().at);
    made.declines = times_of(lines(state, authorization, declined));
    made.failure = failure(state, made);
    return made;
}

} // namespace paysync::checkout
