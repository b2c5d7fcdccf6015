// The reference model: what must stand in the org after the day, from what people did.
#include "paysync/demo/shop.hpp"

#include "paysync/base/money.hpp"
#include "paysync/base/text.hpp"

#include <algorithm>

namespace paysync::demo {

namespace {

using base::Json;

std::string text(const Json& record, const std::string& field) {
    const Json& value = base::member(record, field);
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

double number(const Json& record, const std::string& field) {
    const Json& value = base::member(record, field);
    return value.is_number() ? value.get<double>() : value.is_string() ? std::stod(value.get<std::string>()) : 0;
}

class Comparison {
public:
    Comparison(const Shop& shop, const AskOrg& org)
        : shop_{shop}, contacts_(org("Contact")), accounts_(org("Account")), opportunities_(org("Opportunity")) {}

    std::vector<std::string> run() {
        for (std::size_t person = 0; person < shop_.people.size(); ++person) check_person(person);
        for (const PaymentTruth& payment : shop_.payments) check_payment(payment);
        check_nothing_else();
        return std::move(found_);
    }

private:
    /// Whoever was approved once is a payer; who was only declined is nobody to sales.
    bool is_payer(std::size_t person) const {
        return std::any_of(shop_.payments.begin(), shop_.payments.end(),
                           [&](const PaymentTruth& payment) { return payment.person == person && payment.approved; });
    }

    std::vector<Json> contacts_of(std::size_t person) const {
        std::vector<Json> found;
        for (const Json& contact : contacts_)
            if (base::lower(text(contact, "Email")) == shop_.people[person].mailbox) found.push_back(contact);
        return found;
    }

    void check_person(std::size_t person) {
        const PersonTruth& truth = shop_.people[person];
        const auto contacts = contacts_of(person);
        const std::size_t wanted = is_payer(person) || truth.known ? 1 : 0;
        if (contacts.size() != wanted)
            return differ(truth.mailbox + ": " + std::to_string(contacts.size()) + " Contacts, not " +
                          std::to_string(wanted));
        if (wanted == 0) return;
        const Json& contact = contacts.front();
        account_[person] = text(contact, "AccountId");
        if (text(contact, "LastName") != truth.last_name)
            differ(truth.mailbox + ": LastName is " + text(contact, "LastName"));
        if (truth.known && text(contact, "Phone") != truth.known_phone)
            differ(truth.mailbox + ": the typed Phone became " + text(contact, "Phone"));
        if (account_[person].empty()) differ(truth.mailbox + ": the Contact has no Account");
        if (is_payer(person)) check_card(person, contact);
    }

    /// The card of the newest approval; a person with several customer ids may show the newest of any of them.
    void check_card(std::size_t person, const Json& contact) {
        std::map<std::string, const PaymentTruth*> newest;
        for (const PaymentTruth& payment : shop_.payments) {
            if (payment.person != person || !payment.approved) continue;
            const PaymentTruth*& known = newest[payment.customer_id];
            if (known == nullptr || known->approved_at < payment.approved_at) known = &payment;
        }
        const std::string card = text(contact, "Checkout_Card__c");
        const bool right = std::any_of(newest.begin(), newest.end(), [&](const auto& entry) {
            return base::lower(entry.second->card) == base::lower(card);
        });
        if (right) return;
        std::string newest_cards;
        for (const auto& [customer, payment] : newest)
            newest_cards += " " + payment->card + " (" + (customer.empty() ? "guest" : customer) + ", " +
                            base::format_utc(payment->approved_at) + ")";
        differ(shop_.people[person].mailbox + ": the card is " + card +
               ", not that of the newest approval:" + newest_cards);
    }

    void check_payment(const PaymentTruth& truth) {
        std::vector<Json> found;
        for (const Json& opportunity : opportunities_)
            if (text(opportunity, "Checkout_Payment_Id__c") == truth.id) found.push_back(opportunity);
        const std::size_t wanted = truth.captured > 0 && !truth.recurring ? 1 : 0;
        if (found.size() != wanted)
            return differ(truth.id + ": " + std::to_string(found.size()) + " Opportunities, not " +
                          std::to_string(wanted));
        if (wanted == 0) return;
        const Json& won = found.front();
        const auto expect = [&](const std::string& field, const std::string& value) {
            if (text(won, field) != value)
                differ(truth.id + ": " + field + " is " + text(won, field) + ", not " + value);
        };
        expect("StageName", "Closed Won");
        expect("Refunded__c", truth.refunded >= truth.captured ? "true" : "false");
        expect("AccountId", account_[truth.person]);
        const double amount = std::stod(base::major_units(truth.captured, truth.currency));
        if (std::abs(number(won, "Amount") - amount) > 0.001) differ(truth.id + ": Amount is " + text(won, "Amount"));
        const auto adopted = shop_.adopted.find(truth.id);
        if (adopted != shop_.adopted.end())
            expect("Name", adopted->second);
        else
            expect("CloseDate", base::format_utc(truth.first_capture_at).substr(0, 10));
    }

    void check_nothing_else() {
        std::size_t people = 0;
        for (std::size_t person = 0; person < shop_.people.size(); ++person)
            people += is_payer(person) || shop_.people[person].known ? 1U : 0U;
        if (contacts_.size() != people)
            differ(std::to_string(contacts_.size()) + " Contacts for " + std::to_string(people) + " people");
        if (accounts_.size() != people)
            differ(std::to_string(accounts_.size()) + " Accounts for " + std::to_string(people) + " people");
        const auto won = static_cast<std::size_t>(
            std::count_if(shop_.payments.begin(), shop_.payments.end(),
                          [](const PaymentTruth& payment) { return payment.captured > 0 && !payment.recurring; }));
        if (opportunities_.size() != won)
            differ(std::to_string(opportunities_.size()) + " Opportunities for " + std::to_string(won) +
                   " captured payments");
    }

    void differ(std::string sentence) { found_.push_back(std::move(sentence)); }

    const Shop& shop_;
    Json contacts_;
    Json accounts_;
    Json opportunities_;
    std::map<std::size_t, std::string> account_;
    std::vector<std::string> found_;
};

} // namespace

std::vector<std::string> differences(const Shop& shop, const AskOrg& org) {
    return Comparison{shop, org}.run();
}

} // namespace paysync::demo
