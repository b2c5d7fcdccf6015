// The month's reference model: written from the truth and from docs/flows, never from webhooks.
#pragma once

#include "paysync/demo/month.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace paysync::demo {

/// What is on its way for so long may or may not have been seen.
inline constexpr std::chrono::hours margin{8};

/// Whether something that happens by a timer must be seen at a moment.
enum class Seen { no, either, yes };

class MonthModel {
public:
    MonthModel(const Month& month, const AskOrg& org);
    std::vector<std::string> run();

private:
    using Json = base::Json;

    // month_model.cpp
    void check_person(std::size_t number);
    void check_card(std::size_t number, const Json& contact);
    void check_opportunity(const MonthPayment& payment);
    bool is_payer(std::size_t person) const;
    bool has_opportunity(const MonthPayment& payment) const;

    // month_model_tasks.cpp
    struct Trouble; ///< an order of which some attempt was declined
    std::vector<Trouble> troubles() const;
    void check_tasks();
    void check_trouble(const Trouble& trouble);

    // month_model_cases.cpp
    void check_cases();
    void check_dispute(const MonthDispute& dispute);
    void check_deadline(const MonthDispute& dispute, const std::vector<std::string>& comments);
    void check_refund(const MonthPayment& payment, const MonthMovement& refund);
    void check_links(const Json& record, const std::string& what, const MonthPayment& payment, base::WallTime since);

    // month_model_subscriptions.cpp
    struct Plan;
    Plan plan_of(const MonthSubscription& subscription) const;
    void check_subscriptions();
    void check_subscription(const MonthSubscription& subscription);
    void check_renewal(const MonthSubscription& subscription, const Json& record, base::WallTime since);
    static std::string renewal_key(const MonthSubscription& subscription);

    // month_model_invocations.cpp
    void check_invocations();
    std::size_t expect_invocations(const std::string& name, const char* input, const Json& record, std::size_t least,
                                   std::size_t most);
    std::pair<std::size_t, std::size_t> times_at_risk(const MonthSubscription& subscription) const; ///< least, most

    // month_model_revenue.cpp
    void check_revenue();

    // Reading the org
    const Json& records(const std::string& object);
    /// The one record whose `field` has this text; null, and a sentence, when there is none or there are several.
    const Json* one(const std::string& object, const std::string& field, const std::string& value);
    std::vector<const Json*> all(const std::string& object, const std::string& field, const std::string& value);
    void expect(const Json& record, const std::string& what, const std::string& field, const std::string& value);
    void expect_time(const Json& record, const std::string& what, const std::string& field,
                     std::optional<base::WallTime> value);
    void expect_money(const Json& record, const std::string& what, const std::string& field, std::int64_t minor,
                      const std::string& currency);
    void expect_count(const std::string& object, std::size_t wanted, const std::string& of_what);
    void differ(std::string sentence) { found_.push_back(std::move(sentence)); }

    /// A timer at `at`: whether it has fired when the org was asked.
    Seen fired(base::WallTime at, base::WallTime by) const;

    const Month& month_;
    const AskOrg& org_;
    std::map<std::string, Json> records_;
    std::map<std::string, std::string> names_;
    std::map<std::size_t, std::string> accounts_; ///< of each payer
    std::map<std::size_t, std::string> contacts_;
    std::vector<std::string> found_;
};

/// A value of a record as text; null is empty.
std::string shown(const base::Json& record, const std::string& field);
/// The UTC day: "2026-02-03".
std::string day_text(base::WallTime at);

} // namespace paysync::demo
