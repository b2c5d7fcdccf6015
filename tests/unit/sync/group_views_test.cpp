// The groups around the payments of a batch: what is shown, what is stored.
#include "paysync/checkout/group_state.hpp"
#include "paysync/sync/input.hpp"

#include "unit/checkout/bodies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

using base::Json;
using checkout::Event;
using checkout::bodies::event;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const GroupKey order{"order", "O-1"};
const GroupKey other_order{"order", "O-2"};

Event captured(const std::string& payment, int n, int amount) {
    return event("payment_captured", n,
                 R"({"id":")" + payment + R"(","action_id":"act_)" + payment + R"(","amount":)" +
                     std::to_string(amount) + R"(,"customer":{"id":"cus_1","email":"Ada+x@Example.com"}})");
}

Json member(const Event& one) {
    return checkout::group_member(checkout::bodies::merged({one}));
}

/// Views that declare `order` and `subscription` and have heard `one`.
Views heard(const Event& one) {
    Views views;
    views.declare_groups({"order", "subscription"});
    views.hear(one);
    return views;
}

const base::WallTime now = checkout::bodies::received_at;

std::vector<std::string> names(const std::vector<GroupMember>& members) {
    std::vector<std::string> made;
    for (const GroupMember& one : members) made.push_back(one.group.group + "/" + one.group.id + "/" + one.payment);
    return made;
}

TEST(GroupViews, AreShownEvenWhereThePaymentIsInNone) {
    const Json input = heard(captured("pay_1", 1, 500)).input(captured("pay_1", 1, 500), now).event;
    EXPECT_EQ(input["order"], checkout::group_view("", {}));
    EXPECT_EQ(input["subscription"], checkout::group_view("", {}));
    EXPECT_EQ(Views{}.input(captured("pay_1", 1, 500), now).event.count("order"), 0U) << "nobody declared it";
}

TEST(GroupViews, PutThePaymentsAtHandOverTheStoredMembers) {
    Views views = heard(captured("pay_2", 2, 300));
    views.load_memberships("pay_2", {order});
    views.set_groups("pay_2", {{"order", "O-1"}, {"subscription", ""}});
    EXPECT_EQ(views.wanted_groups(), std::vector{order});
    const auto unreadable = views.load_members(order, {{"pay_1", member(captured("pay_1", 1, 500))},
                                                       {"pay_2", member(captured("pay_2", 2, 1))},
                                                       {"pay_3", Json{{"version", 99}}}});
    EXPECT_THAT(unreadable, ElementsAre("pay_3"));
    views.settle_groups();

    const Json shown = views.input(captured("pay_2", 2, 300), now).event["order"];
    EXPECT_EQ(shown["id"], "O-1");
    EXPECT_EQ(shown["captured"], 800);
    EXPECT_EQ(shown["payments"], 2);
    ASSERT_THAT(names(views.changed_members()), ElementsAre("order/O-1/pay_2"));
    EXPECT_EQ(views.changed_members()[0].state, member(captured("pay_2", 2, 300)));
    EXPECT_THAT(views.left_members(), IsEmpty());
}

TEST(GroupViews, StoreNothingThatIsStoredAlready) {
    Views views = heard(captured("pay_1", 1, 500));
    views.load_memberships("pay_1", {order});
    views.set_groups("pay_1", {{"order", "O-1"}});
    views.load_members(order, {{"pay_1", member(captured("pay_1", 1, 500))}});
    views.settle_groups();
    EXPECT_THAT(views.changed_members(), IsEmpty());
    EXPECT_THAT(views.left_members(), IsEmpty());
}

TEST(GroupViews, APaymentThatTurnsOutToBeAnothersLeavesItsGroup) {
    Views views = heard(captured("pay_1", 1, 500));
    views.load_memberships("pay_1", {order});
    views.set_groups("pay_1", {{"order", "O-2"}});
    EXPECT_THAT(views.wanted_groups(), ElementsAre(order, other_order));
    views.load_members(order,
                       {{"pay_0", member(captured("pay_0", 3, 70))}, {"pay_1", member(captured("pay_1", 1, 500))}});
    views.load_members(other_order, {});
    views.hear(captured("pay_0", 3, 70));
    views.load_memberships("pay_0", {order});
    views.settle_groups();

    EXPECT_EQ(views.input(captured("pay_1", 1, 500), now).event["order"]["id"], "O-2");
    EXPECT_EQ(views.input(captured("pay_0", 3, 70), now).event["order"]["captured"], 70);
    EXPECT_THAT(names(views.changed_members()), ElementsAre("order/O-2/pay_1"));
    EXPECT_THAT(names(views.left_members()), ElementsAre("order/O-1/pay_1"));
}

TEST(GroupViews, KeepTheStoredMembershipsUntilNewOnesAreSet) {
    Views views = heard(captured("pay_1", 1, 500));
    views.load_memberships("pay_1", {order});
    views.load_members(order, {});
    views.settle_groups();
    EXPECT_EQ(views.input(captured("pay_1", 1, 500), now).event["order"]["captured"], 500);
    EXPECT_THAT(views.left_members(), IsEmpty());
}

TEST(GroupViews, AGroupThatIsNotDeclaredAnyMoreIsLeftAndNotShown) {
    Views views = heard(captured("pay_1", 1, 500));
    views.load_memberships("pay_1", {{"payment", "x"}});
    views.load_members({"payment", "x"}, {});
    views.settle_groups();
    EXPECT_EQ(views.input(captured("pay_1", 1, 500), now).event["payment"]["id"], "pay_1");
    views.set_groups("pay_1", {});
    EXPECT_THAT(names(views.left_members()), ElementsAre("payment/x/pay_1"));
}

TEST(GroupViews, APayoutLeavesItsGroups) {
    Views views = heard(captured("pay_1", 1, 500));
    views.hear(event("payment_paid", 2, R"({"action_id":"act_p","amount":1})"));
    views.load_memberships("pay_1", {order});
    views.set_groups("pay_1", {{"order", "O-1"}});
    views.load_members(order, {{"pay_1", member(captured("pay_1", 1, 500))}});
    views.settle_groups();
    EXPECT_EQ(views.input(captured("pay_1", 1, 500), now).event["order"]["payments"], 0);
    EXPECT_THAT(names(views.left_members()), ElementsAre("order/O-1/pay_1"));
    EXPECT_THAT(views.changed_members(), IsEmpty());
}

TEST(GroupViews, ReckonIdsFromThePaymentAndItsPayerAlone) {
    const Json input = heard(captured("pay_1", 1, 500)).group_input("pay_1");
    EXPECT_EQ(input["payment"]["id"], "pay_1");
    EXPECT_EQ(
        input["customer"],
        (Json{{"id", "cus_1"}, {"key", "cus_1"}, {"email", "Ada+x@Example.com"}, {"email_key", "ada@example.com"}}));
    const Json unknown = Views{}.group_input("pay_9");
    EXPECT_TRUE(unknown["payment"]["id"].is_null());
    EXPECT_TRUE(unknown["customer"]["key"].is_null());
}

} // namespace
} // namespace paysync::sync
