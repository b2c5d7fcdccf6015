// Many payments as one.
#include "paysync/checkout/group_state.hpp"

#include "billing_interval.hpp"
#include "reading.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace paysync::checkout {

namespace {

using base::Json;
using base::member;

std::string text_of(const Json& object, const char* name) {
    const Json& value = member(object, name);
    return value.is_string() ? value.get<std::string>() : std::string{};
}

std::int64_t amount_of(const Json& object, const char* name) {
    return read_amount(member(object, name)).value_or(0);
}

Json or_null(const std::string& text) {
    return text.empty() ? Json{} : Json(text);
}

struct Member {
    std::string id;
    const Json* said;
    std::string began_at;
    bool is_check;

    const Json& operator[](const char* name) const { return member(*said, name); }
    bool succeeded() const { return (*this)["successes"].is_array(); }
};

struct Failure {
    std::string at;
    std::string payment;
    std::string action;
    const Json* said;

    auto key() const { return std::tie(at, payment, action); }
};

/// Text times sort as they do.
std::string earlier(const std::string& a, const std::string& b) {
    if (a.empty() || b.empty()) return a.empty() ? b : a;
    return std::min(a, b);
}

class View {
public:
    View(const std::string& id, const std::map<std::string, Json>& members) {
        for (const auto& [payment, said] : members)
            if (is_group_member(said))
                members_.push_back({payment, &said, text_of(said, "began_at"), member(said, "check") == true});
        std::sort(members_.begin(), members_.end(), [](const Member& a, const Member& b) {
            return std::tie(a.began_at, a.id) < std::tie(b.began_at, b.id);
        });
        view_["id"] = or_null(id);
    }

    Json make() {
        put_money();
        put_attempts();
        put_last();
        put_plan();
        return std::move(view_);
    }

private:
    /// The newest member for which `holds` is true, as a position from the end.
    template <typename Holds>
    const Member* newest(Holds holds) const {
        const auto found = std::find_if(members_.rbegin(), members_.rend(), holds);
        return found == members_.rend() ? nullptr : &*found;
    }

    void put_money() {
        Json totals = Json::object();
        std::int64_t payments = 0;
        std::string first_captured;
        std::string last_captured;
        for (const Member& one : members_) {
            const std::int64_t captured = amount_of(*one.said, "captured");
            payments += captured > 0 ? 1 : 0;
            first_captured = earlier(first_captured, text_of(*one.said, "captured_at"));
            last_captured = std::max(last_captured, text_of(*one.said, "last_captured_at"));
            const std::string currency = text_of(*one.said, "currency");
            if (currency.empty() || one.is_check) continue;
            Json& total = totals[currency];
            for (const char* name : {"authorized", "captured", "refunded"})
                total[name] = add_amounts(total.is_object() ? amount_of(total, name) : 0, amount_of(*one.said, name));
            total["payments"] = amount_of(total, "payments") + (captured > 0 ? 1 : 0);
        }
        const bool one_currency = totals.size() == 1;
        view_["currency"] = one_currency ? Json(totals.begin().key()) : Json{};
        for (const char* name : {"authorized", "captured", "refunded"})
            view_[name] = one_currency ? amount_of(*totals.begin(), name) : 0;
        view_["payments"] = payments;
        view_["totals"] = std::move(totals);
        view_["first_captured_at"] = or_null(first_captured);
        view_["last_captured_at"] = or_null(last_captured);
    }

    void put_attempts() {
        std::vector<Failure> failures;
        std::vector<std::string> successes;
        std::int64_t attempts = 0;
        for (const Member& one : members_) {
            attempts += one.succeeded() ? 1 : 0;
            if (one.succeeded())
                for (const Json& at : one["successes"])
                    if (at.is_string()) successes.push_back(at.get<std::string>());
            if (one["failures"].is_array())
                for (const Json& failure : one["failures"])
                    failures.push_back({text_of(failure, "at"), one.id, text_of(failure, "id"), &failure});
        }
        std::sort(failures.begin(), failures.end(),
                  [](const Failure& a, const Failure& b) { return a.key() < b.key(); });
        std::sort(successes.begin(), successes.end());
        successes_ = std::move(successes);
        view_["attempts"] = attempts + static_cast<std::int64_t>(failures.size());
        view_["failures"] = failures.size();
        put_failures(failures);
    }

    void put_failures(const std::vector<Failure>& failures) {
        for (const char* name : {"first_failed_at", "last_failure", "recovered_at"}) view_[name] = nullptr;
        view_["failures_in_a_row"] = 0;
        if (failures.empty()) return;

        const Failure& last = failures.back();
        view_["last_failure"] = Json{{"code", member(*last.said, "code")},
                                     {"summary", member(*last.said, "summary")},
                                     {"at", last.at},
                                     {"payment", last.payment}};
        // Of one moment, the success is the later word: a retried payment that went well is well.
        const auto recovered = std::lower_bound(successes_.begin(), successes_.end(), last.at);
        if (recovered != successes_.end()) view_["recovered_at"] = *recovered;
        const auto row_begin =
            recovered == successes_.begin() ? failures.begin() : first_after(failures, *std::prev(recovered));
        view_["first_failed_at"] = row_begin->at;
        if (recovered == successes_.end()) view_["failures_in_a_row"] = std::distance(row_begin, failures.end());
    }

    /// There is one: the last failure is after every success before it.
    static std::vector<Failure>::const_iterator first_after(const std::vector<Failure>& failures,
                                                            const std::string& success) {
        return std::find_if(failures.begin(), failures.end(),
                            [&](const Failure& failure) { return failure.at > success; });
    }

    static Json payment_json(const Member& one) {
        Json made = Json::object();
        made["id"] = one.id;
        for (const char* name : {"reference", "currency", "payment_type", "approved_at", "captured_at", "state"})
            made[name] = one[name];
        made["amount"] = amount_of(*one.said, "amount");
        return made;
    }

    void put_last() {
        view_["last"] = nullptr;
        view_["previous"] = nullptr;
        const Member* last = newest([](const Member& one) { return !one.is_check; });
        if (last == nullptr) return;
        view_["last"] = payment_json(*last);
        const Member* previous = newest([&](const Member& one) {
            return &one < last && !one.is_check && one.succeeded() && one["currency"] == (*last)["currency"] &&
                   amount_of(*one.said, "amount") != amount_of(*last->said, "amount");
        });
        if (previous != nullptr) view_["previous"] = payment_json(*previous);
    }

    bool is_canceled() const {
        const Member* last = newest([](const Member& one) { return !one.is_check; });
        if (last != nullptr && (*last)["canceled"] == true) return true;
        const Member* said = newest([](const Member& one) { return one["subscription_status"].is_string(); });
        if (said == nullptr) return false;
        const std::string status = text_of(*said->said, "subscription_status");
        if (status != "canceled" && status != "cancelled") return false;
        // A payment that began later and went well has taken it up again.
        const Member* paid = newest([](const Member& one) { return !one.is_check && one.succeeded(); });
        return paid == nullptr || paid <= said;
    }

    void put_plan() {
        const Member* regular = newest([](const Member& one) { return one["interval"].is_string(); });
        view_["interval"] = regular == nullptr ? Json{} : (*regular)["interval"];
        view_["interval_count"] = regular == nullptr ? Json{} : (*regular)["interval_count"];
        const Member* term = newest([](const Member& one) { return one["term_ends_at"].is_string(); });
        view_["term_ends_at"] = term == nullptr ? Json{} : (*term)["term_ends_at"];
        const Member* card = newest([](const Member& one) { return one["card"].is_object(); });
        view_["card"] = Json{};
        if (card != nullptr)
            for (const char* name : {"id", "type", "scheme", "last4", "expiry_month", "expiry_year", "expiry"})
                view_["card"][name] = member((*card)["card"], name);
        const Member* retried = newest([](const Member& one) { return one["retry"].is_object(); });
        view_["retry"] = Json{};
        if (retried != nullptr)
            for (const char* name : {"next_at", "ends_at"}) view_["retry"][name] = member((*retried)["retry"], name);
        view_["canceled"] = is_canceled();
        view_["next_billing_at"] = next_billing_at();
    }

    Json next_billing_at() const {
        if (view_["canceled"] == true) return nullptr;
        if (view_["retry"].is_object() && view_["retry"]["next_at"].is_string()) return view_["retry"]["next_at"];
        const auto interval = interval_of_plan(view_);
        if (!interval || successes_.empty()) return nullptr;
        const auto first = base::parse_time(successes_.front());
        const auto last = base::parse_time(successes_.back());
        if (!first || !last) return nullptr;
        return base::format_utc_exact(next_billing(*last, *first, *interval));
    }

    std::vector<Member> members_; ///< oldest first
    std::vector<std::string> successes_;
    Json view_ = Json::object();
};

} // namespace

Json group_view(const std::string& id, const std::map<std::string, Json>& members) {
    return View{id, members}.make();
}

} // namespace paysync::checkout
