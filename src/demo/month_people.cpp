// The people of the month, what sales knew of them, and what is none of the shop's business.
#include "demo/month_maker.hpp"

#include "paysync/base/money.hpp"
#include "paysync/base/result.hpp"
#include "paysync/base/text.hpp"

namespace paysync::demo {

using base::Json;
using std::chrono::hours;
using std::chrono::seconds;

void MonthMaker::add_person(std::size_t number) {
    sandbox::Shopper shopper = sandbox::make_shopper(chance_);
    shopper.email = "payer" + std::to_string(number) + "@example.org";
    MonthPerson person;
    person.who.mailbox = shopper.email;
    person.who.last_name = shopper.name.substr(shopper.name.rfind(' ') + 1);
    person.who.spelled = "Payer" + std::to_string(number) + "@Example.org";
    // The first three are the ones that the stories of declined payments need.
    person.who.known = number < 2 || (number > 2 && chance_.happens(0.25));
    person.who.known_phone = "+49 30 " + std::to_string(1000 + number);
    person.do_not_chase = number == 0;
    if (person.who.known) person.owner = number == 1 || chance_.happens(0.5) ? "anna@example.com" : "ben@example.com";
    faces_.push_back(std::move(shopper));
    month_.people.push_back(std::move(person));
}

/// The face that a person shows at one payment: another spelling, another customer id, none at all, another card.
sandbox::Shopper MonthMaker::face_of(std::size_t person) {
    sandbox::Shopper face = faces_[person];
    if (chance_.happens(0.12))
        face.customer_id.clear();
    else if (chance_.happens(0.12))
        face.customer_id = second_id(person);
    if (chance_.happens(0.3)) face.email[0] = 'P';
    if (chance_.happens(0.2)) {
        face.last_4 = std::to_string(1000 + chance_.below(9000));
        face.scheme = "MASTERCARD";
        face.source_id = sandbox::make_checkout_id(chance_, "src_");
    }
    return face;
}

std::string MonthMaker::second_id(std::size_t person) {
    auto& id = second_ids_[person];
    if (id.empty()) id = sandbox::make_checkout_id(chance_, "cus_");
    return id;
}

/// Test events, unknown types, test cards, and money that the shop pays out.
void MonthMaker::add_noise() {
    for (int i = 0; i < 3; ++i) {
        sandbox::Shopper stranger = sandbox::make_shopper(chance_);
        sandbox::Payment payment{stranger, 777, "EUR", "TEST", chance_};
        const base::WallTime at = day(1 + 9 * i);
        Json test = payment.approved(at);
        test["isTest"] = true;
        post(std::move(test), at, false);
        Json unknown = payment.approved(at);
        unknown["type"] = "something_new";
        post(std::move(unknown), at, false);
    }
    sandbox::Shopper tester = sandbox::make_shopper(chance_);
    tester.email = "tester@example.com";
    for (int i = 0; i < 4; ++i) {
        const base::WallTime at = day(2.5 + 7 * i);
        Paying paying = begin(tester, {0, "TRY-" + std::to_string(i), true, "EUR", 4200 + i});
        truth(paying).is_test = true;
        if (i == 3) {
            decline(paying, at, {"20051", "Insufficient Funds"});
            continue;
        }
        approve(paying, at);
        capture(paying, at + seconds{30});
    }
    for (int i = 0; i < 4; ++i) {
        const base::WallTime at = day(6 + 7 * i);
        sandbox::Payment payout{sandbox::Shopper{}, 1'000'000 + i, "EUR", "PAYOUT-" + std::to_string(i), chance_};
        Json paid = payout.approved(at);
        paid["type"] = "payment_paid";
        Json& data = paid["data"];
        for (const char* of_cards :
             {"payment_type", "customer", "3ds", "balances", "risk", "payment_ip", "auth_code"})
            data.erase(of_cards);
        data["source"] = {{"type", "currency_account"}, {"id", "ca_dahxygoevpze3gmv6fwmzbv4ea"}};
        data["destination"] = {{"type", "bank_account"}, {"id", "src_xsixrbhp6a6ezov67533cw7quq"}};
        post(std::move(paid), at);
    }
}

namespace {

std::string one(sandbox::Sandbox& org, const char* object, const Json& fields) {
    return org.seed(object, Json::array({fields})).value().front();
}

std::string user_id(const sandbox::Sandbox& org, const std::string& name) {
    for (const Json& user : org.records("User"))
        if (user.at("Username") == name) return user.at("Id").get<std::string>();
    return {};
}

} // namespace

void prepare_month(const Month& month, sandbox::Sandbox& org) {
    one(org, "Campaign", {{"Name", "Lost_Payments"}, {"IsActive", true}});
    for (std::size_t i = 0; i < month.people.size(); ++i) {
        const MonthPerson& person = month.people[i];
        if (!person.who.known) continue;
        const std::string account =
            one(org, "Account", {{"Name", person.who.last_name + " Ltd"}, {"OwnerId", user_id(org, person.owner)}});
        one(org, "Contact",
            {{"LastName", person.who.last_name},
             {"Email", person.who.spelled},
             {"Phone", person.who.known_phone},
             {"AccountId", account},
             {"Do_Not_Chase__c", person.do_not_chase}});
        for (const Deal& deal : month.deals)
            if (deal.person == i)
                one(org, "Opportunity",
                    {{"Name", deal.name},
                     {"StageName", "Prospecting"},
                     {"CloseDate", "2030-12-31"},
                     {"Amount", std::stod(deal.amount)},
                     {"AccountId", account}});
    }
}

} // namespace paysync::demo
