// The simulated Checkout.com account: everything it knows. No HTTP, no sending.
#pragma once

#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "sandbox/checkout/dispute_book.hpp"
#include "sandbox/checkout/event_bodies.hpp"
#include "sandbox/checkout/event_log.hpp"
#include "sandbox/checkout/payment_book.hpp"
#include "sandbox/checkout/vault.hpp"
#include "sandbox/checkout/workflow_book.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace paysync::sandbox {

/// A body that is to be delivered.
struct Outgoing {
    base::Json body;
    std::string workflow; ///< only to this one; empty: to every active workflow that takes it
};

/// What a payment's request wants, and its answer does not tell.
struct PaymentIntent {
    std::string number; ///< of the card
    bool capture = true;
    bool retry = false;      ///< declines are tried again (retry.dunning or retry.downtime)
    std::string redirect;    ///< where the payer is sent; empty: nowhere
    bool increments = false; ///< authorization_type Estimated
};

/// A report that is ready. Its file is made from the account's actions when it is asked for.
struct Report {
    std::string id;
    std::string file;
    base::WallTime created_on;
    base::WallTime from;
    base::WallTime to;
};

class MerchantAccount {
public:
    /// `url`: of the API, for links; it may change later.
    MerchantAccount(const std::string& url, runtime::Clock& clock, runtime::Chance& chance)
        : clock_{clock},
          chance_{chance},
          url_{url},
          payments{events, url},
          vault{chance},
          workflows{chance},
          bodies{url, chance} {}

    /// An event happened: payments, customers, instruments and disputes follow it. Passed over when it is known.
    void know(base::Json event);
    /// The same, and it is to be delivered.
    void publish(base::Json event);
    void clear();

    std::string new_id(const char* prefix) const;
    std::string digits(std::size_t length) const { return random_digits(chance_, length); }
    base::WallTime now() const { return clock_.wall(); }
    const std::string& url() const { return url_; }
    runtime::Chance& chance() const { return chance_; }

private:
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    const std::string& url_;

public:
    EventLog events;
    PaymentBook payments;
    Vault vault;
    DisputeBook disputes;
    WorkflowBook workflows;
    EventBodies bodies;
    std::map<std::string, PaymentIntent> intents; ///< by payment
    std::map<std::string, Report> reports;        ///< by id
    std::map<std::string, base::Json> files;      ///< uploaded ones, by id
    std::vector<Outgoing> outbox;                 ///< what the next delivery takes
    std::deque<std::string> decline_next;         ///< response codes of the next authorizations
};

} // namespace paysync::sandbox
