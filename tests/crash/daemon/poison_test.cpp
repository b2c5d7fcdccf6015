// An event that ends the process each time it is worked on must not keep everything else from being done.
#include "support/running_pair.hpp"

#include <gtest/gtest.h>

namespace paysync {
namespace {

using tests::RunningPair;

/// Freeing so deep a value overflows a thread's stack inside libjq 1.6: a real end of the process, which no handler
/// of ours can stand before.
const char* const deadly_flow = R"(flow: deadly
on: [payment_approved]
steps:
  - name: payer
    when: ${ .payment.reference == "poison" and ([reduce range(400000) as $i (null; [.])] | length) > 9 }
    record: Contact
    key: { Checkout_Customer_Id__c: "${ .customer.key }" }
    create: { LastName: Poisoned }
  - name: contact
    record: Contact
    key: { Checkout_Customer_Id__c: "${ .customer.key }" }
    create: { LastName: "${ .customer.name }" }
)";

std::string approved(const std::string& number, const std::string& reference) {
    return R"({"id":"evt_)" + number +
           R"(","type":"payment_approved","created_on":"2026-03-01T10:00:00Z","data":{"id":"pay_)" + number +
           R"(","action_id":"act_)" + number + R"(","amount":100,"currency":"EUR","reference":")" + reference +
           R"(","customer":{"id":"cus_)" + number + R"(","email":"c)" + number + R"(@example.com","name":"Payer )" +
           number + R"("}}})";
}

TEST(PoisonedEvent, BecomesADeadLetterAndEverythingElseIsDone) {
    RunningPair pair;
    std::filesystem::create_directories(pair.folder() / "flows");
    std::ofstream{pair.folder() / "flows" / "deadly.yaml"} << deadly_flow;
    std::ofstream{pair.config(), std::ios::app} << "flows: { expression_deadline: 10s }\n";
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    for (int i = 0; i < 10; ++i) {
        const std::string number = std::to_string(i);
        const auto answer =
            pair.send(pair.webhooks, pair.signed_webhook(approved(number, i == 4 ? "poison" : "fine")));
        if (!answer) break; // it died already; what was answered is on disk
    }
    int deaths = 0;
    for (; deaths < 10; ++deaths) {
        for (int i = 0; i < 300 && pair.daemon->running(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        if (pair.daemon->running()) break;
        EXPECT_NE(pair.daemon->end(), 0) << pair.log("paysync.log");
        pair.start_daemon(); // may die before it says that it serves
    }
    ASSERT_TRUE(pair.daemon->running()) << pair.log("paysync.log");
    EXPECT_GE(deaths, 1) << "the flow is not deadly any more: find another";

    for (int i = 0; i < 10; ++i) { // as Checkout.com would, for what got no answer
        const std::string number = std::to_string(i);
        ASSERT_TRUE(pair.send(pair.webhooks, pair.signed_webhook(approved(number, i == 4 ? "poison" : "fine"))));
    }
    ASSERT_TRUE(pair.wait_until_settled()) << pair.store_counts().dump();

    EXPECT_EQ(pair.store_counts().at("dead").get<int>(), 1);
    EXPECT_EQ(pair.org()("Contact").size(), 9U);
    const auto told =
        tests::run_program(RunningPair::program("paysync") + " explain pay_4 --config " + pair.config());
    EXPECT_NE(told.output.find("paysync ended"), std::string::npos) << told.output;
}

} // namespace
} // namespace paysync
