// The sandbox's parts, put together.
#include "paysync/sandbox/sandbox.hpp"

#include "sandbox/checkout/checkout_control.hpp"
#include "sandbox/checkout/checkout_handler.hpp"
#include "sandbox/control_handler.hpp"
#include "sandbox/oauth.hpp"
#include "sandbox/object_catalog.hpp"
#include "sandbox/org.hpp"
#include "sandbox/org_control.hpp"
#include "sandbox/salesforce_api.hpp"
#include "sandbox/salesforce_handler.hpp"
#include "sandbox/sessions.hpp"

#include <stdexcept>

namespace paysync::sandbox {

struct Sandbox::State {
    State(Sandbox& self, SandboxSettings given, runtime::Clock& its_clock, runtime::Chance& chance)
        : settings{std::move(given)},
          clock{its_clock},
          catalog{{settings.multi_currency, settings.person_accounts, settings.currencies, settings.currency,
                   settings.objects}},
          rules{catalog},
          org{catalog, org_settings(settings), &rules, clock.wall()},
          sessions{settings, clock, chance},
          oauth{settings, org, sessions, clock, chance},
          usage{clock},
          api{org, actions, faults, clock, chance, settings},
          org_control{org, catalog, rules, oauth, actions, clock},
          account{settings.checkout_url, clock, chance},
          access{settings, clock, chance},
          distributor{account, sender},
          checkout_control{account, distributor, checkout_faults},
          control{self, org_control, checkout_control, notifications, clock, connected},
          salesforce{api, oauth, sessions, usage, faults, clock, chance, control},
          checkout{account, access, distributor, checkout_faults, clock, chance, control} {
        if (settings.rules.is_null()) return;
        if (auto applied = rules.apply(settings.rules, clock.wall()); !applied)
            throw std::runtime_error("rules: " + applied.error().detail);
    }

    static OrgSettings org_settings(const SandboxSettings& given) {
        return {given.currency, given.multi_currency, given.currencies, given.person_accounts, given.username};
    }

    SandboxSettings settings;
    runtime::Clock& clock;
    ObjectCatalog catalog;
    AdminRules rules;
    Org org;
    InvocableActions actions;
    Faults faults;
    Sessions sessions;
    OAuth oauth;
    ApiUsage usage;
    SalesforceApi api;
    bool connected = false;
    OrgControl org_control;
    // Checkout.com's side
    MerchantAccount account;
    CheckoutAccess access;
    CheckoutFaults checkout_faults;
    std::unique_ptr<CheckoutSender> sender;
    Distributor distributor;
    CheckoutControl checkout_control;
    // both
    Notifications notifications;
    ControlHandler control;
    SalesforceHandler salesforce;
    CheckoutHandler checkout;
};

Sandbox::Sandbox(SandboxSettings settings, runtime::Clock& clock, runtime::Chance& chance) {
    if (settings.multi_currency) std::erase(settings.currencies, settings.currency);
    settings.currencies.insert(settings.currencies.begin(), settings.currency);
    state_ = std::make_unique<State>(*this, std::move(settings), clock, chance);
}

Sandbox::~Sandbox() = default;

net::Handler& Sandbox::salesforce() {
    return state_->salesforce;
}
net::Handler& Sandbox::checkout() {
    return state_->checkout;
}
Faults& Sandbox::faults() {
    return state_->faults;
}
CheckoutFaults& Sandbox::checkout_faults() {
    return state_->checkout_faults;
}
void Sandbox::set_checkout_url(std::string url) {
    state_->settings.checkout_url = std::move(url);
}
const SandboxSettings& Sandbox::settings() const {
    return state_->settings;
}
void Sandbox::set_instance_url(std::string url) {
    state_->settings.instance_url = std::move(url);
}
std::string Sandbox::access_token() {
    return state_->sessions.issue(state_->org.organization());
}
const base::Json& Sandbox::invocations() const {
    return state_->actions.invocations();
}
const base::Json& Sandbox::notifications() const {
    return state_->notifications.received();
}
base::Json Sandbox::calls(bool all) const {
    return state_->usage.rows(all);
}
std::uint64_t Sandbox::api_calls() const {
    return state_->usage.total();
}

base::Json Sandbox::records(std::string_view object, bool all) const {
    base::Json list = base::Json::array();
    const ObjectDefinition* definition = state_->catalog.find(object);
    if (definition == nullptr) return list;
    for (const auto& [id, row] : state_->org.rows(*definition))
        if (all || !row.deleted) list.push_back(row.fields);
    return list;
}

base::Result<std::vector<std::string>> Sandbox::seed(std::string_view object, const base::Json& records) {
    const ObjectDefinition* definition = state_->catalog.find(object);
    if (definition == nullptr || !records.is_array())
        return base::Error{base::Errc::invalid,
                           "there is no object \"" + std::string(object) + "\", or its records are no array"};
    std::vector<std::string> ids;
    Journal journal;
    for (const base::Json& record : records) {
        std::optional<RowError> error;
        if (record.is_object()) {
            ReadRow row = state_->org.read_seed(*definition, record);
            error = std::move(row.error);
            if (!error) {
                Written written = state_->org.insert_seed(*definition, row.values, state_->clock.wall(), journal);
                error = std::move(written.error);
                ids.push_back(std::move(written.id));
            }
        } else {
            error = RowError{"JSON_PARSER_ERROR", "a record is an object", {}};
        }
        if (!error) continue;
        state_->org.roll_back(journal);
        return base::Error{base::Errc::invalid, error->code + ": " + error->message};
    }
    return ids;
}

void Sandbox::connect(net::Transport& transport, SenderSettings settings) {
    state_->account.workflows.set_configured(settings.url, settings.signature_key.reveal(),
                                             settings.authorization.reveal());
    state_->sender = std::make_unique<CheckoutSender>(std::move(settings), transport, state_->clock);
    Distributor& distributor = state_->distributor;
    state_->sender->watch([&distributor](const Delivery& delivery) { distributor.note_attempt(delivery); });
    state_->connected = true;
}

CheckoutSender& Sandbox::sender() {
    PAYSYNC_ASSERT(state_->sender, "connect() comes first");
    return *state_->sender;
}

void Sandbox::know(const std::vector<std::string>& bodies) {
    for (const std::string& body : bodies)
        if (auto event = base::parse_json(body)) state_->account.know(std::move(*event));
}

void Sandbox::reset() {
    state_->org.reset(state_->clock.wall());
    state_->api.forget_cursors();
    state_->usage.reset();
    state_->faults = Faults{};
    state_->actions.forget();
    state_->notifications.forget();
    state_->account.clear();
    state_->checkout.forget();
    state_->checkout_faults = CheckoutFaults{};
    if (state_->sender) state_->sender->forget();
}

} // namespace paysync::sandbox
