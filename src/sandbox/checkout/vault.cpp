// Who pays, and with what.
#include "sandbox/checkout/vault.hpp"

#include "paysync/base/text.hpp"
#include "paysync/sandbox/payments.hpp"
#include "sandbox/checkout/wire.hpp"

namespace paysync::sandbox {

using base::Json;

Json* Vault::customer(const std::string& id_or_email) {
    const auto found = customers_.find(id_or_email);
    if (found != customers_.end()) return &found->second;
    if (id_or_email.find('@') == std::string::npos) return nullptr;
    const std::string wanted = base::lower(id_or_email);
    for (auto& [id, customer] : customers_)
        if (base::lower(text(customer, "email")) == wanted) return &customer;
    return nullptr;
}

Json Vault::customer_with_instruments(const std::string& id_or_email) {
    const Json* found = customer(id_or_email);
    if (found == nullptr) return nullptr;
    Json made = *found;
    made["instruments"] = Json::array();
    for (const auto& [id, stored] : instruments_)
        if (text(base::member(stored.told, "customer"), "id") == text(made, "id"))
            made["instruments"].push_back(stored.told);
    return made;
}

std::optional<std::string> Vault::find_or_make_customer(const Json& wanted) {
    const std::string id = text(wanted, "id");
    const std::string email = text(wanted, "email");
    if (!id.empty()) {
        if (customer(id) == nullptr) return std::nullopt;
        return id;
    }
    if (email.empty()) return std::string{};
    if (const Json* known = customer(email)) return text(*known, "id");
    Json made = Json::object();
    copy_members(wanted, made, {"email", "name", "phone", "metadata"});
    return add_customer(std::move(made));
}

std::string Vault::add_customer(Json customer) {
    std::string id = make_checkout_id(chance_, "cus_");
    customer["id"] = id;
    if (!customer.contains("metadata")) customer["metadata"] = Json::object();
    customers_.emplace(id, std::move(customer));
    return id;
}

void Vault::remove_customer(const std::string& id) {
    customers_.erase(id);
    std::erase_if(instruments_,
                  [&id](const auto& entry) { return text(base::member(entry.second.told, "customer"), "id") == id; });
}

StoredCard* Vault::instrument(const std::string& id) {
    const auto found = instruments_.find(id);
    return found == instruments_.end() ? nullptr : &found->second;
}

std::string Vault::add_instrument(StoredCard stored) {
    std::string id = make_checkout_id(chance_, "src_");
    stored.told["id"] = id;
    instruments_.emplace(id, std::move(stored));
    return id;
}

Json Vault::keep_card(StoredCard stored) {
    const auto owner = [](const StoredCard& card) { return text(base::member(card.told, "customer"), "id"); };
    for (auto& [id, known] : instruments_) {
        if (text(known.told, "fingerprint") != text(stored.told, "fingerprint") || owner(known) != owner(stored))
            continue;
        if (known.number.empty()) known.number = stored.number;
        known.told.update(stored.told);
        return known.told;
    }
    return instrument(add_instrument(std::move(stored)))->told;
}

void Vault::set_default(const std::string& customer_id, const std::string& instrument_id) {
    if (Json* found = customer(customer_id)) (*found)["default"] = instrument_id;
}

std::string Vault::add_token(CardToken token) {
    std::string id = make_checkout_id(chance_, "tok_");
    token.card.told["token"] = id;
    tokens_.emplace(id, std::move(token));
    return id;
}

CardToken* Vault::token(const std::string& id) {
    const auto found = tokens_.find(id);
    return found == tokens_.end() ? nullptr : &found->second;
}

void Vault::learn(const Json& data) {
    const Json& who = base::member(data, "customer");
    const std::string customer_id = text(who, "id");
    if (!customer_id.empty()) {
        Json& known = customers_.try_emplace(customer_id, Json({{"id", customer_id}, {"metadata", Json::object()}}))
                          .first->second;
        for (const char* name : {"email", "name", "phone"})
            if (who.contains(name) && !known.contains(name)) known[name] = who.at(name);
    }
    const Json& source = base::member(data, "source");
    const std::string source_id = text(source, "id");
    if (!source_id.starts_with("src_") || instruments_.contains(source_id)) return;
    StoredCard stored;
    stored.told = source;
    if (stored.told.contains("last_4")) {
        stored.told["last4"] = stored.told.at("last_4");
        stored.told.erase("last_4");
    }
    if (!customer_id.empty()) {
        Json owner = Json::object();
        copy_members(who, owner, {"id", "email", "name"});
        stored.told["customer"] = std::move(owner);
    }
    instruments_.emplace(source_id, std::move(stored));
}

void Vault::clear() {
    customers_.clear();
    instruments_.clear();
    tokens_.clear();
}

} // namespace paysync::sandbox
