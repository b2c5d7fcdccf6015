// Merges what one event says into the state of its payment.
#include "paysync/checkout/payment_state.hpp"

#include "event_kinds.hpp"
#include "reading.hpp"

#include <algorithm>

namespace paysync::checkout {

namespace {

using base::Json;
using base::member;

/// Said in passing by an event about something else: fills only what no event of the payment itself says.
constexpr int hint = 0;
constexpr int said = 1;

class Merge {
public:
    Merge(PaymentState& state, const Event& event) : state_{state}, event_{event}, data_{event.data} {}

    Merged run() {
        if (state_.id.empty()) {
            state_.id = event_.payment_id;
            merged_.changed = true;
        }
        if (event_.family == Family::dispute) {
            merge_dispute();
        } else {
            merge_payment();
        }
        return merged_;
    }

private:
    Stamp stamp(int rank) const { return {rank, event_.occurred_at, event_.id}; }

    void note(Facts::Offer offer) {
        merged_.changed = merged_.changed || offer != Facts::Offer::kept;
        merged_.gained_member = merged_.gained_member || offer == Facts::Offer::gained;
    }
    /// For what is no member of the view by itself: an action, an outcome, a dispute.
    void note_quietly(Facts::Offer offer) { merged_.changed = merged_.changed || offer != Facts::Offer::kept; }

    void offer(const char* name, const Json& value, int rank = said) {
        note(state_.groups.offer(name, value, stamp(rank)));
    }

    Json currency() const {
        auto text = read_text(member(data_, "currency"));
        if (!text) return nullptr;
        std::transform(text->begin(), text->end(), text->begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        return *text;
    }

    Json amount() const {
        const auto minor = read_amount(member(data_, "amount"));
        return minor ? Json(*minor) : Json{};
    }

    void merge_payment() {
        const EventKind* kind = find_kind(event_.type);
        if (event_.is_payout && !state_.is_payout) {
            state_.is_payout = true;
            merged_.changed = true;
        }
        const bool is_authentication = event_.type.starts_with("authentication_");
        const int rank = is_authentication ? hint : said;
        offer("currency", currency(), rank);
        if (is_authentication || (kind != nullptr && speaks_of_payment(kind->kind))) {
            offer("reference", text_or_null(member(data_, "reference")), rank);
            offer("amount", amount(), rank);
        }
        merge_members();
        merge_totals();
        if (kind == nullptr) return;
        merge_action(*kind);
        if (!kind->outcome.empty()) {
            // By business time: attempts are ordered by when they were made, not by when their webhooks were created.
            const Stamp when{said, event_.processed_at, event_.id};
            note_quietly(state_.outcomes.offer(std::string{kind->outcome}, true, when));
        }
    }

    void merge_members() {
        if (const auto type = read_text(member(data_, "payment_type")))
            offer("payment_type", mended_payment_type(*type));
        merge_customer();
        merge_source();
        offer("3ds", read_three_ds(member(data_, "3ds")));
        offer("plan", read_plan(member(data_, "payment_plan")));
        const Json& items = member(data_, "items");
        if (items.is_array() && !items.empty()) offer("items", items);
        if (event_.type == "payment_retry_scheduled") merge_retry();
        const Json& metadata = member(data_, "metadata");
        if (!metadata.is_object()) return;
        for (const auto& item : metadata.items()) note(state_.metadata.offer(item.key(), item.value(), stamp(said)));
    }

    void merge_customer() {
        const Json& customer = member(data_, "customer");
        if (!customer.is_object()) return;
        Json phone = read_phone(member(customer, "phone"));
        if (phone.is_null()) phone = read_phone(member(member(data_, "source"), "phone"));
        const std::string id = read_id(member(customer, "id")).value_or("");
        Facts facts;
        facts.offer("id", id.empty() ? Json{} : Json(id), stamp(said));
        facts.offer("email", text_or_null(member(customer, "email")), stamp(said));
        facts.offer("name", text_or_null(member(customer, "name")), stamp(said));
        if (facts.empty()) return;
        facts.offer("phone", phone, stamp(said));
        Facts& known = state_.customers[id];
        for (const auto& [name, fact] : facts.all()) note(known.offer(name, fact.value, fact.stamp));
    }

    void merge_source() {
        // The account that a payout is paid from is nobody's card.
        if (event_.is_payout) return;
        const Json& source = member(data_, "source");
        Json processing = member(data_, "processing");
        if (processing.is_null()) processing = member(event_.body, "processing");
        offer("source", read_source(source, processing));
        offer("billing_address", read_address(member(source, "billing_address")));
    }

    void merge_retry() {
        const Json& retry = member(data_, "retry");
        Json made = Json::object();
        made["next_at"] = time_or_null(member(retry, "next_attempt_on"));
        made["ends_at"] = time_or_null(member(retry, "ends_on"));
        for (const char* name : {"attempts_made", "max_attempts"}) {
            const auto count = read_amount(member(retry, name));
            made[name] = count ? Json(*count) : Json{};
        }
        offer("retry", made);
    }

    void merge_action(const EventKind& kind) {
        const std::string id = event_.action_id.empty() ? event_.id : event_.action_id;
        Action& action = state_.actions[ActionKey{kind.kind, id}];
        if (kind.result > action.result) {
            action.result = kind.result;
            merged_.changed = true;
        }
        const Stamp when = stamp(static_cast<int>(kind.result));
        const auto fact = [&](const char* name, const Json& value) {
            note_quietly(action.facts.offer(name, value, when));
        };
        fact("amount", amount());
        fact("currency", currency());
        fact("at", base::to_nanoseconds(event_.processed_at));
        fact("code", text_or_null(member(data_, "response_code")));
        fact("summary", text_or_null(member(data_, "response_summary")));
        fact("reference", text_or_null(member(data_, "reference")));
    }

    void merge_totals() {
        const Json& balances = member(data_, "balances");
        for (const char* name : {"total_authorized", "total_voided", "total_captured", "total_refunded"}) {
            const auto sent = read_amount(member(balances, name));
            if (!sent || *sent == 0) continue;
            RunningTotal& total = state_.totals[name];
            const RunningTotal before = total;
            total.greatest = std::max(total.greatest, *sent);
            total.first_at = std::min(total.first_at.value_or(event_.processed_at), event_.processed_at);
            merged_.changed = merged_.changed || total != before;
        }
    }

    void merge_dispute() {
        // The only word on the payment's own reference when a dispute is all that was heard.
        offer("reference", text_or_null(member(data_, "payment_reference")), hint);
        if (event_.dispute_id.empty()) return;
        Dispute& dispute = state_.disputes[event_.dispute_id];
        const auto fact = [&](const char* name, const Json& value) {
            note_quietly(dispute.facts.offer(name, value, stamp(said)));
        };
        fact("amount", amount());
        fact("currency", currency());
        fact("category", text_or_null(member(data_, "category")));
        fact("reason_code", text_or_null(member(data_, "reason_code")));
        fact("evidence_required_by", time_or_null(member(data_, "evidence_required_by")));
        fact("resolved_reason", text_or_null(member(data_, "resolved_reason")));
        if (const auto date = read_time(member(data_, "date"));
            date && (!dispute.opened_at || *date < *dispute.opened_at)) {
            dispute.opened_at = date;
            merged_.changed = true;
        }
        const bool is_new = dispute.events.insert({event_.occurred_at, event_.id, event_.type}).second;
        merged_.changed = merged_.changed || is_new;
    }

    PaymentState& state_;
    const Event& event_;
    const Json& data_;
    Merged merged_;
};

} // namespace

Merged merge(PaymentState& state, const Event& event) {
    if (event.is_test || event.payment_id.empty() || event.family == Family::other) return {};
    PAYSYNC_ASSERT(state.id.empty() || state.id == event.payment_id, "an event of another payment");
    return Merge{state, event}.run();
}

} // namespace paysync::checkout
