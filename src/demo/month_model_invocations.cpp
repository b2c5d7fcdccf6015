// What was to be started in Salesforce beside the records: each thing once.
#include "demo/month_model.hpp"

#include <algorithm>

namespace paysync::demo {

using base::Json;
using base::WallTime;

void MonthModel::check_invocations() {
    if (month_.invokes) {
        std::size_t started = 0;
        for (const MonthPayment& payment : month_.payments) {
            if (!has_opportunity(payment)) continue;
            const auto won = all("Opportunity", "Checkout_Payment_Id__c", payment.id);
            if (won.size() == 1)
                started += expect_invocations("Start_Onboarding", "opportunityId", *won.front(), 1, 1);
        }
        std::size_t risks = 0;
        std::size_t renewals = 0;
        for (const MonthSubscription& subscription : month_.subscriptions) {
            const auto found = all("Subscription__c", "External_Id__c", subscription.id);
            if (found.size() != 1) continue;
            const auto [least, most] = times_at_risk(subscription);
            risks += expect_invocations("Subscription_At_Risk", "subscriptionId", *found.front(), least, most);
            const bool reminded =
                subscription.term_ends && !all("Task", "Checkout_Key__c", renewal_key(subscription)).empty();
            const std::size_t wanted = reminded ? 1 : 0;
            renewals += expect_invocations("Renewal_Reminder", "subscriptionId", *found.front(), wanted, wanted);
        }
        if (records(invocations).size() != started + risks + renewals)
            differ(std::to_string(records(invocations).size()) + " invocations, not " +
                   std::to_string(started + risks + renewals));
    } else {
        expect_count(invocations, 0, "wished for");
    }
}

/// How often the action was invoked for the record.
std::size_t MonthModel::expect_invocations(const std::string& name, const char* input, const Json& record,
                                           std::size_t least, std::size_t most) {
    std::size_t times = 0;
    for (const Json& one : records(invocations))
        if (shown(one, "name") == name)
            for (const Json& given : one.at("inputs")) times += shown(given, input) == shown(record, "Id") ? 1U : 0U;
    const std::string what = name + " for " + shown(record, "Name");
    if (times > most) differ(what + ": invoked " + std::to_string(times) + " times, not " + std::to_string(most));
    for (std::size_t i = times; i < least; ++i) differ(std::string(not_invoked) + what);
    return times;
}

} // namespace paysync::demo
