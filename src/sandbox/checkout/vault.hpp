// Customers, stored instruments and one-time tokens.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "paysync/runtime/chance.hpp"

#include <map>
#include <optional>
#include <string>

namespace paysync::sandbox {

/// A card as the account knows it. `number` is what the simulated issuer goes by; empty for one that only webhooks
/// told of.
struct StoredCard {
    base::Json told; ///< in the shape of the API: last4, scheme, expiry_month, …
    std::string number;
};

struct CardToken {
    StoredCard card;
    base::WallTime expires_on;
    bool used = false;
};

class Vault {
public:
    explicit Vault(runtime::Chance& chance) : chance_{chance} {}

    /// By cus_… or e-mail; null where there is none.
    base::Json* customer(const std::string& id_or_email);
    /// As GET /customers/{id} answers, with its instruments; null where there is none.
    base::Json customer_with_instruments(const std::string& id_or_email);
    /// The customer that `wanted` names by id or e-mail, made where its e-mail is new. Returns its id, "" when
    /// `wanted` names nobody; nothing for an id that does not exist.
    std::optional<std::string> find_or_make_customer(const base::Json& wanted);
    std::string add_customer(base::Json customer);
    void remove_customer(const std::string& id); ///< with its instruments

    StoredCard* instrument(const std::string& id);
    /// Keeps a card or account and returns its src_… id.
    std::string add_instrument(StoredCard stored);
    /// The same for a card of a payment: the same card of the same customer has one id. Returns it as told.
    base::Json keep_card(StoredCard stored);
    bool remove_instrument(const std::string& id) { return instruments_.erase(id) > 0; }
    void set_default(const std::string& customer, const std::string& instrument);

    std::string add_token(CardToken token);
    CardToken* token(const std::string& id);

    /// What an authorization's webhook tells of customer and source.
    void learn(const base::Json& data);
    void clear();

private:
    runtime::Chance& chance_;
    std::map<std::string, base::Json> customers_;
    std::map<std::string, StoredCard> instruments_;
    std::map<std::string, CardToken> tokens_;
};

} // namespace paysync::sandbox
