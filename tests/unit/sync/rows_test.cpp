#include "sync/rows.hpp"

#include "unit/sync/descriptions.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

using flow::Json;
using flow::RecordWrite;
using salesforce::Collection;

RecordWrite create(const std::string& object, const std::string& key, Json fields) {
    RecordWrite write;
    write.step = base::lower(object);
    write.object = object;
    write.key = Json{{"Key__c", key}};
    write.token = flow::new_record_token(object, write.key);
    write.fields = std::move(fields);
    return write;
}

RecordWrite change(const std::string& object, const std::string& id, Json fields, Json current) {
    RecordWrite write;
    write.step = "change";
    write.object = object;
    write.id = id;
    write.fields = std::move(fields);
    write.current = std::move(current);
    return write;
}

const std::string some_id = "a0X000000000001AAA";

TEST(Rows, FoldTwoWishesForOneRecordIntoOneRowTheLaterStands) {
    Rows rows;
    rows.add(0, create("Parent__c", "k", {{"Name", "first"}}));
    rows.add(1, create("Parent__c", "k", {{"Name", "second"}}));

    const auto prepared = rows.prepare(parent_and_child());

    ASSERT_EQ(prepared.rows.size(), 1U);
    EXPECT_EQ(prepared.rows[0].record, (Json{{"Key__c", "k"}, {"Name", "second"}}));
    EXPECT_EQ(prepared.rows[0].external_id, "Key__c");
    EXPECT_EQ(prepared.rows[0].tasks, (std::vector<TaskIndex>{0, 1}));
}

TEST(Rows, NameAParentOfTheSameBatchByItsExternalId) {
    Rows rows;
    const auto parent = create("Parent__c", "p", {{"Name", "parent"}});
    rows.add(0, create("Child__c", "c", {{"Name", "child"}, {"Parent__c", parent.token}}));
    rows.add(0, parent);

    const auto prepared = rows.prepare(parent_and_child());

    ASSERT_EQ(prepared.rows.size(), 2U);
    EXPECT_EQ(prepared.rows[0].object, "Parent__c");
    EXPECT_EQ(prepared.rows[1].record["Parent__r"], (Json{{"Key__c", "p"}}));
    const auto calls = pack_calls(prepared.rows);
    ASSERT_EQ(calls.size(), 1U);
    ASSERT_EQ(calls[0].collections.size(), 2U);
    EXPECT_EQ(calls[0].collections[0].object, "Parent__c");
    EXPECT_EQ(calls[0].collections[0].kind, Collection::Kind::upsert);
}

TEST(Rows, SendOnlyWhatChanges) {
    Rows rows;
    rows.add(0, change("Child__c", some_id, {{"Name", "same"}, {"Amount__c", "12.50"}, {"Email", "new@x.de"}},
                       {{"Id", some_id}, {"Name", "same"}, {"Amount__c", 12.5}, {"Email", "old@x.de"}}));
    rows.add(1, change("Parent__c", some_id, {{"Name", "same"}}, {{"Id", some_id}, {"Name", "same"}}));

    const auto prepared = rows.prepare(parent_and_child());

    ASSERT_EQ(prepared.rows.size(), 1U);
    EXPECT_EQ(prepared.rows[0].record, (Json{{"Email", "new@x.de"}}));
    EXPECT_EQ(prepared.rows[0].old_values, (Json{{"Email", "old@x.de"}}));
    ASSERT_EQ(prepared.unchanged.size(), 1U);
    EXPECT_EQ(prepared.unchanged[0].object, "Parent__c");
}

TEST(Rows, AValueThatDoesNotFitFailsItsOwnTaskAlone) {
    Rows rows;
    rows.add(0, create("Child__c", "k", {{"Name", "good"}}));
    rows.add(1, create("Child__c", "k", {{"Amount__c", "a lot"}}));

    const auto prepared = rows.prepare(parent_and_child());

    ASSERT_EQ(prepared.refusals.size(), 1U);
    EXPECT_EQ(prepared.refusals.at(1).cause, "VALUE_DOES_NOT_FIT");
    ASSERT_EQ(prepared.rows.size(), 1U);
    EXPECT_EQ(prepared.rows[0].tasks, (std::vector<TaskIndex>{0}));
    EXPECT_EQ(prepared.rows[0].record["Name"], "good");
}

TEST(Rows, AFieldThatTheOrgLacksIsRefusedUnlessOptional) {
    Rows rows;
    auto optional = create("Parent__c", "a", {{"Name", "x"}, {"CurrencyIsoCode", "EUR"}});
    optional.optional_fields = {"CurrencyIsoCode"};
    rows.add(0, optional);
    rows.add(1, create("Parent__c", "b", {{"Name", "x"}, {"Nowhere__c", "EUR"}}));

    const auto prepared = rows.prepare(parent_and_child());

    ASSERT_EQ(prepared.rows.size(), 1U);
    EXPECT_FALSE(prepared.rows[0].record.contains("CurrencyIsoCode"));
    EXPECT_EQ(prepared.refusals.at(1).cause, "INVALID_FIELD");
    EXPECT_NE(prepared.refusals.at(1).reason.find("Nowhere__c"), std::string::npos);
}

TEST(Rows, AChildOfARefusedParentIsRefusedToo) {
    Rows rows;
    const auto parent = create("Parent__c", "p", {{"Nowhere__c", 1}});
    rows.add(0, parent);
    rows.add(1, create("Child__c", "c", {{"Name", "child"}, {"Parent__c", parent.token}}));

    const auto prepared = rows.prepare(parent_and_child());

    EXPECT_TRUE(prepared.rows.empty());
    EXPECT_EQ(prepared.refusals.at(0).cause, "INVALID_FIELD");
    EXPECT_EQ(prepared.refusals.at(1).cause, "parent");
}

TEST(Rows, ANewRecordWithoutARequiredFieldIsRefusedBeforeItCostsACall) {
    Rows rows;
    rows.add(0, create("Parent__c", "p", Json::object()));

    const auto prepared = rows.prepare(parent_and_child());

    EXPECT_EQ(prepared.refusals.at(0).cause, "REQUIRED_FIELD_MISSING");
}

TEST(Rows, AParentWithoutAnExternalIdIsWrittenFirstAndItsChildLater) {
    Rows rows;
    RecordWrite parent = create("Parent__c", "p", {{"Name", "parent"}});
    parent.key = Json{{"Name", "parent"}};
    parent.token = flow::new_record_token("Parent__c", parent.key);
    rows.add(0, parent);
    rows.add(0, create("Child__c", "c", {{"Name", "child"}, {"Parent__c", parent.token}}));

    const auto prepared = rows.prepare(parent_and_child());

    ASSERT_EQ(prepared.rows.size(), 1U);
    EXPECT_EQ(prepared.rows[0].object, "Parent__c");
    EXPECT_TRUE(prepared.later.contains(0));
    EXPECT_TRUE(prepared.refusals.empty());
}

TEST(Calls, HoldAtMostTwoHundredRowsACollectionAndFiveCollectionsACall) {
    std::vector<Row> rows(1250);
    for (Row& row : rows) {
        row.object = "Parent__c";
        row.external_id = "Key__c";
    }

    const auto calls = pack_calls(rows);

    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].collections.size(), 5U);
    EXPECT_EQ(calls[1].collections.size(), 2U);
    EXPECT_EQ(calls[1].collections[1].records.size(), 50U);
}

TEST(Calls, PutChangesOfAllObjectsIntoOneCollectionBehindWhatIsMade) {
    std::vector<Row> rows(3);
    rows[0].object = "Child__c";
    rows[0].id = some_id;
    rows[1].object = "Parent__c";
    rows[1].external_id = "Key__c";
    rows[2].object = "Parent__c";
    rows[2].id = some_id;

    const auto calls = pack_calls(rows);

    ASSERT_EQ(calls.size(), 1U);
    ASSERT_EQ(calls[0].collections.size(), 2U);
    EXPECT_EQ(calls[0].collections[0].kind, Collection::Kind::upsert);
    EXPECT_EQ(calls[0].collections[1].kind, Collection::Kind::update);
    EXPECT_EQ(calls[0].collections[1].records.size(), 2U);
    EXPECT_EQ(calls[0].rows[1], (std::vector<std::size_t>{0, 2}));
}

/// The same two objects, of which the parent may be a person.
Descriptions with_people() {
    Descriptions descriptions = parent_and_child();
    auto parent = std::make_shared<salesforce::ObjectDescription>(*descriptions.at("Parent__c"));
    parent->fields.emplace("lastname", a_field("LastName", salesforce::FieldType::text, 80));
    auto is_person = a_field("IsPersonAccount", salesforce::FieldType::boolean);
    is_person.createable = is_person.updateable = false;
    parent->fields.emplace("ispersonaccount", is_person);
    auto paid = a_field("Paid__c", salesforce::FieldType::boolean);
    paid.nillable = false;
    paid.defaulted_on_create = true;
    parent->fields.emplace("paid__c", paid);
    descriptions["Parent__c"] = parent;
    return descriptions;
}

TEST(Rows, MakeAPersonOfALastNameWithoutTheNameThatCompaniesNeed) {
    Rows rows;
    rows.add(0, create("Parent__c", "p", {{"LastName", "Lee"}}));
    rows.add(1, create("Parent__c", "q", {{"LastName", "Lee"}, {"Name", "Lee Ltd"}}));
    rows.add(2, create("Parent__c", "r", Json::object()));

    const auto prepared = rows.prepare(with_people());

    ASSERT_EQ(prepared.rows.size(), 1U);
    EXPECT_EQ(prepared.rows[0].record, (Json{{"Key__c", "p"}, {"LastName", "Lee"}}));
    EXPECT_NE(prepared.refusals.at(1).reason.find("not both"), std::string::npos);
    EXPECT_EQ(prepared.refusals.at(2).cause, "REQUIRED_FIELD_MISSING");
}

TEST(Rows, DoNotRenameAPerson) {
    Rows rows;
    const Json person{{"Id", some_id}, {"Name", "Ann Lee"}, {"IsPersonAccount", true}};
    rows.add(0, change("Parent__c", some_id, {{"Name", "Lee Ltd"}}, person));

    const auto prepared = rows.prepare(with_people());

    EXPECT_NE(prepared.refusals.at(0).reason.find("the record is a person"), std::string::npos);
}

TEST(Rows, EmptyACheckboxByFalseAndNeverARequiredField) {
    Rows rows;
    rows.add(0, change("Parent__c", some_id, {{"Paid__c", nullptr}}, {{"Id", some_id}, {"Paid__c", true}}));
    const std::string other = "a0X000000000002AAA";
    rows.add(1, change("Parent__c", other, {{"Name", nullptr}}, {{"Id", other}, {"Name", "n"}}));
    const std::string third = "a0X000000000003AAA";
    rows.add(2, change("Parent__c", third, {{"Paid__c", nullptr}}, {{"Id", third}, {"Paid__c", false}}));

    const auto prepared = rows.prepare(with_people());

    ASSERT_EQ(prepared.rows.size(), 1U);
    EXPECT_EQ(prepared.rows[0].record, (Json{{"Paid__c", false}}));
    EXPECT_EQ(prepared.refusals.at(1).cause, "REQUIRED_FIELD_MISSING");
    EXPECT_EQ(prepared.unchanged.size(), 1U);
}

TEST(Rows, NameTheObjectsWhoseDescriptionRefusedSomething) {
    Rows rows;
    rows.add(0, create("Parent__c", "p", {{"Nowhere__c", 1}}));
    rows.add(1, create("Child__c", "c", {{"Name", "fine"}}));

    EXPECT_EQ(rows.prepare(parent_and_child()).doubted, std::set<std::string>{"Parent__c"});
}

} // namespace
} // namespace paysync::sync
