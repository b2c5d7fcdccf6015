// Payers and what they bought.
#include "demo/month_model.hpp"

#include "paysync/base/money.hpp"
#include "paysync/base/text.hpp"

#include <algorithm>
#include <cmath>

namespace paysync::demo {

using base::Json;
using base::WallTime;

std::string shown(const Json& record, const std::string& field) {
    const Json& value = base::member(record, field);
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

std::string day_text(WallTime at) {
    return base::format_utc(at).substr(0, 10);
}

std::map<std::string, std::string> names_of(const AskOrg& org) {
    std::map<std::string, std::string> names;
    for (const Json& group : org("Group")) names[shown(group, "Id")] = shown(group, "DeveloperName");
    for (const Json& type : org("RecordType")) names[shown(type, "Id")] = shown(type, "DeveloperName");
    for (const Json& user : org("User")) names[shown(user, "Id")] = shown(user, "Username");
    return names;
}

MonthModel::MonthModel(const Month& month, const AskOrg& org) : month_{month}, org_{org}, names_{names_of(org)} {}

std::vector<std::string> MonthModel::run() {
    std::size_t people = 0;
    for (std::size_t i = 0; i < month_.people.size(); ++i) {
        check_person(i);
        people += is_payer(i) || month_.people[i].who.known ? 1U : 0U;
    }
    expect_count("Contact", people, "people");
    expect_count("Account", people, "people");
    std::size_t won = 0;
    for (const MonthPayment& payment : month_.payments) {
        check_opportunity(payment);
        won += has_opportunity(payment) ? 1U : 0U;
    }
    expect_count("Opportunity", won, "captured payments");
    check_tasks();
    check_cases();
    check_subscriptions();
    check_revenue();
    check_invocations();
    return std::move(found_);
}

const Json& MonthModel::records(const std::string& object) {
    const auto found = records_.find(object);
    return found != records_.end() ? found->second : records_.emplace(object, org_(object)).first->second;
}

std::vector<const Json*> MonthModel::all(const std::string& object, const std::string& field,
                                         const std::string& value) {
    std::vector<const Json*> found;
    for (const Json& record : records(object))
        if (shown(record, field) == value) found.push_back(&record);
    return found;
}

const Json* MonthModel::one(const std::string& object, const std::string& field, const std::string& value) {
    const auto found = all(object, field, value);
    if (found.size() == 1) return found.front();
    differ(value + ": " + std::to_string(found.size()) + " records of " + object + ", not 1");
    return nullptr;
}

void MonthModel::expect(const Json& record, const std::string& what, const std::string& field,
                        const std::string& value) {
    std::string is = shown(record, field);
    if (const auto name = names_.find(is); name != names_.end() && value != is) is = name->second;
    if (is != value) differ(what + ": " + field + " is \"" + is + "\", not \"" + value + "\"");
}

void MonthModel::expect_time(const Json& record, const std::string& what, const std::string& field,
                             std::optional<WallTime> value) {
    const std::string is = shown(record, field);
    const auto read = base::parse_time(is);
    if (read != value) differ(what + ": " + field + " is " + is + ", not " + (value ? base::format_utc(*value) : ""));
}

void MonthModel::expect_money(const Json& record, const std::string& what, const std::string& field,
                              std::int64_t minor, const std::string& currency) {
    const std::string major = base::major_units(minor, currency);
    const Json& is = base::member(record, field);
    const double value = is.is_number() ? is.get<double>() : NAN;
    if (!(std::abs(value - std::stod(major)) < 0.001))
        differ(what + ": " + field + " is " + is.dump() + ", not " + major);
}

void MonthModel::expect_count(const std::string& object, std::size_t wanted, const std::string& of_what) {
    const std::size_t are = records(object).size();
    if (are != wanted)
        differ(std::to_string(are) + " records of " + object + " for " + std::to_string(wanted) + " " + of_what);
}

Seen MonthModel::fired(WallTime at, WallTime by) const {
    if (at + margin <= std::min(by, month_.compared_at)) return Seen::yes;
    return at - margin >= std::min(by, month_.compared_at) ? Seen::no : Seen::either;
}

/// Whoever was approved once is a payer; who was only declined is nobody to sales.
bool MonthModel::is_payer(std::size_t person) const {
    return std::any_of(month_.payments.begin(), month_.payments.end(), [&](const MonthPayment& payment) {
        return payment.person == person && payment.approved() && !payment.is_test;
    });
}

void MonthModel::check_person(std::size_t number) {
    const PersonTruth& truth = month_.people[number].who;
    std::vector<const Json*> found;
    for (const Json& contact : records("Contact"))
        if (base::lower(shown(contact, "Email")) == truth.mailbox) found.push_back(&contact);
    const std::size_t wanted = is_payer(number) || truth.known ? 1 : 0;
    if (found.size() != wanted)
        return differ(truth.mailbox + ": " + std::to_string(found.size()) + " Contacts, not " +
                      std::to_string(wanted));
    if (wanted == 0) return;
    const Json& contact = *found.front();
    contacts_[number] = shown(contact, "Id");
    accounts_[number] = shown(contact, "AccountId");
    expect(contact, truth.mailbox, "LastName", truth.last_name);
    if (truth.known) expect(contact, truth.mailbox, "Phone", truth.known_phone);
    if (accounts_[number].empty()) differ(truth.mailbox + ": the Contact has no Account");
    if (is_payer(number)) check_card(number, contact);
}

/// The card of the newest approval; a person with several customer ids may show the newest of any of them.
void MonthModel::check_card(std::size_t number, const Json& contact) {
    std::map<std::string, const MonthPayment*> newest;
    for (const MonthPayment& payment : month_.payments) {
        if (payment.person != number || !payment.approved() || payment.is_test) continue;
        const MonthPayment*& known = newest[payment.customer_id];
        if (known == nullptr || *known->approved_at() < *payment.approved_at()) known = &payment;
    }
    const std::string card = shown(contact, "Checkout_Card__c");
    const bool right = std::any_of(newest.begin(), newest.end(), [&](const auto& entry) {
        return base::lower(entry.second->card) == base::lower(card);
    });
    if (!right)
        differ(month_.people[number].who.mailbox + ": the card is " + card + ", not that of a newest approval");
}

/// A subscription has a record of its own.
bool MonthModel::has_opportunity(const MonthPayment& payment) const {
    return payment.captured() > 0 && !payment.recurring() && !payment.is_test;
}

void MonthModel::check_opportunity(const MonthPayment& payment) {
    if (!has_opportunity(payment)) {
        if (!all("Opportunity", "Checkout_Payment_Id__c", payment.id).empty())
            differ(payment.id + ": has an Opportunity and must have none");
        return;
    }
    const Json* won = one("Opportunity", "Checkout_Payment_Id__c", payment.id);
    if (won == nullptr) return;
    const std::int64_t captured = payment.captured();
    const std::int64_t refunded = payment.refunded();
    expect(*won, payment.id, "StageName", "Closed Won");
    expect(*won, payment.id, "Refunded__c", refunded >= captured ? "true" : "false");
    expect(*won, payment.id, "AccountId", accounts_[payment.person]);
    expect_money(*won, payment.id, "Amount", captured, payment.currency);
    if (refunded > 0) expect_money(*won, payment.id, "Refunded_Amount__c", refunded, payment.currency);
    expect(*won, payment.id, "CurrencyIsoCode", payment.currency);
    const char* status = refunded >= captured        ? "Refunded"
                         : refunded > 0              ? "Partly Refunded"
                         : captured < payment.amount ? "Partly Paid"
                                                     : "Paid";
    expect(*won, payment.id, "Payment_Status__c", status);
    const auto adopted = month_.adopted.find(payment.id);
    if (adopted != month_.adopted.end()) expect(*won, payment.id, "Name", adopted->second);
    expect(*won, payment.id, "CloseDate", day_text(payment.captures.front().at));
}

std::vector<std::string> month_differences(const Month& month, const AskOrg& org) {
    return MonthModel{month, org}.run();
}

} // namespace paysync::demo
