// States that cannot be read are made anew, and are what they were.
#include "paysync/sync/input.hpp"

#include "unit/checkout/bodies.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

using base::Json;
using checkout::Event;
using checkout::bodies::event;

const std::string payer = R"("customer":{"id":"cus_1","email":"ada@example.com","name":"Ada"})";

std::vector<Event> a_payment() {
    return {event("payment_approved", 1, R"({"action_id":"act_1","amount":900,)" + payer + "}"),
            event("payment_captured", 2, R"({"action_id":"act_2","amount":900})")};
}

/// What a store would hold after these events.
struct Stored {
    std::map<std::string, Json> payments;
    std::map<std::string, Json> customers;
};
Stored stored_of(const std::vector<Event>& events) {
    Views views;
    for (const Event& one : events) views.hear(one);
    views.settle_customers();
    return {views.changed_payments(), views.changed_customers()};
}

TEST(Views, RefuseAStateThatTheyCannotRead) {
    Views views;

    EXPECT_EQ(views.load_payment("pay_1", "not a state").error().code, base::Errc::corrupt);
    EXPECT_EQ(views.load_customer("cus_1", Json::array()).error().code, base::Errc::corrupt);
}

TEST(Views, RebuildAPaymentFromItsEvents) {
    const Stored before = stored_of(a_payment());
    Views views;
    views.rebuild_payment("pay_1", a_payment());
    ASSERT_TRUE(views.load_customer("cus_1", before.customers.at("cus_1")).has_value());
    views.settle_customers();

    EXPECT_EQ(views.changed_payments(), before.payments) << "and it is written back";
    EXPECT_TRUE(views.changed_customers().empty()) << "the customer already counts this payment";
}

TEST(Views, RebuildACustomerFromThePaymentsThatAreTheirs) {
    const Stored before = stored_of(a_payment());
    const auto own = checkout::PaymentState::from_json(before.payments.at("pay_1")).value();
    const auto others = checkout::bodies::merged({event(
        "payment_approved", 3, R"({"id":"pay_2","amount":5,"customer":{"id":"cus_2","email":"b@example.com"}})")});
    Views views;

    views.begin_customer("cus_1");
    views.add_payment_of("cus_1", others);
    views.add_payment_of("cus_1", own);

    EXPECT_EQ(views.changed_customers(), before.customers);
}

} // namespace
} // namespace paysync::sync
