// /customers, /instruments, /tokens.
#include "paysync/base/text.hpp"
#include "sandbox/checkout/card.hpp"
#include "sandbox/checkout/payment_request.hpp"
#include "sandbox/checkout/resources.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::chrono::minutes token_life{15}; // API reference: Request a token

std::optional<ApiReply> wrong_customer(Vault& vault, const Json& body, const std::string& own_id) {
    if (!body.is_object()) return request_invalid({"request_body_malformed"});
    const std::string email = text(body, "email");
    if (email.empty() && own_id.empty()) return request_invalid({"customer_email_required"});
    if (!email.empty() && !is_email(email)) return request_invalid({"customer_email_invalid"});
    const Json* taken = email.empty() ? nullptr : vault.customer(email);
    if (taken != nullptr && text(*taken, "id") != own_id) return request_invalid({"customer_email_already_exists"});
    if (const Json& metadata = base::member(body, "metadata"); !metadata.is_null() && !metadata.is_object())
        return request_invalid({"metadata_invalid"});
    const std::string chosen = text(body, "default");
    if (!chosen.empty() && vault.instrument(chosen) == nullptr)
        return request_invalid({"default_instrument_invalid"});
    return std::nullopt;
}

std::optional<ApiReply> answer_customers(Vault& vault, const ApiCall& call) {
    if (call.is("POST", {"customers"})) {
        if (auto wrong = wrong_customer(vault, call.body, {})) return wrong;
        Json made = Json::object();
        copy_members(call.body, made, {"email", "name", "phone", "metadata", "default"});
        return reply(201, {{"id", vault.add_customer(std::move(made))}});
    }
    if (call.path.size() != 2) return std::nullopt;
    if (call.method == "GET") {
        Json found = vault.customer_with_instruments(call.path[1]);
        return found.is_null() ? reply(404) : reply(200, std::move(found));
    }
    Json* known = vault.customer(call.path[1]);
    if (call.method != "PATCH" && call.method != "DELETE") return std::nullopt;
    if (known == nullptr) return reply(404);
    const std::string id = text(*known, "id");
    if (call.method == "PATCH") {
        if (auto wrong = wrong_customer(vault, call.body, id)) return wrong;
        copy_members(call.body, *known, {"email", "name", "phone", "metadata", "default"});
    } else {
        vault.remove_customer(id);
    }
    return reply(204);
}

/// The owner named by a request; nothing when it names one that does not exist.
std::optional<Json> owner_of(Vault& vault, const Json& body) {
    const auto id = vault.find_or_make_customer(base::member(body, "customer"));
    if (!id) return std::nullopt;
    Json owner = Json::object();
    if (Json* known = id->empty() ? nullptr : vault.customer(*id)) {
        for (const char* name : {"name", "phone"})
            if (const Json& given = base::member(base::member(body, "customer"), name); !given.is_null())
                (*known)[name] = given;
        copy_members(*known, owner, {"id", "email", "name"});
    }
    return owner;
}

ApiReply keep_instrument(Vault& vault, const Json& body, StoredCard stored) {
    const auto owner = owner_of(vault, body);
    if (!owner) return request_invalid({"customer_not_found"});
    if (!owner->empty()) stored.told["customer"] = *owner;
    copy_members(body, stored.told, {"account_holder"});
    const std::string id = vault.add_instrument(std::move(stored));
    const std::string customer = text(*owner, "id");
    const Json* known = customer.empty() ? nullptr : vault.customer(customer);
    const bool chosen = base::member(base::member(body, "customer"), "default") == Json(true);
    if (known != nullptr && (chosen || !known->contains("default"))) vault.set_default(customer, id);
    return reply(201, vault.instrument(id)->told);
}

ApiReply create_instrument(MerchantAccount& account, const Json& body) {
    const std::string type = text(body, "type");
    if (type == "token") {
        if (text(body, "token").empty()) return request_invalid({"token_required"});
        CardToken* token = account.vault.token(text(body, "token"));
        if (token == nullptr) return request_invalid({"token_invalid"});
        if (token->used) return request_invalid({"token_used"});
        if (token->expires_on <= account.now()) return processing_error("token_expired");
        token->used = true;
        StoredCard stored = token->card;
        for (const char* name : {"token", "expires_on"}) stored.told.erase(name);
        stored.told["type"] = "card";
        return keep_instrument(account.vault, body, std::move(stored));
    }
    if (type == "card") {
        ReadCard read = read_card(body, account.now());
        if (!read.errors.empty()) return request_invalid(std::move(read.errors));
        return keep_instrument(account.vault, body, std::move(read.card));
    }
    if (type != "sepa" && type != "bank_account" && type != "ach")
        return request_invalid({"instrument_type_invalid"});
    const Json& data = type == "bank_account" ? body : base::member(body, "instrument_data");
    if (type != "bank_account" && !data.is_object()) return request_invalid({"instrument_data_required"});
    if (text(data, "account_number").empty() && text(data, "iban").empty())
        return request_invalid({"account_number_required"});
    StoredCard stored;
    stored.told = {
        {"type", type},
        {"fingerprint", base::sha256_hex(text(data, "account_number") + text(data, "iban")).substr(0, 26)}};
    copy_members(body, stored.told,
                 {"instrument_data", "account_type", "account_number", "iban", "bank_code", "branch_code", "bank",
                  "country", "currency", "swift_bic"});
    return keep_instrument(account.vault, body, std::move(stored));
}

ApiReply change_instrument(Vault& vault, StoredCard& stored, const std::string& id, const Json& body) {
    if (!body.is_object()) return request_invalid({"request_body_malformed"});
    const Json& month = base::member(body, "expiry_month");
    if (!month.is_null() && (!month.is_number_integer() || month.get<int>() < 1 || month.get<int>() > 12))
        return request_invalid({"expiry_month_invalid"});
    const std::string customer = text(base::member(body, "customer"), "id");
    if (!customer.empty() && vault.customer(customer) == nullptr) return request_invalid({"customer_not_found"});
    copy_members(body, stored.told, {"expiry_month", "expiry_year", "name", "account_holder", "instrument_data"});
    if (!customer.empty()) {
        Json owner = Json::object();
        copy_members(*vault.customer(customer), owner, {"id", "email", "name"});
        stored.told["customer"] = std::move(owner);
    }
    if (base::member(base::member(body, "customer"), "default") == Json(true))
        vault.set_default(text(base::member(stored.told, "customer"), "id"), id);
    return reply(200, {{"type", text(stored.told, "type")}, {"fingerprint", text(stored.told, "fingerprint")}});
}

std::optional<ApiReply> answer_instruments(MerchantAccount& account, const ApiCall& call) {
    if (call.is("POST", {"instruments"})) {
        if (!call.body.is_object()) return request_invalid({"request_body_malformed"});
        return create_instrument(account, call.body);
    }
    if (call.path.size() != 2) return std::nullopt;
    const std::string& id = call.path[1];
    StoredCard* stored = account.vault.instrument(id);
    if (call.method == "GET") return stored == nullptr ? reply(404) : reply(200, stored->told);
    if (call.method == "PATCH")
        return stored == nullptr ? reply(404) : change_instrument(account.vault, *stored, id, call.body);
    if (call.method == "DELETE") return reply(account.vault.remove_instrument(id) ? 204 : 404);
    return std::nullopt;
}

ApiReply request_token(MerchantAccount& account, const Json& body) {
    if (!body.is_object()) return request_invalid({"request_body_malformed"});
    const std::string type = text(body, "type");
    if (type != "card") // wallets' tokens are signed data of Apple and Google
        return request_invalid({type.empty() ? "token_type_required" : "token_data_invalid"});
    ReadCard read = read_card(body, account.now());
    if (!read.errors.empty()) return request_invalid(std::move(read.errors));
    CardToken token;
    token.card = std::move(read.card);
    token.expires_on = account.now() + token_life;
    token.card.told["expires_on"] = stamp(token.expires_on);
    const std::string id = account.vault.add_token(std::move(token));
    Json told = account.vault.token(id)->card.told;
    for (const char* name : {"fingerprint", "avs_check", "cvv_check"}) told.erase(name);
    return reply(201, std::move(told));
}

} // namespace

std::optional<ApiReply> answer_vault(MerchantAccount& account, const ApiCall& call) {
    if (call.is("POST", {"tokens"})) return request_token(account, call.body);
    if (call.path.empty()) return std::nullopt;
    if (call.path[0] == "customers") return answer_customers(account.vault, call);
    if (call.path[0] == "instruments") return answer_instruments(account, call);
    return std::nullopt;
}

} // namespace paysync::sandbox
