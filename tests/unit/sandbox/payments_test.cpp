// The bodies of made-up payments.
#include "paysync/sandbox/payments.hpp"

#include <gtest/gtest.h>

namespace paysync::sandbox {
namespace {

using base::Json;

const base::WallTime noon = base::parse_time("2026-03-01T12:00:00Z").value();

TEST(Payments, AreTheSameForOneSeed) {
    const auto day = [](std::uint64_t seed) {
        runtime::SeededChance chance{seed};
        Payment payment{make_shopper(chance), 1050, "EUR", "ORD-1", chance};
        return base::to_text(Json::array({payment.approved(noon), payment.captured(noon), payment.refunded(noon)}));
    };
    EXPECT_EQ(day(1), day(1));
    EXPECT_NE(day(1), day(2));
}

TEST(Payments, MoveTheirBalancesOn) {
    runtime::SeededChance chance{1};
    Payment payment{make_shopper(chance), 1000, "EUR", "ORD-1", chance};
    payment.approved(noon);
    const Json first = payment.captured(noon, 400).at("data").at("balances");
    EXPECT_EQ(first.at("total_captured"), 400);
    EXPECT_EQ(first.at("available_to_capture"), 600);
    const Json second = payment.captured(noon);
    EXPECT_EQ(second.at("data").at("amount"), 600);
    EXPECT_EQ(second.at("data").at("balances").at("total_captured"), 1000);
    const Json refund = payment.refunded(noon, 250);
    EXPECT_EQ(refund.at("data").at("balances").at("available_to_refund"), 750);
    EXPECT_EQ(payment.refunded(), 250);
}

TEST(Payments, TellTheirPayerOnlyWhereCheckoutDoes) {
    runtime::SeededChance chance{1};
    Payment payment{make_shopper(chance), 1000, "EUR", "ORD-1", chance};
    const Json approved = payment.approved(noon);
    const Json captured = payment.captured(noon);
    EXPECT_TRUE(approved.at("data").contains("customer"));
    EXPECT_TRUE(approved.at("data").at("source").contains("last_4"));
    for (const char* name : {"customer", "source", "payment_type"})
        EXPECT_FALSE(captured.at("data").contains(name)) << name;
    EXPECT_EQ(approved.at("data").at("id"), captured.at("data").at("id"));
    EXPECT_NE(approved.at("id"), captured.at("id"));
    EXPECT_NE(approved.at("data").at("action_id"), captured.at("data").at("action_id"));
    EXPECT_TRUE(base::parse_time(approved.at("created_on").get<std::string>()).has_value());
}

TEST(Payments, AreVoidedOrDeclined) {
    runtime::SeededChance chance{1};
    Payment gone{make_shopper(chance), 1000, "EUR", "ORD-1", chance};
    gone.approved(noon);
    EXPECT_EQ(gone.voided(noon).at("data").at("balances").at("total_voided"), 1000);
    Payment poor{make_shopper(chance), 1000, "EUR", "ORD-2", chance};
    const Json declined = poor.declined(noon, "2005C", "Expired Card");
    EXPECT_EQ(declined.at("type"), "payment_declined");
    EXPECT_EQ(declined.at("data").at("response_code"), "2005C");
    EXPECT_EQ(poor.authorized(), 0);
}

TEST(Payments, HaveIdsInCheckoutsAlphabet) {
    runtime::SeededChance chance{1};
    const std::string id = make_checkout_id(chance, "pay_");
    EXPECT_EQ(id.size(), 30U);
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567", 4), std::string::npos);
}

} // namespace
} // namespace paysync::sandbox
