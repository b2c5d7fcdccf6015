// Checkout.com's many spellings of the same thing, read into one.
#include "reading.hpp"

#include "paysync/base/text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <utility>

namespace paysync::checkout {

namespace {

using base::Json;
using base::member;

/// Letters in lower case, without what separates words: "apple_pay" and "ApplePay" are one.
std::string folded(std::string_view text) {
    std::string made;
    for (const char c : base::lower(text))
        if (c != '_' && c != '-' && c != ' ') made += c;
    return made;
}

/// The first of several names under which a member may stand.
Json first_text(const Json& object, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (const auto text = read_text(member(object, name))) return *text;
    return nullptr;
}

void put(Json& object, const char* name, Json value) {
    if (!value.is_null()) object[name] = std::move(value);
}

Json or_null(Json object) {
    return object.empty() ? Json{} : object;
}

Json small_number(const Json& value) {
    const auto number = read_amount(value);
    return number ? Json(*number) : Json{};
}

/// Four digits. One that came as a number has lost its leading zeros.
Json read_last4(const Json& source) {
    for (const char* name : {"last_4", "last4"}) {
        const Json& value = member(source, name);
        auto text = read_text(value);
        if (!text) continue;
        if (value.is_number() && text->size() < 4) text->insert(0, 4 - text->size(), '0');
        return *text;
    }
    return nullptr;
}

Json read_wallet(const Json& source, const Json& processing) {
    const std::string type = folded(read_text(member(source, "type")).value_or(""));
    if (type == "applepay" || type == "googlepay") return type;
    Json named = first_text(source, {"wallet", "wallet_type", "card_wallet_type"});
    if (named.is_null()) named = first_text(processing, {"wallet", "wallet_type", "card_wallet_type"});
    return named.is_null() ? named : Json(folded(named.get_ref<const std::string&>()));
}

} // namespace

std::optional<std::string> read_id(const Json& value) {
    if (value.is_string() && !value.get_ref<const std::string&>().empty()) return value.get<std::string>();
    if (value.is_number_integer()) return value.dump();
    return std::nullopt;
}

std::optional<std::int64_t> read_amount(const Json& value) {
    std::int64_t amount = -1;
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number > static_cast<std::uint64_t>(amount_max)) return std::nullopt;
        amount = static_cast<std::int64_t>(number);
    } else if (value.is_number_integer()) {
        amount = value.get<std::int64_t>();
    } else if (value.is_number_float()) {
        const double number = value.get<double>();
        if (!(number >= 0 && number <= static_cast<double>(amount_max)) || number != std::floor(number))
            return std::nullopt;
        amount = static_cast<std::int64_t>(number);
    } else if (value.is_string()) {
        const std::string_view text = base::trimmed(value.get_ref<const std::string&>());
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), amount);
        if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    }
    if (amount < 0 || amount > amount_max) return std::nullopt;
    return amount;
}

std::int64_t add_amounts(std::int64_t a, std::int64_t b) {
    return a > amount_max - b ? amount_max : a + b;
}

std::optional<std::string> read_text(const Json& value) {
    if (value.is_string() && !base::trimmed(value.get_ref<const std::string&>()).empty())
        return value.get<std::string>();
    if (value.is_number()) return value.dump();
    return std::nullopt;
}

std::optional<base::WallTime> read_time(const Json& value) {
    if (!value.is_string()) return std::nullopt;
    return base::parse_time(base::trimmed(value.get_ref<const std::string&>()));
}

bool read_flag(const Json& value) {
    if (value.is_boolean()) return value.get<bool>();
    return value.is_string() && base::lower(value.get_ref<const std::string&>()) == "true";
}

Json text_or_null(const Json& value) {
    const auto text = read_text(value);
    return text ? Json(*text) : Json{};
}

Json time_or_null(const Json& value) {
    const auto time = read_time(value);
    return time ? Json(base::format_utc_exact(*time)) : text_or_null(value);
}

std::string mended_payment_type(const std::string& sent) {
    constexpr std::array known{"Regular", "Recurring", "Installment", "MOTO", "Unscheduled", "PayLater"};
    const std::string wanted = folded(sent);
    for (const char* type : known)
        if (folded(type) == wanted) return type;
    return sent;
}

Json read_source(const Json& source, const Json& processing) {
    if (!source.is_object()) return nullptr;
    Json made = Json::object();
    put(made, "id", text_or_null(member(source, "id")));
    put(made, "type", text_or_null(member(source, "type")));
    put(made, "scheme", text_or_null(member(source, "scheme")));
    put(made, "last4", read_last4(source));
    put(made, "expiry_month", small_number(member(source, "expiry_month")));
    put(made, "expiry_year", small_number(member(source, "expiry_year")));
    put(made, "name", text_or_null(member(source, "name")));
    if (made.empty()) return nullptr;
    put(made, "wallet", read_wallet(source, processing));
    return made;
}

Json read_address(const Json& address) {
    if (!address.is_object()) return nullptr;
    Json made = Json::object();
    put(made, "line1", first_text(address, {"line1", "address_line1"}));
    put(made, "line2", first_text(address, {"line2", "address_line2"}));
    put(made, "city", first_text(address, {"city", "town_city"}));
    put(made, "state", first_text(address, {"state"}));
    put(made, "zip", first_text(address, {"zip", "postal_code", "postcode"}));
    put(made, "country", first_text(address, {"country"}));
    return or_null(made);
}

Json read_phone(const Json& phone) {
    if (!phone.is_object()) return text_or_null(phone);
    const auto number = read_text(member(phone, "number"));
    if (!number) return nullptr;
    auto prefix = read_text(member(phone, "country_code"));
    if (!prefix) return *number;
    if (prefix->front() >= '0' && prefix->front() <= '9') prefix->insert(0, "+");
    return *prefix + " " + *number;
}

Json read_plan(const Json& plan) {
    return plan.is_object() && !plan.empty() ? plan : Json{};
}

Json read_three_ds(const Json& three_ds) {
    if (!three_ds.is_object()) return nullptr;
    Json made = Json::object();
    for (const char* name : {"version", "enrolled", "authentication_response", "eci", "challenged", "exemption",
                             "downgraded", "upgrade_reason"})
        put(made, name, member(three_ds, name));
    return or_null(made);
}

} // namespace paysync::checkout
