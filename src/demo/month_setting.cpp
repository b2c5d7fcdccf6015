// What both the demo and the simulation play the month with.
#include "paysync/demo/month_setting.hpp"

namespace paysync::demo {

sandbox::SandboxSettings month_org() {
    sandbox::SandboxSettings org;
    org.multi_currency = true;
    org.currencies = {"EUR", "USD", "JPY"};
    return org;
}

app::Configuration configuration_for(const sandbox::SandboxSettings& org, const std::string& webhook_key) {
    app::Configuration made;
    made.webhooks.endpoints[0].signature_keys = {base::Secret{webhook_key}};
    made.org.login_url = org.instance_url;
    made.org.client_id = org.client_id;
    made.org.client_secret = base::Secret{org.client_secret};
    return made;
}

std::vector<flow::NamedExpression> shop_groups() {
    return {{"order", "${ .payment.metadata.order_id // .payment.reference }", {}},
            {"subscription", "${ .payment.metadata.subscription_id }", {}}};
}

flow::FlowSettings month_flows() {
    flow::FlowSettings settings;
    settings.groups = shop_groups();
    settings.ignore = {{"test cards", R"(${ .customer.email_key // "" | endswith("@example.com") })", {}},
                       {"payouts", R"(${ .payment.kind == "payout" })", {}}};
    settings.vars["payment-recovery"] = {{"fallback_owner", "ops@example.com"}};
    settings.vars["opportunity-won-on-capture"] = {{"onboarding", "Start_Onboarding"}};
    settings.vars["subscription"] = {{"fallback_owner", "ops@example.com"},
                                     {"at_risk_action", "Subscription_At_Risk"},
                                     {"renewal_action", "Renewal_Reminder"}};
    return settings;
}

} // namespace paysync::demo
