// The org in memory that `paysync plan --given` asks.
#include "app/memory_org.hpp"

#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using base::Json;

flow::Question question(const std::string& object, const std::string& field, const Json& value) {
    return {object, {{field, flow::Op::equal, value, 0}}};
}

MemoryOrg org_with(const char* given) {
    MemoryOrg org;
    EXPECT_TRUE(org.add(base::parse_json(given).value()));
    return org;
}

TEST(MemoryOrg, AnswersWithTheRecordsThatMeetTheQuestion) {
    const MemoryOrg org =
        org_with(R"({"Contact": [{"Id": "003A", "Email": "a@b.de"}, {"Id": "003B", "Email": "c@d.de"}]})");
    const auto answer = org.answer(question("Contact", "Email", "A@B.de"));
    ASSERT_EQ(answer.records.size(), 1U);
    EXPECT_EQ(answer.records[0].at("Id"), "003A");
    EXPECT_TRUE(org.answer(question("Account", "Name", "x")).records.empty());
}

TEST(MemoryOrg, NestsParentsUnderTheirRelationshipsName) {
    const MemoryOrg org = org_with(R"({"Account": [{"Id": "001A", "Name": "Acme"}],
                                       "Contact": [{"Id": "003A", "AccountId": "001A", "Payer__c": "001A"}]})");
    const auto answer = org.answer(question("Contact", "Account.Name", "Acme"));
    ASSERT_EQ(answer.records.size(), 1U);
    EXPECT_EQ(answer.records[0].at("Payer__r").at("Name"), "Acme");
}

TEST(MemoryOrg, RefusesGivenRecordsOfAnotherForm) {
    MemoryOrg org;
    for (const char* wrong : {R"([1])", R"({"Contact": {"Id": "1"}})", R"({"Contact": ["x"]})"})
        EXPECT_FALSE(org.add(base::parse_json(wrong).value())) << wrong;
}

TEST(MemoryOrg, WritesWhatIsPlannedAndResolvesIdsOfNewParents) {
    MemoryOrg org;
    flow::RecordWrite account;
    account.object = "Account";
    account.key = Json{{"Key__c", "k"}};
    account.token = flow::new_record_token("Account", account.key);
    flow::RecordWrite contact;
    contact.object = "Contact";
    contact.fields = Json{{"AccountId", account.token}, {"LastName", "Doe"}};
    EXPECT_TRUE(org.write(account));
    EXPECT_TRUE(org.write(contact));

    const auto made = org.answer(question("Contact", "Account.Key__c", "k"));
    ASSERT_EQ(made.records.size(), 1U);
    EXPECT_EQ(made.records[0].at("LastName"), "Doe");
}

TEST(MemoryOrg, SaysWhenAWriteChangesNothing) {
    MemoryOrg org = org_with(R"({"Contact": [{"Id": "003A", "Email": "a@b.de"}]})");
    flow::RecordWrite write;
    write.object = "Contact";
    write.id = "003A";
    write.fields = Json{{"Email", "a@b.de"}};
    EXPECT_FALSE(org.write(write));
    write.fields["Phone"] = "123";
    EXPECT_TRUE(org.write(write));
    EXPECT_FALSE(org.write(write)) << "the second time";
    EXPECT_EQ(org.size(), 1U);
}

TEST(MemoryOrg, KnowsARecordOfTheRealOrgFromItsChange) {
    MemoryOrg org;
    flow::RecordWrite write;
    write.object = "Contact";
    write.id = "003LIVE";
    write.current = Json{{"Id", "003LIVE"}, {"Email", "a@b.de"}};
    write.fields = Json{{"Email", "a@b.de"}};
    EXPECT_FALSE(org.write(write));
    EXPECT_EQ(org.answer(question("Contact", "Id", "003LIVE")).records.size(), 1U);
}

} // namespace
} // namespace paysync::app
