// The laws of merging: order and repetition make no difference.
#include "bodies.hpp"
#include "paysync/checkout/customer_state.hpp"
#include "support/shared_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>

namespace paysync::checkout {
namespace {

using base::Json;
using bodies::event;

using Random = std::mt19937;

std::size_t pick(Random& random, std::size_t below) {
    return random() % below;
}

/// A random body of payment pay_1. Few times, actions and values, so that ties and conflicts are common.
Event random_event(Random& random, int n) {
    constexpr std::array types{"payment_pending",
                               "payment_approved",
                               "payment_authorized",
                               "payment_declined",
                               "payment_retry_scheduled",
                               "payment_captured",
                               "payment_capture_pending",
                               "payment_capture_declined",
                               "payment_voided",
                               "payment_refunded",
                               "payment_refund_pending",
                               "payment_returned",
                               "payment_canceled",
                               "payment_expired",
                               "card_verified",
                               "payment_authentication_failed",
                               "dispute_received",
                               "dispute_evidence_required",
                               "dispute_won",
                               "dispute_arbitration_lost",
                               "payment_paid",
                               "payment_optimized",
                               "authentication_approved"};
    const std::string type = types.at(pick(random, types.size()));
    Json data = Json::object();
    const auto sometimes = [&] { return pick(random, 3) != 0; };
    const auto number = [&](std::size_t below) { return static_cast<std::int64_t>(pick(random, below)); };
    const auto name = [&](const char* prefix, std::size_t below) {
        return prefix + std::to_string(pick(random, below));
    };
    if (type.starts_with("dispute_")) {
        data["id"] = name("dsp_", 2);
        data["payment_id"] = "pay_1";
        if (sometimes()) data["evidence_required_by"] = bodies::at(static_cast<int>(number(3)));
        if (sometimes()) data["date"] = bodies::at(static_cast<int>(number(3)));
        if (sometimes()) data["reason_code"] = name("10.", 3);
    } else if (type.starts_with("authentication_")) {
        data["id"] = nullptr;
        data["payment_id"] = "pay_1";
    }
    if (sometimes()) data["action_id"] = name("act_", 3);
    if (sometimes()) data["amount"] = number(4) * 100;
    if (sometimes()) data["reference"] = name("ref_", 3);
    if (sometimes()) data["currency"] = pick(random, 4) == 0 ? "usd" : "EUR";
    if (sometimes()) data["response_code"] = name("2000", 3);
    if (sometimes()) data["processed_on"] = bodies::at(static_cast<int>(number(4)));
    if (sometimes()) data["payment_type"] = pick(random, 2) == 0 ? "Regular" : "recurring";
    if (sometimes()) data["metadata"][name("key_", 3)] = number(3);
    if (sometimes()) data["source"] = Json{{"type", "card"}, {"last_4", name("111", 3)}};
    if (sometimes()) data["source"]["billing_address"]["city"] = name("city_", 3);
    if (sometimes())
        data["balances"] = Json{{"total_captured", number(4) * 100}, {"total_refunded", number(3) * 100}};
    if (sometimes()) data["retry"]["next_attempt_on"] = bodies::at(static_cast<int>(number(5)));
    if (sometimes()) data["customer"]["email"] = name("a@", 3);
    if (sometimes()) data["customer"]["id"] = name("cus_", 2);
    if (pick(random, 30) == 0) data["destination"]["type"] = "card";
    Json body = bodies::body(type, static_cast<int>(number(5)), std::move(data));
    body["id"] = "evt_" + std::to_string(n);
    return event(body);
}

TEST(Merge, OrderAndRepetitionMakeNoDifference) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        Random random{seed};
        std::vector<Event> events;
        const int count = 2 + static_cast<int>(pick(random, 12));
        for (int n = 0; n < count; ++n) events.push_back(random_event(random, n));
        const PaymentState reference = bodies::merged(events);
        for (int round = 0; round < 4; ++round) {
            std::vector<Event> heard = events;
            for (const Event& again : events)
                if (pick(random, 2) == 0) heard.push_back(again);
            std::shuffle(heard.begin(), heard.end(), random);
            PaymentState state;
            for (const Event& one : heard) {
                merge(state, one);
                // As if the daemon had been stopped and started in between.
                if (pick(random, 3) == 0) state = *PaymentState::from_json(*base::parse_json(to_json(state).dump()));
            }
            ASSERT_EQ(to_json(state).dump(), to_json(reference).dump()) << "seed " << seed;
            ASSERT_EQ(payment_view(state).dump(), payment_view(reference).dump()) << "seed " << seed;
        }
    }
}

TEST(Merge, HearingAnEventAgainChangesNothing) {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        Random random{seed};
        PaymentState state;
        std::vector<Event> events;
        for (int n = 0; n < 8; ++n) {
            events.push_back(random_event(random, n));
            merge(state, events.back());
        }
        for (const Event& again : events) {
            const Merged merged = merge(state, again);
            ASSERT_FALSE(merged.changed) << "seed " << seed << " " << again.type;
            ASSERT_FALSE(merged.gained_member) << "seed " << seed << " " << again.type;
        }
    }
}

TEST(Merge, SaysChangedExactlyWhenTheStateIsAnother) {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        Random random{seed};
        PaymentState state;
        for (int n = 0; n < 12; ++n) {
            const std::string before = to_json(state).dump();
            const Merged merged = merge(state, random_event(random, n % 6));
            ASSERT_EQ(merged.changed, to_json(state).dump() != before) << "seed " << seed;
            ASSERT_TRUE(merged.changed || !merged.gained_member) << "seed " << seed;
        }
    }
}

TEST(Merge, OfOneMomentTheEventIdDecides) {
    Json one = bodies::body("payment_approved", 1, Json{{"reference", "first"}});
    Json other = bodies::body("payment_approved", 1, Json{{"reference", "second"}});
    one["id"] = "evt_b";
    other["id"] = "evt_a";
    EXPECT_EQ(bodies::view({event(one), event(other)})["reference"], "first");
    EXPECT_EQ(bodies::view({event(other), event(one)})["reference"], "first");
}

TEST(Merge, TellsWhetherTheViewGainedAMember) {
    PaymentState state;
    EXPECT_TRUE(
        merge(state, event("payment_captured", 5, R"({"action_id": "c", "amount": 5})")).gained_member); // currency
    const Merged second = merge(state, event("payment_captured", 6, R"({"action_id": "d", "amount": 5})"));
    EXPECT_TRUE(second.changed);
    EXPECT_FALSE(second.gained_member);
    EXPECT_TRUE(merge(state, event("payment_approved", 2, R"({"customer": {"email": "a@b.c"}})")).gained_member);
    EXPECT_FALSE(merge(state, event("payment_approved", 3, R"({"customer": {"email": "x@b.c"}})")).gained_member);
    EXPECT_TRUE(merge(state, event("payment_captured", 7, R"({"metadata": {"k": 1}})")).gained_member);
    EXPECT_FALSE(merge(state, event("payment_captured", 8, R"({"metadata": {"k": 2}})")).gained_member);
    EXPECT_TRUE(merge(state, event("payment_declined", 9, R"({"source": {"type": "card"}})")).gained_member);
    EXPECT_TRUE(
        merge(state, event("payment_declined", 10, R"({"source": {"type": "card", "last_4": "1"}})")).gained_member);
}

TEST(Merge, TestEventsAndEventsOfNoPaymentChangeNothing) {
    PaymentState state;
    EXPECT_FALSE(merge(state, event("payment_captured", 1, R"({"isTest": true, "amount": 5})")).changed);
    EXPECT_FALSE(merge(state, event("fraud_reported", 1, R"({"payment": {"id": "pay_1"}})")).changed);
    EXPECT_FALSE(merge(state, event("report_generated", 1, R"({"id": null})")).changed);
    EXPECT_EQ(state, PaymentState{});
}

TEST(PaymentState, NullIsEmptyAndRubbishIsCorrupt) {
    EXPECT_EQ(*PaymentState::from_json(nullptr), PaymentState{});
    const Json good =
        to_json(bodies::merged({event("payment_captured", 1, R"({"action_id": "a", "amount": 5,
        "balances": {"total_captured": 5}})"),
                                event(bodies::body("dispute_won", 2, Json{{"id", "d"}, {"payment_id", "pay_1"}}))}));
    ASSERT_TRUE(PaymentState::from_json(good).has_value());
    for (const auto& item : good.items()) {
        Json broken = good;
        broken.erase(item.key());
        EXPECT_EQ(PaymentState::from_json(broken).error().code, base::Errc::corrupt) << item.key();
        broken[item.key()] = "rubbish";
        if (item.key() == "id") continue;
        EXPECT_EQ(PaymentState::from_json(broken).error().code, base::Errc::corrupt) << item.key();
    }
    Json newer = good;
    newer["version"] = 99;
    EXPECT_EQ(PaymentState::from_json(newer).error().code, base::Errc::corrupt);
    EXPECT_EQ(PaymentState::from_json(Json::array()).error().code, base::Errc::corrupt);
}

TEST(PaymentState, TextThatIsNoUtf8SafelyStaysOut) {
    // The body is refused as JSON before it could reach a state.
    EXPECT_FALSE(read_event("{\"id\":\"e\",\"data\":{\"id\":\"\xC3\"}}", bodies::received_at).has_value());
}

class Samples : public testing::Test {
protected:
    void SetUp() override {
        const auto shared = tests::shared_folder();
        if (!shared) GTEST_SKIP() << "no folder of shared samples (PAYSYNC_SHARED)";
        for (const auto& entry : std::filesystem::directory_iterator{*shared / "samples/checkout/webhooks"})
            files_.push_back(entry.path());
        std::sort(files_.begin(), files_.end());
        ASSERT_FALSE(files_.empty());
    }
    std::vector<std::filesystem::path> files_;
};

TEST_F(Samples, EveryPublishedBodyIsReadOrKnownToBeMalformed) {
    for (const auto& file : files_) {
        const std::string bytes = tests::file_bytes(file);
        const Envelope envelope = read_envelope(bytes);
        const auto event = read_event(bytes, bodies::received_at);
        const bool malformed = file.filename().string().find("MALFORMED") != std::string::npos;
        EXPECT_EQ(envelope.is_json, !malformed) << file;
        ASSERT_EQ(event.has_value(), !malformed) << file;
        EXPECT_FALSE(envelope.id.empty()) << file;
        if (malformed) continue;
        EXPECT_EQ(event->id, envelope.id) << file;
        EXPECT_FALSE(event->type.empty()) << file;
        if (event->family == Family::other) continue;
        EXPECT_FALSE(event->payment_id.empty()) << file;
        EXPECT_EQ(event->payment_id, envelope.subject) << file;
        EXPECT_EQ(event->family == Family::dispute, event->type.starts_with("dispute_")) << file;
        EXPECT_EQ(event->dispute_id.empty(), event->family != Family::dispute) << file;
    }
}

TEST_F(Samples, MergeToTheSameViewsInAnyOrder) {
    std::vector<Event> events;
    for (const auto& file : files_)
        if (const auto event = read_event(tests::file_bytes(file), bodies::received_at)) events.push_back(*event);
    const auto views_of = [](const std::vector<Event>& heard) {
        std::map<std::string, PaymentState> states;
        for (const Event& event : heard)
            if (!event.payment_id.empty()) merge(states[event.payment_id], event);
        std::string made;
        for (const auto& [id, state] : states) {
            made += payment_view(state).dump() + to_json(state).dump() + "\n";
            for (const auto& [dispute, ignored] : state.disputes) made += dispute_view(state, dispute).dump() + "\n";
        }
        return made;
    };
    const std::string reference = views_of(events);
    Random random{7};
    for (int round = 0; round < 12; ++round) {
        std::vector<Event> heard = events;
        heard.insert(heard.end(), events.begin(), events.end());
        std::shuffle(heard.begin(), heard.end(), random);
        ASSERT_EQ(views_of(heard), reference) << "round " << round;
    }
}

} // namespace
} // namespace paysync::checkout
