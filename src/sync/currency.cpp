// The currency of what is written.
#include "sync/currency.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <optional>

namespace paysync::sync {

namespace {

using flow::Json;
using flow::RecordWrite;
using salesforce::Field;
using salesforce::ObjectDescription;

constexpr const char* code_name = "CurrencyIsoCode";

bool same_code(const std::string& a, const std::string& b) {
    return base::lower(a) == base::lower(b);
}

bool has_amount(const RecordWrite& write, const ObjectDescription& object) {
    for (const auto& [name, value] : write.fields.items()) {
        const Field* field = object.find(name);
        if (field != nullptr && field->type == salesforce::FieldType::currency && !value.is_null()) return true;
    }
    return false;
}

/// What the flow itself says of the currency; nothing when it says nothing.
std::optional<std::string> said_by_flow(const RecordWrite& write) {
    for (const Json* part : {&write.fields, &write.key})
        for (const auto& [name, value] : part->items())
            if (same_code(name, code_name) && value.is_string()) return value.get<std::string>();
    return std::nullopt;
}

std::string not_active(const std::string& currency) {
    return "the org has no active currency " + currency +
           ": activate it (Setup, Manage Currencies), or the flow must convert (converts: true)";
}

/// Where every object has a code. Returns why a person must decide, or sets the code.
std::optional<std::string> settle_code(RecordWrite& write, const CurrencyRule& rule, const Field& code) {
    const auto said = said_by_flow(write);
    if (said) {
        if (!salesforce::coerce(code, Json(*said))) return not_active(*said);
        return std::nullopt;
    }
    if (rule.converts) return std::nullopt; // it knows into what
    if (write.id.empty()) {
        if (!code.createable) return std::nullopt;
        if (!salesforce::coerce(code, Json(rule.payment))) return not_active(rule.payment);
        write.fields[code_name] = rule.payment;
        return std::nullopt;
    }
    const Json& current = flow::field_at(write.current, code_name);
    if (!current.is_string() || same_code(current.get<std::string>(), rule.payment)) return std::nullopt;
    return "the payment is in " + rule.payment + ", the record in " + current.get<std::string>() +
           ": the flow must set " + code_name + " or convert (converts: true)";
}

/// Where there is one currency for all.
std::optional<std::string> compare_with_org(const CurrencyRule& rule) {
    if (rule.converts || rule.multi_currency || rule.org.empty() || same_code(rule.payment, rule.org))
        return std::nullopt;
    return "the payment is in " + rule.payment + ", the org has only " + rule.org +
           ": the flow must convert (converts: true) or the org take several currencies";
}

} // namespace

void give_currency(flow::Plan& plan, const CurrencyRule& rule, const Descriptions& descriptions) {
    for (auto write = plan.writes.begin(); write != plan.writes.end(); ++write) {
        const auto described = descriptions.find(write->object);
        if (described == descriptions.end() || !described->second) continue;
        const ObjectDescription& object = *described->second;
        if (!has_amount(*write, object)) continue;
        const Field* code = object.find(code_name);
        const auto why = code != nullptr ? settle_code(*write, rule, *code) : compare_with_org(rule);
        if (!why) continue;
        plan.outcome = flow::Plan::Outcome::held;
        plan.hold.emplace();
        plan.hold->step = write->step;
        plan.hold->reason = *why;
        plan.writes.erase(write, plan.writes.end());
        return;
    }
}

} // namespace paysync::sync
