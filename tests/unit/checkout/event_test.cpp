// The envelopes of webhooks and what they hide.
#include "paysync/checkout/event.hpp"

#include "bodies.hpp"
#include "paysync/base/text.hpp"

#include <gtest/gtest.h>

namespace paysync::checkout {
namespace {

using base::Json;
using bodies::received_at;

Event read(const std::string& text) {
    const auto event = read_event(text, received_at);
    EXPECT_TRUE(event.has_value()) << text;
    return event ? *event : Event{};
}

std::string derived(const std::string& bytes) {
    return "sha256:" + base::sha256_hex(bytes);
}

TEST(Envelope, OfADeliveryIsRead) {
    const Envelope envelope = read_envelope(
        R"({"id":"evt_1","type":"payment_captured","version":"1.0.1","created_on":"2026-03-01T10:00:00.1234567Z",)"
        R"("data":{"id":"pay_1","processed_on":"2026-03-01T09:00:00Z"}})");
    EXPECT_EQ(envelope.id, "evt_1");
    EXPECT_EQ(envelope.type, "payment_captured");
    EXPECT_EQ(envelope.subject, "pay_1");
    EXPECT_EQ(envelope.occurred_at, base::parse_time("2026-03-01T10:00:00.1234567Z"));
    EXPECT_TRUE(envelope.is_json);
    EXPECT_FALSE(envelope.is_test);
}

TEST(Envelope, OfAnEventResourceHasATimestamp) {
    const Envelope envelope = read_envelope(R"({"id":"evt_1","source":"gateway","type":"payment_expired",)"
                                            R"("timestamp":"2021-06-11T12:01:26.316+00:00","data":{"id":"pay_1"}})");
    EXPECT_EQ(envelope.occurred_at, base::parse_time("2021-06-11T12:01:26.316Z"));
}

TEST(Envelope, WithoutATimeOfItsOwnTakesTheBusinessTime) {
    EXPECT_EQ(read_envelope(R"({"id":"e","data":{"processed_on":"2023-06-15T07:03:01.9998684"}})").occurred_at,
              base::parse_time("2023-06-15T07:03:01.9998684Z"));
    EXPECT_EQ(read_envelope(R"({"id":"e","created_on":"soon","timestamp":"2023-06-15T07:03:01Z"})").occurred_at,
              base::parse_time("2023-06-15T07:03:01Z"));
    EXPECT_EQ(read_envelope(R"({"id":"e","created_on":20230615,"data":{}})").occurred_at, std::nullopt);
}

TEST(Envelope, TakesTimesOfAllPublishedShapes) {
    for (const std::string time :
         {"2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000Z", "2026-03-01T10:00:00.0000000+00:00",
          "2026-03-01T10:00:00.000000000", "2026-03-01T10:00:00", "2026-03-01T12:00:00+02:00"})
        EXPECT_EQ(read_envelope(R"({"id":"e","created_on":")" + time + R"("})").occurred_at,
                  base::parse_time("2026-03-01T10:00:00Z"))
            << time;
    EXPECT_EQ(read_envelope(R"({"id":"e","created_on":"2025-03-21"})").occurred_at,
              base::parse_time("2025-03-21T00:00:00Z"));
}

TEST(Envelope, IdsAreOpaque) {
    EXPECT_EQ(read_envelope(R"({"id":"EVT/ä b "})").id, "EVT/ä b ");
    EXPECT_EQ(read_envelope(R"({"id":4711})").id, "4711");
    EXPECT_EQ(read_envelope(R"({"id":18446744073709551615})").id, "18446744073709551615");
}

TEST(Envelope, WithoutAUsableIdIsNamedByItsBytes) {
    for (const std::string body : {R"({"type":"x"})", R"({"id":""})", R"({"id":null})", R"({"id":{"a":1}})",
                                   R"({"id":true})", R"([1])", R"("text")", "null"}) {
        EXPECT_EQ(read_envelope(body).id, derived(body)) << body;
        EXPECT_TRUE(read_envelope(body).is_json) << body;
    }
}

TEST(Envelope, IdsThatReadingWouldRoundDoNotBecomeOne) {
    const std::string one = R"({"id":123456789012345678901234567890})";
    const std::string other = R"({"id":123456789012345678901234567891})";
    EXPECT_NE(read_envelope(one).id, read_envelope(other).id);
}

TEST(Envelope, OfWhatIsNoJsonIsNamedByItsBytes) {
    for (const std::string body : {"", "{", "hello", "{\"id\":\"evt_1\" \xEF\xBF\xBD {}", "{\"id\":\"\xFF\"}"}) {
        const Envelope envelope = read_envelope(body);
        EXPECT_FALSE(envelope.is_json) << body;
        EXPECT_EQ(envelope.id, derived(body)) << body;
        EXPECT_EQ(envelope.type, "");
        EXPECT_EQ(envelope.subject, "");
        EXPECT_EQ(envelope.occurred_at, std::nullopt);
    }
}

TEST(Envelope, NestedWithoutEndIsNoJsonAndHarmless) {
    EXPECT_FALSE(read_envelope(std::string(500000, '[')).is_json);
}

TEST(Envelope, SubjectIsThePaymentElseWhatItSpeaksOf) {
    EXPECT_EQ(read_envelope(R"({"type":"dispute_won","data":{"id":"dsp_1","payment_id":"pay_1"}})").subject, "pay_1");
    EXPECT_EQ(read_envelope(R"({"type":"dispute_won","data":{"id":"dsp_1"}})").subject, "dsp_1");
    EXPECT_EQ(read_envelope(R"({"type":"authentication_failed","data":{"payment_id":"pay_1"}})").subject, "pay_1");
    EXPECT_EQ(read_envelope(R"({"type":"fraud_reported","data":{"payment":{"id":"pay_1"}}})").subject, "pay_1");
    EXPECT_EQ(read_envelope(R"({"type":"card_updated","data":{"client_id":"cli_1"}})").subject, "");
    EXPECT_EQ(read_envelope(R"({"type":"payment_captured","data":[1]})").subject, "");
}

TEST(Envelope, TestEventsAreFlaggedWhereverTheFlagSits) {
    EXPECT_TRUE(read_envelope(R"({"id":"e","isTest":true})").is_test);
    EXPECT_TRUE(read_envelope(R"({"id":"e","data":{"isTest":true}})").is_test);
    EXPECT_TRUE(read_envelope(R"({"id":"e","isTest":"True"})").is_test);
    EXPECT_FALSE(read_envelope(R"({"id":"e","isTest":false,"data":{"isTest":"no"}})").is_test);
    EXPECT_TRUE(read(R"({"id":"e","type":"payment_captured","data":{"id":"p","isTest":true}})").is_test);
}

TEST(Event, IsRefusedOnlyWhenItIsNoJsonObject) {
    for (const std::string body : {"", "[]", "1", "\"x\"", "null", "{"})
        EXPECT_EQ(read_event(body, received_at).error().code, base::Errc::invalid) << body;
    const Event empty = read("{}");
    EXPECT_EQ(empty.id, derived("{}"));
    EXPECT_EQ(empty.type, "");
    EXPECT_EQ(empty.family, Family::other);
    EXPECT_EQ(empty.occurred_at, received_at);
    EXPECT_EQ(empty.occurred_at_text, "2026-03-01T12:00:00.000000000Z");
    EXPECT_EQ(empty.processed_at, received_at);
    EXPECT_EQ(empty.data, Json::object());
}

TEST(Event, WithDataOfAnotherTypeHasEmptyData) {
    for (const std::string data : {"null", "[]", "\"x\"", "7"}) {
        const Event event = read(R"({"id":"e","type":"payment_captured","data":)" + data + "}");
        EXPECT_EQ(event.data, Json::object());
        EXPECT_EQ(event.payment_id, "");
        EXPECT_EQ(event.family, Family::payment);
    }
}

TEST(Event, OfAPaymentNamesPaymentActionAndCustomer) {
    const Event event = read(R"({"id":"e","type":"payment_approved","created_on":"2026-03-01T10:00:00.5Z","data":)"
                             R"({"id":"pay_1","action_id":"act_1","processed_on":"2026-03-01T09:59:59.1+00:00",)"
                             R"("customer":{"id":"cus_1","email":"A@b.de"}}})");
    EXPECT_EQ(event.family, Family::payment);
    EXPECT_EQ(event.payment_id, "pay_1");
    EXPECT_EQ(event.action_id, "act_1");
    EXPECT_EQ(event.dispute_id, "");
    EXPECT_EQ(event.customer_id, "cus_1");
    EXPECT_EQ(event.customer_email, "A@b.de");
    EXPECT_EQ(event.occurred_at_text, "2026-03-01T10:00:00.5Z");
    EXPECT_EQ(event.processed_at, base::parse_time("2026-03-01T09:59:59.1Z"));
    EXPECT_FALSE(event.is_payout);
    EXPECT_EQ(event.body["id"], "e");
}

TEST(Event, OfADisputeHasTheDisputeInDataId) {
    const Event event = read(R"({"id":"e","type":"dispute_received","data":{"id":"dsp_1","payment_id":"pay_1",)"
                             R"("payment_action_id":"act_1"}})");
    EXPECT_EQ(event.family, Family::dispute);
    EXPECT_EQ(event.payment_id, "pay_1");
    EXPECT_EQ(event.dispute_id, "dsp_1");
    EXPECT_EQ(event.action_id, "");
    EXPECT_EQ(read(R"({"type":"request_for_information_received","data":{"id":"rtvl_1","payment_id":"p"}})").family,
              Family::dispute);
}

TEST(Event, FindsThePaymentThroughLinksWhenDataLacksIt) {
    EXPECT_EQ(read(R"({"type":"dispute_won","data":{"id":"dsp_1"},"_links":{"payment":)"
                   R"({"href":"https://api.checkout.com/payments/pay_1"}}})")
                  .payment_id,
              "pay_1");
    EXPECT_EQ(read(R"({"type":"payment_captured","data":{},"_links":{"payment":{"href":"/payments/pay_2?x=1"},)"
                   R"("subject":{"href":"/workflows/events/subject/pay_other"}}})")
                  .payment_id,
              "pay_2");
}

TEST(Event, OfAnAuthenticationHasNoIdOfItsOwn) {
    const Event event = read(R"({"id":"e","type":"authentication_approved","data":{"payment_id":"pay_1",)"
                             R"("session_id":"sid_1","amount":"1250"}})");
    EXPECT_EQ(event.family, Family::payment);
    EXPECT_EQ(event.payment_id, "pay_1");
    EXPECT_EQ(read(R"({"id":"e","type":"authentication_started","data":{"session_id":"sid_1"}})").family,
              Family::other);
}

TEST(Event, FraudReportsNameThePaymentInside) {
    const Event event = read(R"({"id":"e","type":"fraud_reported","data":{"payment":{"id":"pay_1"}}})");
    EXPECT_EQ(event.family, Family::other);
    EXPECT_EQ(event.payment_id, "pay_1");
}

TEST(Event, BankAccountsOfSubEntitiesAreNoPayments) {
    const Event event = read(R"({"id":"e","type":"payment_instrument_verified","data":{"id":"ppi_1"}})");
    EXPECT_EQ(event.family, Family::other);
    EXPECT_EQ(event.payment_id, "");
    EXPECT_EQ(read(R"({"id":"e","type":"payments_enabled","data":{"id":"ent_1"}})").family, Family::other);
    EXPECT_EQ(read(R"({"id":"e","type":"authorization_declined","data":{"id":"x"}})").payment_id, "");
}

TEST(Event, MoneyOutIsToldByItsContent) {
    const auto is_payout = [](const std::string& type, const std::string& data) {
        return read(R"({"id":"e","type":")" + type + R"(","data":)" + data + "}").is_payout;
    };
    EXPECT_TRUE(is_payout("payment_declined", R"({"id":"p","destination":{"type":"card"}})"));
    EXPECT_TRUE(is_payout("payment_approved", R"({"id":"p","source":{"type":"currency_account"}})"));
    EXPECT_TRUE(is_payout("payment_paid", R"({"id":"p"})"));
    EXPECT_TRUE(
        is_payout("payment_returned",
                  R"({"id":"p","source":{"type":"currency_account"},"destination":{"type":"bank_account"}})"));
    EXPECT_FALSE(is_payout("payment_returned", R"({"id":"p","source":{"type":"ach"}})"));
    EXPECT_FALSE(is_payout("payment_approved", R"({"id":"p","source":{"type":"card"}})"));
    EXPECT_FALSE(
        is_payout("payment_approved", R"({"id":"p","source":{"type":"card"},"destination":{"type":"card"}})"));
    EXPECT_FALSE(is_payout("payment_approved", R"({"id":"p","destination":{}})"));
    EXPECT_FALSE(is_payout("payment_captured", R"({"id":"p"})"));
}

TEST(Event, NumbersWhereTextIsExpectedAreReadAsText) {
    const Event event = read(R"({"id":7,"type":"payment_approved","data":{"id":12,"action_id":13,)"
                             R"("customer":{"id":14}}})");
    EXPECT_EQ(event.id, "7");
    EXPECT_EQ(event.payment_id, "12");
    EXPECT_EQ(event.action_id, "13");
    EXPECT_EQ(event.customer_id, "14");
    EXPECT_EQ(read(R"({"id":"e","type":5})").type, "");
}

TEST(Event, NullsEverywhereAreAsGoodAsAbsent) {
    const Event event = read(R"({"id":null,"type":null,"created_on":null,"data":{"id":null,"action_id":null,)"
                             R"("customer":null,"source":null,"destination":null,"metadata":null}})");
    EXPECT_EQ(event.type, "");
    EXPECT_EQ(event.customer_id, "");
    EXPECT_EQ(event.occurred_at, received_at);
}

} // namespace
} // namespace paysync::checkout
