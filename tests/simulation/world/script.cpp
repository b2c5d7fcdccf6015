// The day and the month of the shop.
#include "simulation/world/script.hpp"

#include "paysync/app/shipped_flows.hpp"
#include "paysync/demo/month_setting.hpp"

namespace paysync::simulation {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// As they are.
std::shared_ptr<const flow::FlowSet> flows_of_day() {
    static const std::shared_ptr<const flow::FlowSet> flows = [] {
        flow::FlowSettings settings;
        settings.groups = demo::shop_groups();
        return app::shipped_flows(settings);
    }();
    return flows;
}

std::shared_ptr<const flow::FlowSet> flows_of_month() {
    static const std::shared_ptr<const flow::FlowSet> flows = app::shipped_flows(demo::month_flows());
    return flows;
}

app::Configuration daemon_for(const sandbox::SandboxSettings& org) {
    app::Configuration made = demo::configuration_for(org, webhook_key);
    if (!org.multi_currency) made.sync.org_currency = org.currency;
    made.sync.retry = {seconds{5}, minutes{5}, 40};
    return made;
}

void seed(sandbox::Sandbox& org, const char* object, const base::Json& fields) {
    org.seed(object, base::Json::array({fields})).value();
}

void prepare_day(const demo::Shop& shop, sandbox::Sandbox& org) {
    for (std::size_t i = 0; i < shop.people.size(); ++i) {
        const demo::PersonTruth& person = shop.people[i];
        if (!person.known) continue;
        const auto account = org.seed("Account", {{{"Name", person.last_name + " Ltd"}}}).value().front();
        seed(org, "Contact",
             {{"LastName", person.last_name},
              {"Email", person.spelled},
              {"Phone", person.known_phone},
              {"AccountId", account}});
        for (const demo::Deal& deal : shop.deals)
            if (deal.person == i)
                seed(org, "Opportunity",
                     {{"Name", deal.name},
                      {"StageName", "Prospecting"},
                      {"CloseDate", "2026-06-30"},
                      {"Amount", std::stod(deal.amount)},
                      {"AccountId", account}});
    }
}

} // namespace

Stage stage_of_day() {
    Stage stage;
    stage.daemon = daemon_for(stage.org);
    return stage;
}

Script script_of_day(runtime::Chance& chance, base::WallTime opens, const demo::ShopSize& size) {
    const auto shop = std::make_shared<const demo::Shop>(demo::make_shop(chance, opens, size));
    Script script;
    script.opens = shop->opens;
    script.closes = shop->closes;
    script.calm_from = shop->closes + hours{3};
    script.compared_at = shop->opens + hours{60}; // longer than Checkout.com's last retry
    script.posts = shop->posts;
    script.prepare = [shop](sandbox::Sandbox& org) { prepare_day(*shop, org); };
    script.differences = [shop](const demo::AskOrg& org) { return demo::differences(*shop, org); };
    script.flows = flows_of_day();
    return script;
}

Stage stage_of_month() {
    Stage stage;
    stage.org = demo::month_org();
    stage.daemon = daemon_for(stage.org);
    stage.daemon.flows.settings = demo::month_flows();
    return stage;
}

Script script_of_month(runtime::Chance& chance, base::WallTime opens, const demo::MonthSize& size) {
    const auto month = std::make_shared<demo::Month>(demo::make_month(chance, opens, size));
    month->invokes = true;
    Script script;
    script.opens = month->opens;
    script.closes = month->closes;
    script.calm_from = month->closes + hours{3};
    script.compared_at = month->compared_at;
    script.posts = month->posts;
    script.prepare = [month](sandbox::Sandbox& org) { demo::prepare_month(*month, org); };
    script.differences = [month](const demo::AskOrg& org) { return demo::month_differences(*month, org); };
    script.flows = flows_of_month();
    return script;
}

} // namespace paysync::simulation
