// A simulated Salesforce org and Checkout.com account: for tests, simulations and `paysync-sandbox`.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/net/handler.hpp"
#include "paysync/net/transport.hpp"
#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sandbox/checkout_faults.hpp"
#include "paysync/sandbox/faults.hpp"
#include "paysync/sandbox/sender.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox {

struct SandboxSettings {
    std::string currency = "EUR"; ///< the org's currency; in a multi-currency org the corporate one
    bool multi_currency = false;  ///< true: CurrencyIsoCode on every object and the object CurrencyType exist
    std::vector<std::string> currencies = {"EUR", "GBP", "USD"}; ///< active ones of a multi-currency org
    bool person_accounts = false; ///< true: an Account may be a person, with a Contact of its own
    std::string client_id = "paysync-sandbox-consumer-key";
    std::string client_secret = "paysync-sandbox-consumer-secret";
    /// Certificate of the app, with which the JWT bearer flow is switched on: PEM text, or the path of a PEM file.
    std::string jwt_certificate;
    std::string username = "integration@sandbox.example";            ///< of the run-as user; `sub` of a JWT
    std::string instance_url = "https://sandbox.my.salesforce.test"; ///< what the token answer says
    std::uint64_t daily_limit = 100'000;                             ///< API calls in any 24 hours
    runtime::Duration token_life = std::chrono::hours{2};            ///< unused for so long, a token is dead
    /// More objects, or more fields of those that exist, in the shape of src/sandbox/objects/*.json.
    std::vector<base::Json> objects;
    /// What an administrator set up, in the shape of POST /control/rules; null: nothing.
    base::Json rules;
    /// Secret key of the Checkout.com API side; its public key is the same with "pk_" in front.
    std::string checkout_key = "sk_sbox_simulated2payments4sandbox=";
    std::string checkout_client_id = "ack_simulatedclientofthesandbo";
    std::string checkout_client_secret = "simulated-client-secret-of-the-sandbox";
    runtime::Duration checkout_token_life = std::chrono::hours{1};
    std::string checkout_url = "https://api.sandbox.checkout.com"; ///< for links and webhooks of the API side
};

/// Everything on one lane; no socket, no thread, no wall clock: time comes from `clock`, chance from `chance` (the
/// order of unsorted rows, jitter, tokens). `clock` and `chance` outlive it.
class Sandbox {
public:
    /// Throws std::runtime_error when a definition, a rule or the certificate of `settings` is not well made.
    Sandbox(SandboxSettings settings, runtime::Clock& clock, runtime::Chance& chance);
    ~Sandbox();

    /// Salesforce's REST API and token endpoint, and /control. An answer of status 0 means: cut the connection
    /// without answer.
    net::Handler& salesforce();
    /// Checkout.com's API, its token endpoint and its storage of report files (docs/sandbox.md lists the calls), and
    /// /control.
    net::Handler& checkout();

    Faults& faults();
    CheckoutFaults& checkout_faults();

    /// All records of an object that are not deleted, in order of creation: a JSON array, every field present.
    /// Not counted as an API call. An empty array for an object that does not exist.
    /// `all`: deleted ones too.
    base::Json records(std::string_view object, bool all = false) const;
    /// Inserts records (an array of objects) without an API call and returns their ids. Errc::invalid with the first
    /// row's error; then none is inserted. Fields that only the org may set are taken as given here.
    base::Result<std::vector<std::string>> seed(std::string_view object, const base::Json& records);

    /// What was invoked of the org's flows and methods: `[{"kind", "name", "at", "inputs"}]`, in order.
    const base::Json& invocations() const;
    /// What came to POST /notify/NAME: `[{"name", "at", "key", "repeat", "signature", "headers", "body"}]`, in order.
    const base::Json& notifications() const;

    /// API calls by resource and method: `[{"resource": "composite", "method": "POST", "count": 3}, …]`.
    /// `all`: also those that do not count towards the limit (token, list of versions).
    base::Json calls(bool all = false) const;
    /// API calls since the start or reset, as the daily limit counts them.
    std::uint64_t api_calls() const;

    /// A token that works now.
    std::string access_token();
    void set_instance_url(std::string url);
    void set_checkout_url(std::string url);
    const SandboxSettings& settings() const;

    /// Gives the Checkout.com side a way out. `transport` outlives the sandbox. Without it POST /control/webhooks
    /// answers 409.
    void connect(net::Transport& transport, SenderSettings settings);
    /// After connect() only.
    CheckoutSender& sender();

    /// Makes bodies known to the Checkout.com API side without sending them (a webhook that got lost).
    void know(const std::vector<std::string>& bodies);

    /// Empties the org, the account, the call counts, the faults and the deliveries; definitions, rules, tokens and
    /// settings stay.
    void reset();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace paysync::sandbox
