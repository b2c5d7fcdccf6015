// Amounts keep their currency, or are held.
#include "sync/currency.hpp"

#include "unit/sync/descriptions.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

using flow::Json;

Descriptions org(bool several) {
    Descriptions descriptions = parent_and_child();
    if (!several) return descriptions;
    auto child = std::make_shared<salesforce::ObjectDescription>(*descriptions.at("Child__c"));
    auto code = a_field("CurrencyIsoCode", salesforce::FieldType::picklist, 3);
    code.restricted_picklist = true;
    code.picklist = {"EUR", "USD"};
    child->fields.emplace("currencyisocode", code);
    descriptions["Child__c"] = child;
    return descriptions;
}

flow::Plan plan_of(Json fields, const std::string& id = "", Json current = Json::object()) {
    flow::Plan plan;
    flow::RecordWrite first;
    first.step = "first";
    first.object = "Parent__c";
    first.fields = Json{{"Name", "n"}};
    flow::RecordWrite write;
    write.step = "amount";
    write.object = "Child__c";
    write.id = id;
    write.fields = std::move(fields);
    write.current = std::move(current);
    plan.writes = {first, write};
    return plan;
}

CurrencyRule paid_in(const std::string& currency, bool converts = false) {
    return {currency, "", true, converts};
}

TEST(Currency, OfAPaymentIsThatOfANewRecordWhereTheFlowDoesNotSay) {
    flow::Plan plan = plan_of({{"Amount__c", "10"}});
    give_currency(plan, paid_in("USD"), org(true));
    ASSERT_EQ(plan.writes.size(), 2U);
    EXPECT_EQ(plan.writes[1].fields, (Json{{"Amount__c", "10"}, {"CurrencyIsoCode", "USD"}}));
    EXPECT_FALSE(plan.hold);
}

TEST(Currency, IsLeftToTheFlowWhereItSaysOrConverts) {
    flow::Plan said = plan_of({{"Amount__c", "10"}, {"CurrencyIsoCode", "EUR"}});
    give_currency(said, paid_in("USD"), org(true));
    EXPECT_EQ(said.writes[1].fields["CurrencyIsoCode"], "EUR");
    flow::Plan converts = plan_of({{"Amount__c", "10"}});
    give_currency(converts, paid_in("USD", true), org(true));
    EXPECT_FALSE(converts.writes[1].fields.contains("CurrencyIsoCode"));
}

TEST(Currency, IsNobodysMatterWithoutAnAmount) {
    for (const Json& fields : {Json{{"Name", "n"}}, Json{{"Amount__c", nullptr}}}) {
        flow::Plan plan = plan_of(fields);
        give_currency(plan, paid_in("JPY"), org(true));
        EXPECT_EQ(plan.writes[1].fields, fields);
        EXPECT_FALSE(plan.hold);
    }
}

TEST(Currency, ThatIsNotActiveIsHeldAlsoWhereTheFieldIsOptional) {
    for (const Json& fields : {Json{{"Amount__c", "10"}}, Json{{"Amount__c", "10"}, {"CurrencyIsoCode", "JPY"}}}) {
        flow::Plan plan = plan_of(fields);
        plan.writes[1].optional_fields = {"CurrencyIsoCode"};
        give_currency(plan, paid_in("JPY"), org(true));
        ASSERT_TRUE(plan.hold);
        EXPECT_EQ(plan.hold->step, "amount");
        EXPECT_NE(plan.hold->reason.find("no active currency JPY"), std::string::npos);
        EXPECT_EQ(plan.writes.size(), 1U) << "the writes before it stand";
        EXPECT_EQ(plan.outcome, flow::Plan::Outcome::held);
    }
}

TEST(Currency, OfARecordIsNotMixedWithThatOfAPayment) {
    const std::string id = "a0X000000000001AAA";
    flow::Plan same = plan_of({{"Amount__c", "10"}}, id, {{"CurrencyIsoCode", "USD"}});
    give_currency(same, paid_in("usd"), org(true));
    EXPECT_FALSE(same.hold);
    EXPECT_FALSE(same.writes[1].fields.contains("CurrencyIsoCode"));
    flow::Plan other = plan_of({{"Amount__c", "10"}}, id, {{"CurrencyIsoCode", "EUR"}});
    give_currency(other, paid_in("USD"), org(true));
    ASSERT_TRUE(other.hold);
    EXPECT_NE(other.hold->reason.find("the payment is in USD, the record in EUR"), std::string::npos);
}

TEST(Currency, OfAnOrgThatHasOneHoldsPaymentsInAnother) {
    CurrencyRule rule{"USD", "EUR", false, false};
    flow::Plan foreign = plan_of({{"Amount__c", "10"}});
    give_currency(foreign, rule, org(false));
    ASSERT_TRUE(foreign.hold);
    EXPECT_NE(foreign.hold->reason.find("the org has only EUR"), std::string::npos);
    for (const CurrencyRule& fine :
         {CurrencyRule{"eur", "EUR", false, false}, CurrencyRule{"USD", "", false, false},
          CurrencyRule{"USD", "EUR", false, true}, CurrencyRule{"USD", "EUR", true, false}}) {
        flow::Plan plan = plan_of({{"Amount__c", "10"}});
        give_currency(plan, fine, org(false));
        EXPECT_FALSE(plan.hold);
    }
}

} // namespace
} // namespace paysync::sync
