// Bodies of payment webhooks: members and which of them are missing where, as Checkout.com documents them.
#include "paysync/sandbox/payments.hpp"

#include "paysync/base/result.hpp"

#include <array>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr const char* api = "https://api.sandbox.checkout.com";

template <std::size_t N>
std::string one_of(const std::array<const char*, N>& choices, runtime::Chance& chance) {
    return choices[chance.below(N)];
}

std::string digits(runtime::Chance& chance, std::size_t length) {
    std::string made;
    for (std::size_t i = 0; i < length; ++i) made += static_cast<char>('0' + chance.below(10));
    return made;
}

std::string hex(runtime::Chance& chance, std::size_t length) {
    std::string made;
    for (std::size_t i = 0; i < length; ++i) made += "0123456789ABCDEF"[chance.below(16)];
    return made;
}

/// Checkout.com writes seven digits of fraction in most bodies.
std::string time_text(base::WallTime at, runtime::Chance& chance) {
    std::string text = base::format_utc(at);
    text.pop_back();
    return text + "." + digits(chance, 7) + "Z";
}

void put(Json& object, const char* name, const std::string& value) {
    if (!value.empty()) object[name] = value;
}

std::string ascii_lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 0x20);
    return text;
}

} // namespace

std::string make_checkout_id(runtime::Chance& chance, std::string_view prefix) {
    std::string id{prefix};
    for (int i = 0; i < 26; ++i) id += "abcdefghijklmnopqrstuvwxyz234567"[chance.below(32)];
    return id;
}

Shopper make_shopper(runtime::Chance& chance) {
    static constexpr std::array firsts = {"Ada",    "Bela", "Chiara", "David", "Emeka", "Freya", "Goran", "Hanna",
                                          "Ingrid", "Joon", "Karim",  "Lucía", "Mette", "Noor",  "Oskar", "Priya"};
    static constexpr std::array lasts = {"Almeida",   "Bergström", "Costa",   "Dubois",  "Eriksen", "Fischer",
                                         "Grabowski", "Haddad",    "Ivanova", "Jansen",  "Keller",  "Laurent",
                                         "Moreau",    "Nowak",     "Okafor",  "Petrović"};
    static constexpr std::array streets = {"Harbour Road", "Mill Lane", "Station Street", "Linden Avenue",
                                           "Church Walk"};
    struct Place {
        const char* city;
        const char* zip;
        const char* country;
    };
    static constexpr std::array<Place, 6> places = {{{"Bristol", "BS1 4DJ", "GB"},
                                                     {"Utrecht", "3511 AB", "NL"},
                                                     {"Leipzig", "04109", "DE"},
                                                     {"Lyon", "69002", "FR"},
                                                     {"Porto", "4000-322", "PT"},
                                                     {"Aarhus", "8000", "DK"}}};
    Shopper made;
    const std::string first = one_of(firsts, chance);
    const std::string last = one_of(lasts, chance);
    made.name = first + " " + last;
    made.customer_id = make_checkout_id(chance, "cus_");
    // Letters outside ASCII are left out of the mailbox, as people do.
    std::string mailbox;
    for (const char c : ascii_lower(first + "." + last))
        if (static_cast<unsigned char>(c) < 0x80) mailbox += c;
    made.email = mailbox + digits(chance, 4) + "@shopper.example";
    made.phone = "+44 7700 900" + digits(chance, 3);
    const Place& place = places[chance.below(places.size())];
    const std::string house = std::to_string(1 + chance.below(180));
    made.address_line1 = house + " " + one_of(streets, chance);
    made.city = place.city;
    made.zip = place.zip;
    made.country = place.country;
    made.source_id = make_checkout_id(chance, "src_");
    static constexpr std::array schemes = {"VISA", "VISA", "MASTERCARD", "MASTERCARD", "AMEX"};
    made.scheme = one_of(schemes, chance);
    made.bin = (made.scheme == "VISA" ? "4" : made.scheme == "AMEX" ? "3" : "5") + digits(chance, 5);
    made.last_4 = digits(chance, 4);
    made.fingerprint = hex(chance, 64);
    static constexpr std::array wallets = {"", "", "", "applepay", "googlepay"};
    made.wallet = one_of(wallets, chance);
    made.expiry_month = 1 + static_cast<int>(chance.below(12));
    made.expiry_year = 2027 + static_cast<int>(chance.below(5));
    return made;
}

Payment::Payment(Shopper shopper, std::int64_t amount, std::string currency, std::string reference,
                 runtime::Chance& chance)
    : shopper_{std::move(shopper)},
      chance_{chance},
      id_{make_checkout_id(chance, "pay_")},
      amount_{amount},
      currency_{std::move(currency)},
      reference_{std::move(reference)},
      scheme_id_{digits(chance, 15)} {}

Json Payment::balances() const {
    const std::int64_t left = authorized_ - captured_ - voided_;
    return {{"total_authorized", authorized_},
            {"total_voided", voided_},
            {"available_to_void", captured_ > 0 ? 0 : left},
            {"total_captured", captured_},
            {"available_to_capture", left},
            {"total_refunded", refunded_},
            {"available_to_refund", captured_ - refunded_}};
}

Json Payment::source() const {
    Json made = {{"type", "card"},
                 {"expiry_month", shopper_.expiry_month},
                 {"expiry_year", shopper_.expiry_year},
                 {"card_type", "DEBIT"},
                 {"card_category", "CONSUMER"},
                 {"product_id", "F"},
                 {"product_type", "Consumer"},
                 {"avs_check", "S"},
                 {"cvv_check", "Y"}};
    put(made, "id", shopper_.source_id);
    put(made, "scheme", shopper_.scheme);
    put(made, "last_4", shopper_.last_4);
    put(made, "bin", shopper_.bin);
    put(made, "fingerprint", shopper_.fingerprint);
    put(made, "name", shopper_.name);
    put(made, "wallet_type", shopper_.wallet);
    put(made, "issuer_country", shopper_.country);
    Json address = Json::object();
    put(address, "address_line1", shopper_.address_line1);
    put(address, "city", shopper_.city);
    put(address, "zip", shopper_.zip);
    put(address, "country", shopper_.country);
    made["billing_address"] = std::move(address);
    if (!shopper_.phone.empty()) made["phone"] = {{"number", shopper_.phone}};
    return made;
}

Json Payment::envelope(std::string_view type, std::string_view version, base::WallTime at, Json data) {
    const std::string event = make_checkout_id(chance_, "evt_");
    const std::string payment = std::string(api) + "/payments/" + id_;
    const auto link = [](const std::string& url) { return Json{{"href", url}}; };
    data["event_links"] = {{"payment", payment}, {"payment_actions", payment + "/actions"}};
    return {{"id", event},
            {"type", type},
            {"version", version},
            {"created_on", time_text(at + std::chrono::seconds{1}, chance_)},
            {"data", std::move(data)},
            {"_links",
             {{"self", link(std::string(api) + "/workflows/events/" + event)},
              {"subject", link(std::string(api) + "/workflows/events/subject/" + id_)},
              {"payment", link(payment)},
              {"payment_actions", link(payment + "/actions")}}}};
}

/// What an authorization, granted or not, tells.
Json Payment::full_data(base::WallTime at, std::string_view code, std::string_view summary) {
    Json customer = Json::object();
    put(customer, "id", shopper_.customer_id);
    put(customer, "email", shopper_.email);
    put(customer, "name", shopper_.name);
    Json data = {
        {"id", id_},
        {"action_id", make_checkout_id(chance_, "act_")},
        {"amount", amount_},
        {"currency", currency_},
        {"payment_type", payment_type_},
        {"processed_on", time_text(at, chance_)},
        {"response_code", code},
        {"response_summary", summary},
        {"scheme_id", scheme_id_},
        {"eci", "05"},
        {"payment_ip", "192.0.2." + std::to_string(1 + chance_.below(250))},
        {"customer", std::move(customer)},
        {"risk", {{"flagged", false}}},
        {"3ds",
         {{"version", "2.2.0"},
          {"challenged", false},
          {"exemption", "none"},
          {"eci", "05"},
          {"downgraded", false},
          {"enrolled", "Y"},
          {"authentication_response", "Y"}}},
        {"processing",
         {{"acquirer_transaction_id", digits(chance_, 21)}, {"retrieval_reference_number", digits(chance_, 12)}}},
        {"source", source()}};
    put(data, "reference", reference_);
    if (!metadata_.is_null()) data["metadata"] = metadata_;
    return data;
}

/// What a capture, refund or void tells: no customer, no source, no payment type.
Json Payment::action_data(base::WallTime at, std::int64_t amount) {
    Json data = {
        {"id", id_},
        {"action_id", make_checkout_id(chance_, "act_")},
        {"amount", amount},
        {"currency", currency_},
        {"processed_on", time_text(at, chance_)},
        {"response_code", "10000"},
        {"response_summary", "Approved"},
        {"balances", balances()},
        {"processing",
         {{"acquirer_transaction_id", digits(chance_, 21)}, {"acquirer_reference_number", digits(chance_, 23)}}}};
    put(data, "reference", reference_);
    if (!metadata_.is_null()) data["metadata"] = metadata_;
    return data;
}

Json Payment::approved(base::WallTime at) {
    authorized_ = amount_;
    Json data = full_data(at, "10000", "Approved");
    data["auth_code"] = digits(chance_, 6);
    data["balances"] = balances();
    return envelope("payment_approved", "1.0.29", at, std::move(data));
}

Json Payment::declined(base::WallTime at, std::string_view code, std::string_view summary) {
    return envelope("payment_declined", "1.0.29", at, full_data(at, code, summary));
}

Json Payment::captured(base::WallTime at, std::optional<std::int64_t> amount) {
    if (authorized_ == 0) authorized_ = amount_; // its webhook may never be asked for
    const std::int64_t part = amount.value_or(authorized_ - captured_ - voided_);
    captured_ += part;
    return envelope("payment_captured", "1.0.19", at, action_data(at, part));
}

Json Payment::refunded(base::WallTime at, std::optional<std::int64_t> amount) {
    const std::int64_t part = amount.value_or(captured_ - refunded_);
    refunded_ += part;
    return envelope("payment_refunded", "1.0.19", at, action_data(at, part));
}

Json Payment::voided(base::WallTime at) {
    if (authorized_ == 0) authorized_ = amount_;
    const std::int64_t part = authorized_ - captured_ - voided_;
    voided_ += part;
    Json data = action_data(at, part);
    data["trigger"] = "manual";
    return envelope("payment_voided", "1.0.21", at, std::move(data));
}

Json Payment::retry_scheduled(base::WallTime at, std::optional<base::WallTime> next, std::string_view code,
                              std::string_view summary) {
    Json data = full_data(at, code, summary);
    data["retry"] = {{"attempts_made", attempts_++},
                     {"max_attempts", 6},
                     {"next_attempt_on", time_text(next.value_or(at + std::chrono::hours{24}), chance_)},
                     {"ends_on", time_text(at + std::chrono::hours{24 * 30}, chance_)}};
    return envelope("payment_retry_scheduled", "1.0.34", at, std::move(data));
}

Json Payment::canceled(base::WallTime at) {
    return envelope("payment_canceled", "1.0.8", at, action_data(at, amount_));
}

Json Payment::disputed(base::WallTime at, std::string_view type, const DisputeFacts& facts) {
    if (dispute_id_.empty()) dispute_id_ = make_checkout_id(chance_, "dsp_");
    Json data = {{"date", time_text(at, chance_)},           {"category", facts.category},
                 {"amount", facts.amount.value_or(amount_)}, {"currency", currency_},
                 {"reason_code", facts.reason_code},         {"payment_id", id_},
                 {"payment_reference", reference_},          {"payment_method", shopper_.scheme}};
    if (type == "dispute_evidence_required")
        data["evidence_required_by"] =
            base::format_utc(facts.evidence_required_by.value_or(at + std::chrono::hours{24 * 14}));
    Json body = envelope(type, "1.0.6", at, std::move(data));
    body["data"]["id"] = dispute_id_;
    body["data"].erase("event_links");
    body["_links"]["subject"]["href"] = std::string(api) + "/workflows/events/subject/" + dispute_id_;
    return body;
}

} // namespace paysync::sandbox
