// What both the demo and the simulation play the month with.
#include "paysync/demo/month_setting.hpp"

namespace paysync::demo {

sandbox::SandboxSettings month_org() {
    sandbox::SandboxSettings org;
    org.multi_currency = true;
    org.currencies = {"EUR", "USD", "JPY"};
    return org;
}

flow::FlowSettings month_flows() {
    flow::FlowSettings settings;
    settings.vars["payment-recovery"] = {{"fallback_owner", "ops@example.com"}};
    settings.vars["opportunity-won-on-capture"] = {{"onboarding", "Start_Onboarding"}};
    settings.vars["subscription"] = {{"fallback_owner", "ops@example.com"},
                                     {"at_risk_action", "Subscription_At_Risk"},
                                     {"renewal_action", "Renewal_Reminder"}};
    return settings;
}

} // namespace paysync::demo
