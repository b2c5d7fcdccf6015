// Views of the past, from a store that knows the present.
#include "app/past_views.hpp"

#include "paysync/checkout/group_state.hpp"

#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using base::Json;

base::WallTime at(const std::string& day) {
    return *base::parse_time("2026-11-" + day + "T10:00:00Z");
}

store::StoredEvent stored(const std::string& id, const std::string& type, const std::string& payment,
                          const std::string& day, const Json& more = Json::object()) {
    Json data{
        {"id", payment}, {"action_id", "act_" + id}, {"amount", 1000}, {"currency", "EUR"}, {"reference", "ORD-1"}};
    data.update(more);
    store::StoredEvent event;
    event.id = id;
    event.type = type;
    event.subject = payment;
    event.received_at = at(day);
    event.body = base::to_text(
        Json{{"id", id}, {"type", type}, {"created_on", base::format_utc(event.received_at)}, {"data", data}});
    return event;
}

checkout::Event event_of(const store::StoredEvent& event) {
    return checkout::read_event(event.body, event.received_at).value();
}

/// What a daemon that heard all of them keeps.
class Kept final : public PastStore {
public:
    explicit Kept(const std::vector<store::StoredEvent>& events) {
        for (const store::StoredEvent& event : events) {
            checkout::merge(states_[event.subject], event_of(event));
            events_[event.subject].push_back(event);
        }
    }

    base::Result<store::Surroundings> surroundings(std::vector<std::string> payments,
                                                   std::vector<std::string> customers) override {
        store::Surroundings around;
        for (const std::string& id : payments) {
            around.payments[id] = checkout::to_json(states_[id]);
            around.settled_events[id] = events_[id];
            around.memberships[id] = {{"order", "ORD-1"}};
        }
        for (const std::string& key : customers) {
            checkout::CustomerState customer{key};
            for (const auto& [id, state] : states_)
                if (checkout::customer_key(state) == key) customer.apply(state, {}, checkout::contribution(state));
            around.customers[key] = checkout::to_json(customer);
        }
        return around;
    }

    base::Result<std::map<store::GroupKey, store::GroupMembers>>
    group_members(std::vector<store::GroupKey> groups) override {
        std::map<store::GroupKey, store::GroupMembers> members;
        for (const store::GroupKey& group : groups)
            for (const auto& [id, state] : states_) members[group][id] = checkout::group_member(state);
        return members;
    }

private:
    std::map<std::string, checkout::PaymentState> states_;
    std::map<std::string, std::vector<store::StoredEvent>> events_;
};

const flow::GroupRules by_reference{
    {"order"}, [](const Json& payment) {
        const auto id = base::member_text(payment.at("payment"), "reference");
        return id ? std::map<std::string, std::string>{{"order", *id}} : std::map<std::string, std::string>{};
    }};

TEST(PastViews, KnowWhatWasHeardBefore) {
    const Json payer{{"payment_type", "Regular"}, {"customer", {{"id", "cus_1"}, {"email", "a@b.de"}}}};
    const auto approved = stored("evt_1", "payment_approved", "pay_1", "10", payer);
    const auto captured = stored("evt_2", "payment_captured", "pay_1", "20");
    const auto refunded = stored("evt_3", "payment_refunded", "pay_1", "21");
    Kept kept{{approved, captured, refunded}};
    PastViews views{kept, {}, at("15")};
    views.will_hear_of("pay_1");
    ASSERT_TRUE(views.prepare({event_of(captured)}));
    const flow::Input input = views.hear(event_of(captured), captured.received_at);
    EXPECT_EQ(input.event.at("payment").at("payment_type"), "Regular");
    EXPECT_EQ(input.event.at("payment").at("captured"), 1000);
    EXPECT_EQ(input.event.at("payment").at("refunded"), 0) << "that came later";
    EXPECT_EQ(input.event.at("customer").at("key"), "cus_1");
    EXPECT_EQ(input.now, captured.received_at);
}

TEST(PastViews, GroupsStandAsTheyStoodThen) {
    const auto old = stored("evt_0", "payment_declined", "pay_0", "05");
    const auto declined = stored("evt_1", "payment_declined", "pay_1", "20");
    const auto approved =
        stored("evt_2", "payment_approved", "pay_2", "21"); // only that names the payment's reference
    const auto captured = stored("evt_3", "payment_captured", "pay_2", "22");
    Kept kept{{old, declined, approved, captured}};
    PastViews views{kept, by_reference, at("15")};
    for (const char* payment : {"pay_1", "pay_2"}) views.will_hear_of(payment);
    ASSERT_TRUE(views.prepare({event_of(declined), event_of(approved), event_of(captured)}));
    const Json then = views.hear(event_of(declined), declined.received_at).event.at("order");
    EXPECT_EQ(then.at("id"), "ORD-1");
    EXPECT_EQ(then.at("captured"), 0) << "the payment that recovers it comes later";
    EXPECT_EQ(then.at("failures"), 2) << "with that of a payment of which nothing new came";
    views.hear(event_of(approved), approved.received_at);
    const Json later = views.hear(event_of(captured), captured.received_at).event.at("order");
    EXPECT_EQ(later.at("captured"), 1000);
}

TEST(PastViews, AnEventOfNoPaymentHasViewsToo) {
    auto other = stored("evt_1", "report_generated", "", "20");
    other.body = R"({"id":"evt_1","type":"report_generated","data":{}})";
    Kept kept{{}};
    PastViews views{kept, by_reference, at("15")};
    ASSERT_TRUE(views.prepare({event_of(other)}));
    const Json event = views.hear(event_of(other), other.received_at).event;
    EXPECT_TRUE(event.at("order").at("id").is_null());
    EXPECT_EQ(event.at("order").at("captured"), 0);
}

} // namespace
} // namespace paysync::app
