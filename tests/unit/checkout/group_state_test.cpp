// Payments that belong together, seen as one.
#include "paysync/checkout/group_state.hpp"

#include "bodies.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace paysync::checkout {
namespace {

using base::Json;
using bodies::parsed;

using Members = std::map<std::string, Json>;

/// An event of `payment` at that time; `more` is merged into its data.
Event said(const std::string& type, const std::string& payment, const std::string& at, Json more = Json::object()) {
    Json data{{"id", payment},      {"action_id", "act_" + type + at}, {"amount", 1000}, {"currency", "EUR"},
              {"processed_on", at}, {"reference", "R-" + payment}};
    data.update(more);
    return bodies::event(
        Json{{"id", "evt_" + type + payment + at}, {"type", type}, {"created_on", at}, {"data", data}});
}

Members members_of(const std::vector<Event>& events) {
    std::map<std::string, PaymentState> states;
    for (const Event& event : events) merge(states[event.payment_id], event);
    Members members;
    for (const auto& [id, state] : states)
        if (Json made = group_member(state); !made.is_null()) members[id] = made;
    return members;
}

/// The view of these events, and the proof that their order does not matter.
Json group_of(std::vector<Event> events) {
    const Json view = group_view("g", members_of(events));
    const auto earlier = [](const Event& a, const Event& b) { return a.id < b.id; };
    std::sort(events.begin(), events.end(), earlier);
    int turns = 0;
    do {
        EXPECT_EQ(group_view("g", members_of(events)), view);
    } while (++turns < 130 && std::next_permutation(events.begin(), events.end(), earlier));
    return view;
}

std::string exactly(const std::string& at) {
    return base::format_utc_exact(*base::parse_time(at));
}

const Json monthly{{"metadata", {{"interval", "month"}}}};

TEST(GroupView, OfNoGroupHasEveryMember) {
    EXPECT_EQ(group_view("", {}), parsed(R"({
        "id": null, "currency": null, "totals": {}, "payments": 0, "attempts": 0, "authorized": 0, "captured": 0,
        "refunded": 0, "failures": 0, "failures_in_a_row": 0, "first_failed_at": null, "last_failure": null,
        "recovered_at": null, "last": null, "previous": null, "first_captured_at": null, "last_captured_at": null,
        "canceled": false, "interval": null, "interval_count": null, "term_ends_at": null, "next_billing_at": null,
        "retry": null, "card": null})"));
}

TEST(GroupView, AddsUpThePaymentsOfOneOrder) {
    const Json view = group_of({said("payment_approved", "pay_1", "2026-01-01T10:00:00Z"),
                                said("payment_captured", "pay_1", "2026-01-01T11:00:00Z"),
                                said("payment_refunded", "pay_1", "2026-01-05T10:00:00Z", {{"amount", 300}}),
                                said("payment_approved", "pay_2", "2026-01-02T10:00:00Z", {{"amount", 50}}),
                                said("payment_captured", "pay_2", "2026-01-02T10:00:01Z", {{"amount", 50}})});
    EXPECT_EQ(view["id"], "g");
    EXPECT_EQ(view["currency"], "EUR");
    EXPECT_EQ(view["authorized"], 1050);
    EXPECT_EQ(view["captured"], 1050);
    EXPECT_EQ(view["refunded"], 300);
    EXPECT_EQ(view["payments"], 2);
    EXPECT_EQ(view["attempts"], 2);
    EXPECT_EQ(view["failures"], 0);
    EXPECT_EQ(view["totals"],
              parsed(R"({"EUR": {"authorized": 1050, "captured": 1050, "refunded": 300, "payments": 2}})"));
    EXPECT_EQ(view["first_captured_at"], exactly("2026-01-01T11:00:00Z"));
    EXPECT_EQ(view["last_captured_at"], exactly("2026-01-02T10:00:01Z"));
    EXPECT_EQ(view["last"], parsed(R"({"id": "pay_2", "reference": "R-pay_2", "amount": 50, "currency": "EUR",
        "payment_type": null, "approved_at": "2026-01-02T10:00:00.000000000Z",
        "captured_at": "2026-01-02T10:00:01.000000000Z", "state": "Captured"})"));
}

TEST(GroupView, KeepsCurrenciesApart) {
    const Json view =
        group_of({said("payment_captured", "pay_1", "2026-01-01T10:00:00Z"),
                  said("payment_captured", "pay_2", "2026-01-02T10:00:00Z", {{"amount", 700}, {"currency", "GBP"}})});
    EXPECT_TRUE(view["currency"].is_null());
    EXPECT_EQ(view["captured"], 0);
    EXPECT_EQ(view["payments"], 2);
    EXPECT_EQ(view["totals"]["EUR"]["captured"], 1000);
    EXPECT_EQ(view["totals"]["GBP"]["captured"], 700);
    EXPECT_TRUE(view["previous"].is_null()) << "amounts of two currencies are no upgrade";
}

TEST(GroupView, CountsFailuresUntilASuccess) {
    const Event first = said("payment_declined", "pay_1", "2026-01-01T10:00:00Z", {{"response_code", "20051"}});
    const Event second = said("payment_declined", "pay_2", "2026-01-02T10:00:00Z",
                              {{"response_code", "20005"}, {"response_summary", "No"}});
    const Json failing = group_of({first, second});
    EXPECT_EQ(failing["failures"], 2);
    EXPECT_EQ(failing["failures_in_a_row"], 2);
    EXPECT_EQ(failing["attempts"], 2);
    EXPECT_EQ(failing["first_failed_at"], exactly("2026-01-01T10:00:00Z"));
    EXPECT_EQ(
        failing["last_failure"],
        parsed(R"({"code": "20005", "summary": "No", "at": "2026-01-02T10:00:00.000000000Z", "payment": "pay_2"})"));
    EXPECT_TRUE(failing["recovered_at"].is_null());

    const Event success = said("payment_approved", "pay_3", "2026-01-03T10:00:00Z");
    const Event captured = said("payment_captured", "pay_3", "2026-01-09T10:00:00Z");
    const Json recovered = group_of({first, second, success, captured});
    EXPECT_EQ(recovered["failures"], 2);
    EXPECT_EQ(recovered["failures_in_a_row"], 0);
    EXPECT_EQ(recovered["attempts"], 3);
    EXPECT_EQ(recovered["recovered_at"], exactly("2026-01-03T10:00:00Z"));
    EXPECT_EQ(recovered["first_failed_at"], exactly("2026-01-01T10:00:00Z"));

    const Event again = said("payment_declined", "pay_4", "2026-02-01T10:00:00Z");
    const Json second_row = group_of({first, success, captured, again});
    EXPECT_EQ(second_row["failures"], 2);
    EXPECT_EQ(second_row["failures_in_a_row"], 1);
    EXPECT_EQ(second_row["first_failed_at"], exactly("2026-02-01T10:00:00Z"));
    EXPECT_TRUE(second_row["recovered_at"].is_null()) << "what failed now has not recovered";
}

TEST(GroupView, ACaptureAfterAFailureOfAnotherPaymentIsNoRecovery) {
    const Json view = group_of({said("payment_approved", "pay_1", "2026-01-01T10:00:00Z"),
                                said("payment_declined", "pay_2", "2026-01-02T10:00:00Z"),
                                said("payment_captured", "pay_1", "2026-01-03T10:00:00Z")});
    EXPECT_EQ(view["failures_in_a_row"], 1);
    EXPECT_EQ(view["captured"], 1000);
}

TEST(GroupView, ARetriedPaymentThatSucceedsIsASuccess) {
    const Event scheduled =
        said("payment_retry_scheduled", "pay_1", "2026-01-01T10:00:00Z",
             {{"action_id", "act_1"},
              {"response_code", "20051"},
              {"retry", {{"next_attempt_on", "2026-01-04T10:00:00.5Z"}, {"ends_on", "2026-02-01T00:00:00Z"}}}});
    const Event declined = said("payment_declined", "pay_1", "2026-01-01T10:00:00Z", {{"action_id", "act_1"}});
    const Json waiting = group_of({declined, scheduled});
    EXPECT_EQ(waiting["failures"], 1) << "two words about one attempt";
    EXPECT_EQ(waiting["retry"], parsed(R"({"next_at": "2026-01-04T10:00:00.500000000Z",
        "ends_at": "2026-02-01T00:00:00.000000000Z"})"));
    EXPECT_EQ(waiting["next_billing_at"], waiting["retry"]["next_at"]);
    EXPECT_EQ(waiting["last"]["state"], "Retry Scheduled");

    const Json paid =
        group_of({declined, scheduled, said("payment_approved", "pay_1", "2026-01-04T10:00:01Z", monthly)});
    EXPECT_TRUE(paid["retry"].is_null());
    EXPECT_EQ(paid["failures_in_a_row"], 0);
    EXPECT_EQ(paid["attempts"], 2);
    EXPECT_EQ(paid["recovered_at"], exactly("2026-01-04T10:00:01Z"));
    EXPECT_EQ(paid["next_billing_at"], exactly("2026-02-04T10:00:01Z"));
}

TEST(GroupView, ShowsTheAmountBeforeAnUpgradeAndBeforeADowngrade) {
    std::vector<Event> events{said("payment_approved", "pay_1", "2026-01-10T10:00:00Z"),
                              said("payment_approved", "pay_2", "2026-02-10T10:00:00Z"),
                              said("payment_declined", "pay_x", "2026-02-20T10:00:00Z", {{"amount", 7}}),
                              said("payment_approved", "pay_3", "2026-03-10T10:00:00Z", {{"amount", 1500}})};
    const Json up = group_of(events);
    EXPECT_EQ(up["last"]["id"], "pay_3");
    EXPECT_EQ(up["last"]["amount"], 1500);
    EXPECT_EQ(up["previous"]["id"], "pay_2") << "the declined one never was an amount that they paid";
    EXPECT_EQ(up["previous"]["amount"], 1000);

    events.push_back(said("payment_approved", "pay_4", "2026-04-10T10:00:00Z", {{"amount", 800}}));
    const Json down = group_of(events);
    EXPECT_EQ(down["last"]["amount"], 800);
    EXPECT_EQ(down["previous"]["amount"], 1500);
    EXPECT_TRUE(group_of({events[0], events[1]})["previous"].is_null()) << "nothing changed";
}

TEST(GroupView, ALateCaptureMakesNoPaymentNewer) {
    const Json view = group_of({said("payment_approved", "pay_1", "2026-01-10T10:00:00Z"),
                                said("payment_approved", "pay_2", "2026-02-10T10:00:00Z"),
                                said("payment_captured", "pay_1", "2026-02-11T10:00:00Z")});
    EXPECT_EQ(view["last"]["id"], "pay_2");
}

TEST(GroupView, IsCanceledByItsNewestWordAndResumedByALaterPayment) {
    const Event paid = said("payment_approved", "pay_1", "2026-01-10T10:00:00Z", monthly);
    const Event failed = said("payment_retry_scheduled", "pay_2", "2026-02-10T10:00:00Z");
    const Event canceled = said("payment_canceled", "pay_2", "2026-02-11T10:00:00Z");
    const Json over = group_of({paid, failed, canceled});
    EXPECT_EQ(over["canceled"], true);
    EXPECT_TRUE(over["next_billing_at"].is_null());
    EXPECT_TRUE(over["retry"].is_null());

    const Json resumed =
        group_of({paid, failed, canceled, said("payment_approved", "pay_3", "2026-04-01T10:00:00Z")});
    EXPECT_EQ(resumed["canceled"], false);
    EXPECT_EQ(resumed["next_billing_at"], exactly("2026-05-01T10:00:00Z"));
}

TEST(GroupView, IsCanceledWhereTheCardHolderStoppedIt) {
    const Event stopped = said("payment_declined", "pay_2", "2026-02-10T10:00:00Z", {{"response_code", "200R1"}});
    const Event paid = said("payment_approved", "pay_1", "2026-01-10T10:00:00Z", monthly);
    EXPECT_EQ(group_of({paid, stopped})["canceled"], true);
    const Event short_of_money =
        said("payment_declined", "pay_2", "2026-02-10T10:00:00Z", {{"response_code", "20051"}});
    EXPECT_EQ(group_of({paid, short_of_money})["canceled"], false);
}

TEST(GroupView, TakesTheMerchantsWordOnTheSubscription) {
    const Event paid = said("payment_approved", "pay_1", "2026-01-10T10:00:00Z");
    const Event last = said("payment_approved", "pay_2", "2026-02-10T10:00:00Z",
                            {{"metadata", {{"subscription_status", "Cancelled"}, {"term_ends_at", "2026-12-31"}}}});
    const Json over = group_of({paid, last});
    EXPECT_EQ(over["canceled"], true);
    EXPECT_EQ(over["term_ends_at"], "2026-12-31") << "a date is no midnight";
    EXPECT_EQ(group_of({paid, last, said("payment_approved", "pay_3", "2026-03-10T10:00:00Z")})["canceled"], false);
    const Event active =
        said("payment_declined", "pay_3", "2026-03-10T10:00:00Z",
             {{"metadata", {{"subscription_status", "active"}, {"term_ends_at", "2027-01-31T00:00:00+02:00"}}}});
    const Json back = group_of({paid, last, active});
    EXPECT_EQ(back["canceled"], false);
    EXPECT_EQ(back["term_ends_at"], exactly("2027-01-30T22:00:00Z"));
}

TEST(GroupView, ACardCheckTellsOfTheCardAndOfNoPayment) {
    const Json source{
        {"type", "card"}, {"scheme", "Visa"}, {"last_4", "4242"}, {"expiry_month", 2}, {"expiry_year", 2028}};
    const Event paid = said("payment_approved", "pay_1", "2026-01-10T10:00:00Z");
    const Event checked = said("card_verified", "pay_2", "2026-02-01T10:00:00Z", {{"amount", 0}, {"source", source}});
    const Event refused = said("card_verification_declined", "pay_3", "2026-02-02T10:00:00Z",
                               {{"amount", 0}, {"source", {{"type", "card"}, {"last_4", "1111"}}}});
    const Json view = group_of({paid, checked, refused});
    EXPECT_EQ(view["last"]["id"], "pay_1");
    EXPECT_EQ(view["attempts"], 1);
    EXPECT_EQ(view["failures"], 0);
    EXPECT_EQ(view["card"], parsed(R"({"id": null, "type": "card", "scheme": "Visa", "last4": "4242",
        "expiry_month": 2, "expiry_year": 2028, "expiry": "2028-02-29"})"));
}

TEST(GroupView, BillsByTheCalendar) {
    const auto next = [](const std::vector<std::string>& billed, const Json& metadata) {
        std::vector<Event> events;
        for (const std::string& at : billed)
            events.push_back(said("payment_approved", "pay_" + at, at, {{"metadata", metadata}}));
        return group_view("g", members_of(events))["next_billing_at"];
    };
    const std::string jan = "2026-01-31T23:30:00.25Z";
    const std::string feb = "2026-02-28T23:30:00Z";
    EXPECT_EQ(next({jan}, {{"interval", "month"}}), exactly("2026-02-28T23:30:00.25Z"));
    EXPECT_EQ(next({jan, feb}, {{"interval", "Monthly"}}), exactly("2026-03-31T23:30:00Z")) << "back to the 31st";
    EXPECT_EQ(next({feb}, {{"interval", "month"}}), exactly("2026-03-28T23:30:00Z"));
    EXPECT_EQ(next({"2026-01-15T00:00:00Z", feb}, {{"interval", "month"}}), exactly("2026-03-28T23:30:00Z"));
    EXPECT_EQ(next({"2027-11-30T08:00:00Z"}, {{"interval", "quarter"}}), exactly("2028-02-29T08:00:00Z"));
    EXPECT_EQ(next({"2028-02-29T08:00:00Z"}, {{"interval", "annually"}}), exactly("2029-02-28T08:00:00Z"));
    EXPECT_EQ(next({jan}, {{"interval", "month"}, {"interval_count", "3"}}), exactly("2026-04-30T23:30:00.25Z"));
    EXPECT_EQ(next({jan}, {{"interval", "every 2 weeks"}}), exactly("2026-02-14T23:30:00.25Z"));
    EXPECT_EQ(next({jan}, {{"interval", "day"}}), exactly("2026-02-01T23:30:00.25Z"));
    for (const char* unknown : {"biweekly", "sometimes", "", "0 months", "99999999999999999999 days", "200 years"})
        EXPECT_TRUE(next({jan}, {{"interval", unknown}}).is_null()) << unknown;
}

TEST(GroupView, ThePlansDaysSayTheInterval) {
    const auto interval = [](int days) {
        const Json view = group_view("g", members_of({said("payment_approved", "pay_1", "2026-01-10T10:00:00Z",
                                                           {{"payment_plan", {{"days_between_payments", days}}},
                                                            {"metadata", {{"interval", "year"}}}})}));
        return std::pair(view["interval"], view["interval_count"]);
    };
    EXPECT_EQ(interval(7), std::pair(Json("week"), Json(1)));
    EXPECT_EQ(interval(14), std::pair(Json("week"), Json(2)));
    EXPECT_EQ(interval(28), std::pair(Json("month"), Json(1)));
    EXPECT_EQ(interval(30), std::pair(Json("month"), Json(1)));
    EXPECT_EQ(interval(90), std::pair(Json("quarter"), Json(1)));
    EXPECT_EQ(interval(182), std::pair(Json("month"), Json(6)));
    EXPECT_EQ(interval(365), std::pair(Json("year"), Json(1)));
    EXPECT_EQ(interval(10), std::pair(Json("day"), Json(10)));
    EXPECT_EQ(interval(0), std::pair(Json("year"), Json(1))) << "the plan says nothing, metadata does";
}

TEST(GroupMember, IsNothingForPayoutsAndForWhatSaysNothing) {
    EXPECT_TRUE(group_member(PaymentState{}).is_null());
    EXPECT_TRUE(group_member(bodies::merged({said("payment_paid", "pay_1", "2026-01-01T00:00:00Z")})).is_null());
    EXPECT_TRUE(group_member(bodies::merged({bodies::event("authentication_started", 1,
                                                           R"({"payment_id": "pay_1", "amount": "5"})")}))
                    .is_null());
}

TEST(GroupMember, OfAnotherVersionIsLeftOut) {
    Members members = members_of({said("payment_captured", "pay_1", "2026-01-01T10:00:00Z"),
                                  said("payment_captured", "pay_2", "2026-01-02T10:00:00Z")});
    ASSERT_TRUE(is_group_member(members.at("pay_1")));
    const Json only_first = group_view("g", {{"pay_1", members.at("pay_1")}});
    members.at("pay_2")["version"] = 99;
    EXPECT_FALSE(is_group_member(members.at("pay_2")));
    EXPECT_EQ(group_view("g", members), only_first);
    for (const Json& odd : {Json(), Json("x"), Json::array(), Json{{"version", 1}}})
        EXPECT_FALSE(is_group_member(odd)) << odd;
}

TEST(GroupMember, SurvivesWhateverItsMembersAre) {
    const Json odd = parsed(R"({"version": 1, "began_at": "x", "successes": [1, "soon"], "failures": [null, 5, {}],
        "captured": "many", "card": {}, "retry": {}, "interval": "month", "currency": 7, "subscription_status": "canceled"})");
    const Json view = group_view("g", {{"pay_1", odd}});
    EXPECT_EQ(view["failures"], 3);
    EXPECT_EQ(view["canceled"], true);
    EXPECT_TRUE(view["next_billing_at"].is_null());
}

} // namespace
} // namespace paysync::checkout
