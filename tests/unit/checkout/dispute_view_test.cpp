// What a flow sees of a dispute.
#include "bodies.hpp"

#include <gtest/gtest.h>

namespace paysync::checkout {
namespace {

using base::Json;
using bodies::at;
using bodies::event;
using bodies::merged;
using bodies::parsed;

Event dispute(const std::string& type, int n, const std::string& members = "") {
    return event(bodies::body(
        type, n, parsed(R"({"id": "dsp_1", "payment_id": "pay_1", "payment_reference": "ORD-1")" + members + "}")));
}

TEST(DisputeView, IsNullForAnUnknownDispute) {
    EXPECT_TRUE(dispute_view(PaymentState{}, "dsp_1").is_null());
    EXPECT_TRUE(dispute_view(merged({dispute("dispute_received", 1)}), "dsp_2").is_null());
}

TEST(DisputeView, GathersItsMembersFromAllItsEvents) {
    const PaymentState state =
        merged({dispute("dispute_won", 9, R"(, "date": "2026-02-28T08:00:00Z", "category": "fraudulent")"),
                dispute("dispute_received", 1, R"(, "amount": 20, "currency": "USD", "reason_code": 10.4)"),
                dispute("dispute_evidence_required", 5,
                        R"(, "amount": 20, "evidence_required_by": "2026-03-31T18:00:00+00:00")")});
    Json shown = dispute_view(state, "dsp_1");
    EXPECT_EQ(shown["events"].size(), 3U);
    EXPECT_EQ(shown["events"][0], parsed(R"({"id": "evt_1", "type": "dispute_received", "at": ")" + at(1) + R"("})"));
    shown.erase("events");
    EXPECT_EQ(shown,
              parsed(R"({"id": "dsp_1", "state": "won", "amount": 20, "currency": "EUR", "category": "fraudulent",
        "reason_code": "10.4", "evidence_required_by": "2026-03-31T18:00:00.000000000Z", "resolved_reason": null,
        "opened_at": "2026-02-28T08:00:00.000000000Z"})"));
}

TEST(DisputeView, LostCanBeFollowedByArbitration) {
    const Event lost = dispute("dispute_lost", 5);
    const Event arbitration = dispute("dispute_arbitration_won", 8);
    EXPECT_EQ(dispute_view(merged({arbitration, lost}), "dsp_1")["state"], "arbitration_won");
}

TEST(DisputeView, OfOneMomentTheFurtherStateWins) {
    const Event received = dispute("dispute_received", 5);
    Json same_moment =
        bodies::body("dispute_evidence_required", 5, parsed(R"({"id": "dsp_1", "payment_id": "pay_1"})"));
    same_moment["id"] = "evt_0";
    for (const PaymentState& state : {merged({received, event(same_moment)}), merged({event(same_moment), received})})
        EXPECT_EQ(dispute_view(state, "dsp_1")["state"], "evidence_required");
}

TEST(DisputeView, TakesThePaymentsCurrencyWhenItHasNone) {
    Json body = bodies::body("dispute_received", 3, parsed(R"({"id": "dsp_1", "payment_id": "pay_1"})"));
    body["data"].erase("currency");
    const PaymentState state = merged({event(body), event("payment_captured", 1, R"({"currency": "GBP"})")});
    const Json shown = dispute_view(state, "dsp_1");
    EXPECT_EQ(shown["currency"], "GBP");
    EXPECT_EQ(shown["opened_at"], at(3));
}

TEST(DisputeView, LeavesThePaymentsMoneyAndStateAlone) {
    const Event captured = event("payment_captured", 1, R"({"action_id": "a", "amount": 500, "currency": "GBP"})");
    const PaymentState state = merged({captured, dispute("dispute_lost", 5, R"(, "amount": 20, "currency": "USD")")});
    Json expected = bodies::view({captured});
    expected["reference"] = "ORD-1";
    EXPECT_EQ(payment_view(state), expected);
}

TEST(DisputeView, ThePaymentsOwnReferenceBeatsTheDisputes) {
    const Event approved = event("payment_approved", 1, R"({"reference": "own"})");
    EXPECT_EQ(bodies::view({dispute("dispute_won", 9), approved})["reference"], "own");
}

} // namespace
} // namespace paysync::checkout
