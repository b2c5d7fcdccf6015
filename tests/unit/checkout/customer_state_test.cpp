// A customer's members and totals over several payments.
#include "paysync/checkout/customer_state.hpp"

#include "bodies.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace paysync::checkout {
namespace {

using base::Json;
using bodies::at;
using bodies::event;
using bodies::merged;
using bodies::parsed;

TEST(EmailKey, IsOneForAllSpellingsOfAMailbox) {
    // Each line was checked against the jq function of the same name (jq 1.6).
    const std::vector<std::pair<std::string, std::optional<std::string>>> table{
        {"A@B.de", "a@b.de"},
        {" a+x@b.de ", "a@b.de"},
        {"\ta@b\n\n", "a@b"},
        {"\va@b\f", "a@b"},
        {"a+b", std::nullopt},
        {"", std::nullopt},
        {"  ", std::nullopt},
        {"+x@y", "@y"},
        {"a@b+c@d", "a@b@d"},
        {"a@b+c", "a@b+c"},
        {"a++b@c.de", "a@c.de"},
        {"a+b+c@d@e", "a@d@e"},
        {"a+\nb@c", "a@c"},
        {"\xC2\xA0 a@b.de\xC2\xA0", "a@b.de"},
        {"\xE3\x80\x80"
         "a@b\xE3\x80\x80",
         "a@b"},
        {"\xE2\x80\x8B"
         "a@b",
         "\xE2\x80\x8B"
         "a@b"},
        {"\x1F"
         "a@b",
         "\x1F"
         "a@b"},
        {"Ä@B.DE", "Ä@b.de"},
        {"ü+t@ü.de+x@y", "ü@ü.de+x@y"},
    };
    for (const auto& [email, key] : table) EXPECT_EQ(email_key(email), key) << email;
}

TEST(CustomerKey, IsTheIdElseTheEmailKeyElseNothing) {
    EXPECT_EQ(customer_key("cus_1", "a@b.de"), "cus_1");
    EXPECT_EQ(customer_key("", "A+x@b.de"), "a@b.de");
    EXPECT_EQ(customer_key("", "nobody"), "");
    EXPECT_EQ(customer_key(PaymentState{}), "");
}

/// A payment of its own id, captured at `n` for `amount`.
std::vector<Event> paid(const std::string& payment, int n, int amount, const std::string& last4,
                        const std::string& currency = "EUR") {
    const Json approved = parsed(R"({"id": ")" + payment + R"(", "action_id": "a", "amount": 1000, "currency": ")" +
                                 currency + R"(", "customer": {"id": "cus_1", "email": "A+x@b.de", "name": "Name )" +
                                 last4 + R"("}, "source": {"type": "card", "last_4": ")" + last4 +
                                 R"(", "billing_address": {"city": "City )" + last4 + R"("}}})");
    const Json captured = parsed(R"({"id": ")" + payment + R"(", "action_id": "c", "currency": ")" + currency +
                                 R"(", "amount": )" + std::to_string(amount) + "}");
    std::vector<Event> made;
    for (const auto& [type, data, when] :
         {std::tuple{"payment_approved", approved, n}, std::tuple{"payment_captured", captured, n + 1}}) {
        Json body = bodies::body(type, when, data);
        body["id"] = payment + type;
        made.push_back(event(body));
    }
    return made;
}

TEST(CustomerView, HasEveryMemberWhenNothingIsKnown) {
    EXPECT_EQ(customer_view(CustomerState{}), parsed(R"({"key": null, "id": null, "email": null, "email_key": null,
        "name": null, "phone": null, "source": null, "billing_address": null, "totals": {}})"));
}

TEST(CustomerState, GathersMembersAndTotals) {
    const PaymentState payment = merged(paid("pay_1", 1, 700, "1111"));
    CustomerState customer{"cus_1"};
    EXPECT_TRUE(customer.apply(payment, {}, contribution(payment)));
    const Json shown = customer_view(customer);
    EXPECT_EQ(shown["key"], "cus_1");
    EXPECT_EQ(shown["id"], "cus_1");
    EXPECT_EQ(shown["email"], "A+x@b.de");
    EXPECT_EQ(shown["email_key"], "a@b.de");
    EXPECT_EQ(shown["name"], "Name 1111");
    EXPECT_EQ(shown["source"]["last4"], "1111");
    EXPECT_EQ(shown["billing_address"]["city"], "City 1111");
    EXPECT_EQ(shown["totals"], parsed(R"({"EUR": {"captured": 700, "refunded": 0, "payments": 1, "failures": 0,
        "first_at": ")" + at(2) + R"(", "last_at": ")" +
                                      at(2) + R"("}})"));
    EXPECT_FALSE(customer.apply(payment, contribution(payment), contribution(payment)));
}

TEST(CustomerState, ALateEventCannotPutAnOldCardBack) {
    const PaymentState older = merged(paid("pay_1", 1, 700, "1111"));
    const PaymentState newer = merged(paid("pay_2", 50, 700, "2222"));
    CustomerState customer{"cus_1"};
    customer.apply(newer, {}, contribution(newer));
    customer.apply(older, {}, contribution(older));
    const Json shown = customer_view(customer);
    EXPECT_EQ(shown["source"]["last4"], "2222");
    EXPECT_EQ(shown["name"], "Name 2222");
    EXPECT_EQ(shown["totals"]["EUR"]["captured"], 1400);
    EXPECT_EQ(shown["totals"]["EUR"]["payments"], 2);
    EXPECT_EQ(shown["totals"]["EUR"]["first_at"], at(2));
    EXPECT_EQ(shown["totals"]["EUR"]["last_at"], at(51));
}

TEST(CustomerState, TotalsAreTheSameInAnyOrderAndAnySteps) {
    std::vector<Event> events;
    for (const auto& part :
         {paid("pay_1", 1, 700, "1111"), paid("pay_2", 10, 300, "2222", "USD"), paid("pay_3", 20, 50, "3333")})
        events.insert(events.end(), part.begin(), part.end());
    events.push_back(event("payment_refunded", 40, R"({"id": "pay_1", "action_id": "r", "amount": 200})"));
    events.push_back(event("payment_declined", 41, R"({"id": "pay_3", "action_id": "d"})"));
    const auto after = [](const std::vector<Event>& heard) {
        std::map<std::string, PaymentState> payments;
        std::map<std::string, CustomerState> customers;
        for (const Event& one : heard) {
            PaymentState& state = payments[one.payment_id];
            const PaymentState before = state;
            merge(state, one);
            const std::string old_key = customer_key(before);
            const std::string key = customer_key(state);
            if (old_key != key) {
                customers.try_emplace(old_key, old_key).first->second.apply(state, contribution(before), {});
                customers.try_emplace(key, key).first->second.apply(state, {}, contribution(state));
            } else {
                customers.try_emplace(key, key).first->second.apply(state, contribution(before), contribution(state));
            }
        }
        EXPECT_TRUE(customers.contains("cus_1"));
        EXPECT_TRUE(!customers.contains("") || customers.at("").totals().empty());
        return to_json(customers.at("cus_1")).dump();
    };
    const std::string reference = after(events);
    EXPECT_NE(reference.find("\"refunded\":200"), std::string::npos);
    std::mt19937 random{11};
    for (int round = 0; round < 100; ++round) {
        std::shuffle(events.begin(), events.end(), random);
        ASSERT_EQ(after(events), reference) << "round " << round;
    }
}

TEST(CustomerState, APaymentThatIsAnothersIsGivenBack) {
    const PaymentState payment = merged(paid("pay_1", 1, 700, "1111"));
    CustomerState by_mail{"other@b.de"};
    const Contribution before = {{"EUR", {500, 0, 1, 0, base::parse_time(at(1)), base::parse_time(at(1))}}};
    by_mail.apply(PaymentState{}, {}, before);
    EXPECT_EQ(by_mail.totals().at("EUR").captured, 500);
    by_mail.apply(payment, before, {});
    EXPECT_TRUE(by_mail.totals().empty());
    EXPECT_TRUE(by_mail.facts().empty());
}

TEST(CustomerState, OfAGuestIsWhatThePaymentSays) {
    const PaymentState payment = merged({event("payment_approved", 1, R"({"action_id": "a", "amount": 5,
        "customer": {"name": "Guest"}, "source": {"type": "card", "last_4": "9999"}})")});
    CustomerState customer;
    customer.apply(payment, {}, contribution(payment));
    const Json shown = customer_view(customer);
    EXPECT_TRUE(shown["key"].is_null());
    EXPECT_EQ(shown["name"], "Guest");
    EXPECT_EQ(shown["source"]["last4"], "9999");
}

TEST(CustomerState, IsStoredAndReadBackWhole) {
    const PaymentState payment = merged(paid("pay_1", 1, 700, "1111"));
    CustomerState customer{"cus_1"};
    customer.apply(payment, {}, contribution(payment));
    const Json stored = *base::parse_json(to_json(customer).dump());
    EXPECT_EQ(*CustomerState::from_json(stored), customer);
    EXPECT_EQ(*CustomerState::from_json(nullptr), CustomerState{});
    for (const auto& item : stored.items()) {
        Json broken = stored;
        broken.erase(item.key());
        EXPECT_EQ(CustomerState::from_json(broken).error().code, base::Errc::corrupt) << item.key();
    }
    Json newer = stored;
    newer["version"] = 2;
    EXPECT_EQ(CustomerState::from_json(newer).error().code, base::Errc::corrupt);
}

} // namespace
} // namespace paysync::checkout
