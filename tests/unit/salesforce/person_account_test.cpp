// Companies and people in one object.
#include "paysync/base/text.hpp"
#include "paysync/salesforce/describe.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

ObjectDescription account(bool people) {
    ObjectDescription object;
    object.name = "Account";
    const auto add = [&object](const std::string& name) {
        Field field;
        field.name = name;
        object.fields.emplace(base::lower(name), field);
    };
    for (const char* name : {"Name", "LastName", "PersonEmail", "Card__pc", "Personal__c", "Phone"}) add(name);
    if (people) add("IsPersonAccount");
    return object;
}

std::optional<std::string> clash(const std::string& field, const Json& current, std::vector<std::string> names = {}) {
    const ObjectDescription object = account(true);
    return clash_of_kinds(object, *object.find(field), current, names);
}

TEST(PersonAccounts, AreKnownByTheFieldThatTellsThemApart) {
    EXPECT_TRUE(holds_people(account(true)));
    EXPECT_FALSE(holds_people(account(false)));
}

TEST(PersonAccounts, HaveFieldsOfTheirOwn) {
    const ObjectDescription object = account(true);
    for (const char* name : {"LastName", "PersonEmail", "Card__pc"}) EXPECT_TRUE(is_of_people(*object.find(name)));
    for (const char* name : {"Name", "Personal__c", "Phone"}) EXPECT_FALSE(is_of_people(*object.find(name))) << name;
}

TEST(PersonAccounts, TakeNoNameAndCompaniesNoLastName) {
    const Json person{{"IsPersonAccount", true}};
    const Json company{{"IsPersonAccount", false}};
    EXPECT_TRUE(clash("Name", person));
    EXPECT_FALSE(clash("LastName", person));
    EXPECT_FALSE(clash("Phone", person));
    EXPECT_FALSE(clash("Name", company));
    EXPECT_TRUE(clash("LastName", company));
    EXPECT_TRUE(clash("Card__pc", company));
    EXPECT_FALSE(clash("Name", Json::object())) << "the org will say";
}

TEST(PersonAccounts, AreMadeWithALastNameAndCompaniesWithAName) {
    EXPECT_FALSE(clash("Name", nullptr, {"Name", "Phone"}));
    EXPECT_FALSE(clash("LastName", nullptr, {"LastName", "PersonEmail"}));
    EXPECT_TRUE(clash("Name", nullptr, {"Name", "LastName"}));
}

TEST(PersonAccounts, AreNoMatterOfOtherObjects) {
    const ObjectDescription object = account(false);
    EXPECT_FALSE(clash_of_kinds(object, *object.find("Name"), nullptr, {"Name", "LastName"}));
}

} // namespace
} // namespace paysync::salesforce
