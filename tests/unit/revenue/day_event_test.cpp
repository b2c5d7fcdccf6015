// A figure as an event, and back.
#include "paysync/revenue/day_event.hpp"

#include "paysync/checkout/payment_state.hpp"

#include <gtest/gtest.h>

namespace paysync::revenue {
namespace {

using base::Json;

const base::WallTime now = base::parse_time("2026-03-02T02:00:00Z").value();

store::Figure figure(const std::string& dimensions = "{}") {
    store::Figure made;
    made.key = {"2026-03-01", "EUR", dimensions};
    made.sums = {1000, 200, 30, 4, 6, 5, 70, 8};
    made.version = 3;
    return made;
}

TEST(DayEvent, SaysAllFiguresOfItsDay) {
    const store::NewEvent event = day_event(figure(R"({"payment_type":"Regular","source.scheme":null})"), now);
    const Json body = base::parse_json(event.body).value();
    EXPECT_EQ(body["type"], "revenue_day");
    EXPECT_EQ(body["created_on"], "2026-03-02T02:00:00.000000000Z");
    Json expected = base::parse_json(R"({"day": "2026-03-01", "currency": "EUR",
        "dimensions": {"payment_type": "Regular", "source.scheme": null},
        "captured": 1000, "refunded": 200, "charged_back": 30, "count": 4, "attempted": 6, "approved": 5,
        "failed": 70, "recovered": 8})")
                        .value();
    expected["id"] = body["data"]["id"];
    EXPECT_EQ(body["data"], expected);
    EXPECT_EQ(event.subject, body["data"]["id"]);
}

TEST(DayEvent, HasAnIdForEachVersionOfEachFigure) {
    EXPECT_EQ(day_event(figure(), now).id, "revenue_day/2026-03-01/EUR/3");
    EXPECT_EQ(day_event(figure(), now).id, day_event(figure(), now + std::chrono::hours{1}).id);
    store::Figure newer = figure();
    newer.version = 4;
    EXPECT_NE(day_event(newer, now).id, day_event(figure(), now).id);
    const auto subject = [](const std::string& value) {
        return day_event(figure(Json{{"metadata.shop", value}}.dump()), now).subject;
    };
    EXPECT_TRUE(subject("Nord").starts_with("2026-03-01/EUR/metadata.shop=Nord/")) << subject("Nord");
    EXPECT_NE(base::Json(subject("Nord")), base::Json(subject("nord")));
    EXPECT_NE(subject("Zoë"), subject("Zoé"));
    EXPECT_NE(subject(std::string(400, 'x')), subject(std::string(401, 'x')));
    EXPECT_LE(subject(std::string(400, 'x')).size(), 255U);
}

TEST(DayEvent, IsNoPaymentsAndNoTest) {
    const store::NewEvent stored = day_event(figure(R"({"metadata.isTest":"true"})"), now);
    const auto event = checkout::read_event(stored.body, now);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->family, checkout::Family::other);
    EXPECT_FALSE(event->is_test);
    EXPECT_FALSE(event->is_payout);
    EXPECT_EQ(event->payment_id, "");
    EXPECT_EQ(event->id, stored.id);
    EXPECT_EQ(event->type, day_event_type);
    EXPECT_EQ(event->occurred_at, now);
    checkout::PaymentState state;
    EXPECT_FALSE(checkout::merge(state, *event).changed);
    const checkout::Envelope envelope = checkout::read_envelope(stored.body);
    EXPECT_EQ(envelope.subject, stored.subject);
    EXPECT_EQ(envelope.id, stored.id);
}

TEST(DayEvent, NamesItsFigure) {
    const store::Figure one = figure(R"({"metadata.none":null,"payment_type":"Regular"})");
    EXPECT_EQ(figure_key(day_data(one)), one.key);
    EXPECT_FALSE(figure_key(Json::object()));
    EXPECT_FALSE(figure_key(Json{{"day", 1}, {"currency", "EUR"}, {"dimensions", Json::object()}}));
}

TEST(ToldText, OfZerosIsThatOfNothing) {
    EXPECT_EQ(told_text({}), "");
    EXPECT_NE(told_text(figure().sums), "");
    store::FigureSums other = figure().sums;
    ++other.recovered;
    EXPECT_NE(told_text(other), told_text(figure().sums));
}

} // namespace
} // namespace paysync::revenue
