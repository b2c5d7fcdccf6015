// What a flow sees of a payment, from hand-made webhooks.
#include "bodies.hpp"

#include <gtest/gtest.h>

namespace paysync::checkout {
namespace {

using base::Json;
using bodies::at;
using bodies::event;
using bodies::merged;
using bodies::parsed;
using bodies::view;

const std::string approved_data = R"({
    "action_id": "act_a", "reference": "ORD-1", "amount": 6540, "currency": "EUR", "payment_type": "REGULAR",
    "response_code": "10000", "response_summary": "Approved", "processed_on": "2026-03-01T10:00:01.5Z",
    "metadata": {"coupon": "NY", "partner": 12},
    "customer": {"id": "cus_1", "email": "a@b.de", "name": "Ada B", "phone": {"country_code": "+49", "number": "301"}},
    "source": {"id": "src_1", "type": "card", "scheme": "VISA", "last_4": "0042", "expiry_month": 1,
               "expiry_year": 2030, "name": "ADA B", "bin": "424242", "fingerprint": "f",
               "billing_address": {"line1": "Street 1", "line2": "", "town_city": "Hoxton", "zip": "N1", "country": "GB"}},
    "balances": {"total_authorized": 6540, "total_voided": 0, "total_captured": 0, "total_refunded": 0}})";

std::string captured_data(const std::string& action, int amount) {
    return R"({"action_id": ")" + action + R"(", "reference": "CAP-)" + action + R"(", "amount": )" +
           std::to_string(amount) + "}";
}

TEST(PaymentView, HasEveryMemberWhenNothingIsKnown) {
    const Json expected = parsed(R"({
        "id": null, "kind": "payment", "reference": null, "currency": null, "payment_type": null, "state": null,
        "amount": 0, "authorized": 0, "captured": 0, "refunded": 0, "voided": 0, "returned": 0, "approved_at": null,
        "captured_at": null, "refunded_at": null, "captures": [], "refunds": [], "last_failure": null, "failures": 0,
        "retry": null, "metadata": {}, "source": null, "billing_address": null, "items": [], "plan": null, "3ds": null})");
    EXPECT_EQ(payment_view(PaymentState{}), expected);
}

TEST(PaymentView, OfAnApprovalShowsWhoPaysAndHow) {
    const Json shown = view({event("payment_approved", 2, approved_data)});
    EXPECT_EQ(shown["id"], "pay_1");
    EXPECT_EQ(shown["reference"], "ORD-1");
    EXPECT_EQ(shown["currency"], "EUR");
    EXPECT_EQ(shown["payment_type"], "Regular");
    EXPECT_EQ(shown["state"], "Authorized");
    EXPECT_EQ(shown["amount"], 6540);
    EXPECT_EQ(shown["authorized"], 6540);
    EXPECT_EQ(shown["captured"], 0);
    EXPECT_EQ(shown["approved_at"], "2026-03-01T10:00:01.500000000Z");
    EXPECT_EQ(shown["metadata"], parsed(R"({"coupon": "NY", "partner": 12})"));
    EXPECT_EQ(shown["source"], parsed(R"({"id": "src_1", "type": "card", "scheme": "VISA", "last4": "0042",
        "expiry_month": 1, "expiry_year": 2030, "wallet": null, "name": "ADA B"})"));
    EXPECT_EQ(shown["billing_address"], parsed(R"({"line1": "Street 1", "line2": null, "city": "Hoxton",
        "state": null, "zip": "N1", "country": "GB"})"));
}

TEST(PaymentView, CaptureKeepsItsOwnReferenceAndAmount) {
    const Json shown = view(
        {event("payment_captured", 3, captured_data("act_c", 1000)), event("payment_approved", 2, approved_data)});
    EXPECT_EQ(shown["reference"], "ORD-1");
    EXPECT_EQ(shown["amount"], 6540);
    EXPECT_EQ(shown["captured"], 1000);
    EXPECT_EQ(shown["state"], "Partially Captured");
    EXPECT_EQ(shown["captures"], parsed(R"([{"id": "act_c", "amount": 1000, "currency": "EUR",
        "reference": "CAP-act_c", "at": ")" +
                                        at(3) + R"("}])"));
}

TEST(PaymentView, OfACaptureAloneKnowsNoReference) {
    const Json shown = view({event("payment_captured", 3, captured_data("act_c", 1000))});
    EXPECT_TRUE(shown["reference"].is_null());
    EXPECT_EQ(shown["amount"], 1000);
    EXPECT_EQ(shown["captured"], 1000);
    EXPECT_EQ(shown["state"], "Captured");
}

TEST(PaymentView, PartialCapturesAreToldApartByAction) {
    const Json shown = view({event("payment_captured", 5, captured_data("act_2", 300)),
                             event("payment_captured", 4, captured_data("act_1", 200)),
                             event("payment_captured", 4, captured_data("act_1", 200))});
    EXPECT_EQ(shown["captured"], 500);
    ASSERT_EQ(shown["captures"].size(), 2U);
    EXPECT_EQ(shown["captures"][0]["id"], "act_1");
    EXPECT_EQ(shown["captured_at"], at(4));
}

TEST(PaymentView, ActionsOfOldBodiesWithoutActionIdAreToldApartByEvent) {
    const Json shown =
        view({event("payment_captured", 4, R"({"amount": 200})"), event("payment_captured", 5, R"({"amount": 300})"),
              event("payment_captured", 5, R"({"amount": 300})")});
    EXPECT_EQ(shown["captured"], 500);
}

TEST(PaymentView, BalancesFillInForCapturesNotYetHeard) {
    const Json shown = view({event("payment_refunded", 9, R"({"action_id": "act_r", "amount": 100, "balances":
        {"total_authorized": 900, "total_captured": 700, "total_refunded": 100}})")});
    EXPECT_EQ(shown["authorized"], 900);
    EXPECT_EQ(shown["captured"], 700);
    EXPECT_EQ(shown["refunded"], 100);
    EXPECT_EQ(shown["state"], "Partially Refunded");
    EXPECT_EQ(shown["captured_at"], at(9));
    EXPECT_EQ(shown["captures"], Json::array());
}

TEST(PaymentView, TheGreatestRunningTotalWinsNotTheLastArrival) {
    const Json shown = view({event("payment_captured", 5, R"({"action_id": "a2", "amount": 5, "balances":
                                 {"total_captured": 900}})"),
                             event("payment_captured", 4, R"({"action_id": "a1", "amount": 5, "balances":
                                 {"total_captured": 400}})")});
    EXPECT_EQ(shown["captured"], 900);
    EXPECT_EQ(shown["captured_at"], at(4));
}

TEST(PaymentView, PendingCapturesAndRefundsMoveNoMoneyUntilDone) {
    const Event capture_pending = event("payment_capture_pending", 3, captured_data("act_c", 500));
    EXPECT_EQ(view({capture_pending})["captured"], 0);
    EXPECT_EQ(view({capture_pending})["state"], "Authorized");
    const Event captured = event("payment_captured", 4, captured_data("act_c", 500));
    const Event refund_pending = event("payment_refund_pending", 5, captured_data("act_r", 500));
    const Event refunded = event("payment_refunded", 6, captured_data("act_r", 500));
    EXPECT_EQ(view({captured, capture_pending, refund_pending})["refunded"], 0);
    const Json shown = view({refunded, refund_pending, captured, capture_pending});
    EXPECT_EQ(shown["captured"], 500);
    EXPECT_EQ(shown["refunded"], 500);
    EXPECT_EQ(shown["state"], "Refunded");
    EXPECT_EQ(shown["refunded_at"], at(6));
}

TEST(PaymentView, DeclinedCapturesAndRefundsMoveNoMoneyAndAreNotThePayersFailure) {
    const Json shown = view({event("payment_approved", 2, approved_data),
                             event("payment_capture_declined", 3, captured_data("act_c", 500)),
                             event("payment_refund_declined", 4, captured_data("act_r", 500)),
                             event("payment_void_declined", 5, captured_data("act_v", 500))});
    EXPECT_EQ(shown["captured"], 0);
    EXPECT_EQ(shown["refunded"], 0);
    EXPECT_EQ(shown["voided"], 0);
    EXPECT_EQ(shown["failures"], 0);
    EXPECT_EQ(shown["state"], "Authorized");
}

TEST(PaymentView, VoidsOfAllAndOfAPart) {
    const Event approved = event("payment_approved", 2, approved_data);
    EXPECT_EQ(view({event("payment_voided", 3, captured_data("act_v", 6540)), approved})["state"], "Voided");
    const Json part = view({event("payment_voided", 3, captured_data("act_v", 540)), approved});
    EXPECT_EQ(part["state"], "Authorized");
    EXPECT_EQ(part["voided"], 540);
    EXPECT_EQ(view({event("payment_voided", 3, R"({"action_id": "v"})")})["state"], "Voided");
    EXPECT_EQ(view({event("payment_voided", 4, captured_data("act_v", 540)), approved,
                    event("payment_captured", 3, captured_data("act_c", 6000))})["state"],
              "Partially Captured");
}

TEST(PaymentView, ReturnedMoneyIsCountedBesideRefunds) {
    const Json shown = view({event("payment_captured", 3, captured_data("act_c", 500)),
                             event("payment_returned", 4, captured_data("act_r", 500))});
    EXPECT_EQ(shown["returned"], 500);
    EXPECT_EQ(shown["refunded"], 0);
    EXPECT_EQ(shown["refunds"], Json::array());
    EXPECT_EQ(shown["state"], "Refunded");
    EXPECT_EQ(shown["refunded_at"], at(4));
}

TEST(PaymentView, FailuresAreCountedByActionAndTheLastOneIsShown) {
    const Event first = event("payment_declined", 2, R"({"action_id": "a1", "amount": 100, "response_code": "2005C",
        "response_summary": "Declined"})");
    const Event scheduled = event("payment_retry_scheduled", 3, R"({"action_id": "a1", "amount": 100,
        "response_code": "20051", "processed_on": "2026-03-01T10:00:02Z",
        "retry": {"attempts_made": 0, "max_attempts": 6, "next_attempt_on": "2026-03-02T10:00:00.5Z",
                  "ends_on": "2026-04-01"}})");
    const Event second = event("payment_authentication_failed", 60, R"({"action_id": "a2", "response_code": 20152})");
    const Json once = view({scheduled, first});
    EXPECT_EQ(once["failures"], 1);
    EXPECT_EQ(once["state"], "Retry Scheduled");
    EXPECT_EQ(once["retry"], parsed(R"({"next_at": "2026-03-02T10:00:00.500000000Z",
        "ends_at": "2026-04-01T00:00:00.000000000Z", "attempts_made": 0, "max_attempts": 6})"));
    const Json twice = view({second, scheduled, first});
    EXPECT_EQ(twice["failures"], 2);
    EXPECT_EQ(twice["state"], "Declined");
    EXPECT_TRUE(twice["retry"].is_null());
    EXPECT_EQ(twice["last_failure"], parsed(R"({"code": "20152", "summary": null, "at": ")" + at(60) + R"("})"));
    EXPECT_EQ(view({first})["last_failure"]["code"], "2005C");
}

TEST(PaymentView, ARetriedPaymentMayBeApprovedAfterItsDecline) {
    const Event declined = event("payment_declined", 2, R"({"action_id": "a1", "amount": 6540})");
    const Event scheduled = event("payment_retry_scheduled", 3, R"({"action_id": "a1", "retry":
        {"next_attempt_on": "2026-03-02T10:00:00Z"}})");
    const Event approved = event("payment_approved", 90, R"({"action_id": "a2", "amount": 6540})");
    const Json shown = view({approved, scheduled, declined});
    EXPECT_EQ(shown["state"], "Authorized");
    EXPECT_TRUE(shown["retry"].is_null());
    EXPECT_EQ(shown["failures"], 1);
    EXPECT_EQ(shown["last_failure"]["at"], at(3));
}

TEST(PaymentView, AnyCaptureBeatsAnyDecline) {
    const Event captured = event("payment_captured", 3, captured_data("act_c", 500));
    const Event declined = event("payment_declined", 9, R"({"action_id": "a1"})");
    EXPECT_EQ(view({captured, declined})["state"], "Captured");
    EXPECT_EQ(view({declined, captured})["state"], "Captured");
}

TEST(PaymentView, EndsWithoutSuccess) {
    const Event pending = event("payment_pending", 1, R"({"amount": 5})");
    EXPECT_EQ(view({pending})["state"], "Pending");
    EXPECT_EQ(view({event("payment_expired", 4), pending})["state"], "Expired");
    EXPECT_EQ(view({event("payment_canceled", 4), pending})["state"], "Canceled");
    EXPECT_EQ(view({event("card_verified", 4, R"({"amount": 0})")})["state"], "Card Verified");
    EXPECT_EQ(view({event("card_verification_declined", 4, R"({"amount": 0})")})["state"], "Declined");
    EXPECT_EQ(view({event("payment_refund_pending", 4)})["state"], "Captured");
    EXPECT_TRUE(view({event("payment_optimized", 4)})["state"].is_null());
}

TEST(PaymentView, APlannedRetryThatIsCalledOffIsGone) {
    const Event scheduled = event("payment_retry_scheduled", 3, R"({"action_id": "a1", "retry":
        {"next_attempt_on": "2026-03-02T10:00:00Z"}})");
    const Json shown = view({event("payment_canceled", 8), scheduled});
    EXPECT_EQ(shown["state"], "Canceled");
    EXPECT_TRUE(shown["retry"].is_null());
}

TEST(PaymentView, PayoutsAreOfTheirOwnKindAndCountNoIncome) {
    const PaymentState state = merged({event("payment_approved", 2, R"({"action_id": "a", "amount": 500,
        "destination": {"type": "card", "last_4": "4242"}, "customer": {"id": "cus_1"},
        "balances": {"total_authorized": 500, "total_captured": 500}})")});
    const Json shown = payment_view(state);
    EXPECT_EQ(shown["kind"], "payout");
    EXPECT_EQ(shown["state"], "Paid");
    EXPECT_EQ(shown["amount"], 500);
    EXPECT_EQ(shown["captured"], 0);
    EXPECT_EQ(shown["authorized"], 0);
    EXPECT_TRUE(shown["approved_at"].is_null());
    EXPECT_TRUE(shown["source"].is_null());
    EXPECT_TRUE(contribution(state).empty());
    const Event paid =
        event("payment_paid", 3, R"({"amount": 5, "source": {"type": "currency_account", "id": "ca_1"}})");
    const Event returned = event("payment_returned", 4, R"({"amount": 5, "source": {"type": "currency_account"}})");
    EXPECT_EQ(view({paid})["state"], "Paid");
    EXPECT_EQ(view({returned, paid})["state"], "Returned");
    EXPECT_EQ(view({event("payment_declined", 2, R"({"destination": {"type": "card"}})")})["state"], "Declined");
}

TEST(PaymentView, NullAndAbsentNeverOverwrite) {
    const Event full = event("payment_approved", 2, approved_data);
    const Event bare = event("payment_approved", 9, R"({"action_id": "act_a", "reference": null, "amount": null,
        "customer": null, "source": {}, "metadata": {"coupon": null}, "payment_type": ""})");
    Json expected = view({full});
    expected["approved_at"] = at(9);
    EXPECT_EQ(view({full, bare}), expected);
    EXPECT_EQ(view({bare, full}), expected);
}

TEST(PaymentView, MetadataIsMergedByKeyTheNewestFirst) {
    const Json shown = view({event("payment_captured", 5, R"({"metadata": {"a": "new", "c": 3}})"),
                             event("payment_approved", 2, R"({"metadata": {"a": "old", "b": null, "d": ""}})"),
                             event("payment_refunded", 6, R"({"metadata": null})"),
                             event("payment_voided", 7, R"({"metadata": "text"})")});
    EXPECT_EQ(shown["metadata"], parsed(R"({"a": "new", "c": 3, "d": ""})"));
}

TEST(PaymentView, ASourceIsTakenWholeAndNeverMixedWithAnother) {
    const Json shown = view({event("payment_approved", 5, R"({"source": {"type": "card", "last_4": "1111"}})"),
                             event("payment_declined", 2, R"({"source": {"type": "card", "last4": "2222",
                                 "expiry_month": "07", "expiry_year": "2031"}})")});
    EXPECT_EQ(shown["source"]["last4"], "1111");
    EXPECT_TRUE(shown["source"]["expiry_month"].is_null());
}

TEST(PaymentView, BothSpellingsOfTheLastFourDigits) {
    EXPECT_EQ(view({event("payment_approved", 1, R"({"source": {"last4": "0007"}})")})["source"]["last4"], "0007");
    EXPECT_EQ(view({event("payment_approved", 1, R"({"source": {"last_4": 42}})")})["source"]["last4"], "0042");
}

TEST(PaymentView, WalletsAreFoundWhereverTheyAreSaid) {
    const auto wallet = [](const std::string& data) {
        return view({event("payment_approved", 1, data)})["source"]["wallet"];
    };
    EXPECT_EQ(wallet(R"({"source": {"type": "applepay"}})"), "applepay");
    EXPECT_EQ(wallet(R"({"source": {"type": "GooglePay"}})"), "googlepay");
    EXPECT_EQ(wallet(R"({"source": {"type": "card", "wallet": "apple_pay"}})"), "applepay");
    EXPECT_EQ(wallet(R"({"source": {"type": "card", "card_wallet_type": "googlepay"}})"), "googlepay");
    EXPECT_EQ(wallet(R"({"source": {"type": "card"}, "processing": {"wallet": "applepay"}})"), "applepay");
    EXPECT_TRUE(wallet(R"({"source": {"type": "card"}})").is_null());
}

TEST(PaymentView, PaymentTypesAreMendedAndUnknownOnesKept) {
    const auto type = [](const std::string& sent) {
        return view({event("payment_approved", 1, R"({"payment_type": ")" + sent + "\"}")})["payment_type"];
    };
    EXPECT_EQ(type("REGULAR"), "Regular");
    EXPECT_EQ(type("recurring"), "Recurring");
    EXPECT_EQ(type("Moto"), "MOTO");
    EXPECT_EQ(type("pay_later"), "PayLater");
    EXPECT_EQ(type("installment"), "Installment");
    EXPECT_EQ(type("unscheduled"), "Unscheduled");
    EXPECT_EQ(type("Novel"), "Novel");
}

TEST(PaymentView, AmountsThatAreNoMinorUnitsCountNothing) {
    for (const std::string amount :
         {"29.99", "\"29.990000\"", "-5", "1e30", "9007199254740993", "true", "null", "{}"})
        EXPECT_EQ(view({event("payment_captured", 1, R"({"action_id": "a", "amount": )" + amount + "}")})["captured"],
                  0)
            << amount;
    for (const std::string amount : {"1250", "\"1250\"", "1250.0"})
        EXPECT_EQ(view({event("payment_captured", 1, R"({"action_id": "a", "amount": )" + amount + "}")})["captured"],
                  1250)
            << amount;
}

TEST(PaymentView, SumsStopAtTheGreatestExactNumber) {
    const Json shown = view({event("payment_captured", 1, R"({"action_id": "a", "amount": 9007199254740991})"),
                             event("payment_captured", 2, R"({"action_id": "b", "amount": 9007199254740991})")});
    EXPECT_EQ(shown["captured"], 9007199254740991);
}

TEST(PaymentView, AuthenticationsOnlyFillWhatThePaymentItselfDoesNotSay) {
    const Event authentication = event(bodies::body("authentication_approved", 50, parsed(R"({"id": null,
        "payment_id": "pay_1", "amount": "1250", "currency": "gbp", "reference": "SESSION"})")));
    const Json alone = view({authentication});
    EXPECT_EQ(alone["amount"], 1250);
    EXPECT_EQ(alone["currency"], "GBP");
    EXPECT_EQ(alone["reference"], "SESSION");
    EXPECT_TRUE(alone["state"].is_null());
    const Json both = view({authentication, event("payment_approved", 2, approved_data)});
    EXPECT_EQ(both["amount"], 6540);
    EXPECT_EQ(both["currency"], "EUR");
    EXPECT_EQ(both["reference"], "ORD-1");
}

TEST(PaymentView, PlansItemsAndThreeDs) {
    const Json shown = view({event("payment_approved", 1, R"({"payment_plan": {"days_between_payments": 28,
        "amount_variability": "Fixed", "expiry": 20251031}, "items": [{"reference": "i1", "quantity": 2}],
        "3ds": {"enrolled": "Y", "cryptogram": "secret", "xid": "x", "version": "2.2.0"}})")});
    EXPECT_EQ(shown["plan"], parsed(R"({"name": null, "amount": null, "amount_variability": "Fixed",
        "interval": "month", "interval_count": 1, "days_between_payments": 28, "total_number_of_payments": null,
        "current_payment_number": null, "start_date": null, "expiry": "2025-10-31"})"));
    EXPECT_EQ(shown["items"], parsed(R"([{"reference": "i1", "quantity": 2}])"));
    EXPECT_EQ(shown["3ds"], parsed(R"({"enrolled": "Y", "version": "2.2.0"})"));
    const Json other = view({event("payment_approved", 1, R"({"payment_plan": {"days_between_payments": 5,
        "expiry": "20261332"}})")})["plan"];
    EXPECT_EQ(other["interval"], "day");
    EXPECT_EQ(other["interval_count"], 5);
    EXPECT_EQ(other["expiry"], "20261332") << "no date: as it was sent";
}

TEST(Contribution, IsWhatWasCapturedAndWhatCameBack) {
    const PaymentState state = merged({event("payment_captured", 3, captured_data("c1", 500)),
                                       event("payment_captured", 7, captured_data("c2", 200)),
                                       event("payment_refunded", 8, captured_data("r1", 100)),
                                       event("payment_returned", 9, captured_data("x1", 50)),
                                       event("payment_declined", 1, R"({"action_id": "a0"})")});
    const Contribution parts = contribution(state);
    ASSERT_EQ(parts.size(), 1U);
    const CurrencyContribution& part = parts.at("EUR");
    EXPECT_EQ(part.captured, 700);
    EXPECT_EQ(part.refunded, 150);
    EXPECT_EQ(part.payments, 1);
    EXPECT_EQ(part.failures, 1);
    EXPECT_EQ(part.first_at, base::parse_time(at(3)));
    EXPECT_EQ(part.last_at, base::parse_time(at(7)));
}

TEST(Contribution, IsNothingBeforeMoneyMoves) {
    EXPECT_TRUE(contribution(merged({event("payment_approved", 2, approved_data)})).empty());
    EXPECT_TRUE(contribution(PaymentState{}).empty());
}

TEST(Payer, KeepsTheMembersOfANewerShorterWordOnTheSameCustomer) {
    const Event full = event("payment_approved", 2, approved_data);
    const Event id_only = event("payment_declined", 5, R"({"customer": {"id": "cus_1"}})");
    for (const PaymentState& state : {merged({full, id_only}), merged({id_only, full})}) {
        EXPECT_EQ(payer(state).value("email"), "a@b.de");
        EXPECT_EQ(payer(state).value("phone"), "+49 301");
    }
}

TEST(Payer, NeverMixesTwoCustomers) {
    const Event first = event("payment_approved", 2, approved_data);
    const Event second = event("payment_declined", 5, R"({"customer": {"id": "cus_2", "name": "Bo"}})");
    for (const PaymentState& state : {merged({first, second}), merged({second, first})}) {
        EXPECT_EQ(payer(state).value("id"), "cus_2");
        EXPECT_EQ(payer(state).value("name"), "Bo");
        EXPECT_TRUE(payer(state).value("email").is_null());
    }
}

TEST(Payer, WithoutIdDoesNotHideTheOneWithIt) {
    const Event with_id = event("payment_approved", 2, R"({"customer": {"id": "cus_1"}})");
    const Event mail_only = event("payment_declined", 5, R"({"customer": {"email": "x@y.z"}})");
    for (const PaymentState& state : {merged({with_id, mail_only}), merged({mail_only, with_id})}) {
        EXPECT_EQ(payer(state).value("id"), "cus_1");
        EXPECT_EQ(payer(state).value("email"), "x@y.z");
    }
}

} // namespace
} // namespace paysync::checkout
