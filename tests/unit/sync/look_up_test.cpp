#include "paysync/sync/look_up.hpp"

#include "unit/sync/descriptions.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

using flow::Condition;
using flow::Json;
using flow::Op;
using flow::Question;

Question by(const std::string& field, Json value) {
    return {"Child__c", {Condition{field, Op::equal, std::move(value), 0}}};
}

Coerced sendable(const Question& question) {
    auto coerced = coerce(question, parent_and_child());
    EXPECT_TRUE(std::holds_alternative<Coerced>(coerced));
    return std::get<Coerced>(coerced);
}

const std::map<std::string, std::set<std::string>> fields{{"Child__c", {"Email", "Name", "Parent__r.Name"}}};

TEST(LookUp, AsksManyQuestionsOfOneObjectInOneStatement) {
    const auto statements =
        pack({sendable(by("Email", "a@x.de")), sendable(by("Email", "b@x.de")), sendable(by("Key__c", "it's")),
              sendable({"Child__c",
                        {Condition{"Email", Op::equal, "c@x.de", 0}, Condition{"Amount__c", Op::equal, "12.5", 0}}})},
             fields, parent_and_child());

    ASSERT_EQ(statements.size(), 1U);
    EXPECT_EQ(
        statements[0].soql,
        "SELECT Id, Email, Name, Parent__r.Name, CreatedDate FROM Child__c WHERE Email IN ('a@x.de', 'b@x.de') OR "
        "Key__c = 'it\\'s' OR (Email = 'c@x.de' AND Amount__c = 12.5)");
    EXPECT_EQ(statements[0].questions.size(), 4U);
}

TEST(LookUp, SplitsBeforeAStatementGrowsTooLong) {
    std::vector<Coerced> questions;
    for (int i = 0; i < 100; ++i) questions.push_back(sendable(by("Email", "person" + std::to_string(i) + "@x.de")));

    const auto statements = pack(std::move(questions), fields, parent_and_child(), 500);

    ASSERT_GT(statements.size(), 3U);
    std::size_t asked = 0;
    for (const Statement& statement : statements) {
        EXPECT_LE(statement.soql.size(), 520U);
        asked += statement.questions.size();
    }
    EXPECT_EQ(asked, 100U);
}

TEST(LookUp, SortsRowsToTheirQuestionsAsSalesforceCompares) {
    const Question first = by("Email", "Ann@X.de");
    const Question second = by("Email", "bob@x.de");
    const auto statements = pack({sendable(first), sendable(second)}, fields, parent_and_child());

    const auto answers = sort_rows(
        statements[0], {Json{{"Id", "1"}, {"Email", "ann@x.de"}}, Json{{"Id", "2"}, {"Email", "ANN@x.de"}}});

    EXPECT_EQ(answers.at(first.key()).records.size(), 2U);
    EXPECT_TRUE(answers.at(second.key()).records.empty());
}

TEST(LookUp, LeavesOutAnOptionalConditionOnAFieldThatTheOrgLacks) {
    Question question = by("Email", "a@x.de");
    question.where.push_back(Condition{"CurrencyIsoCode", Op::equal, "EUR", 0, true});

    EXPECT_EQ(sendable(question).where, "Email = 'a@x.de'");
}

TEST(LookUp, PassesARuleOverWhenTheOrgCannotBeAskedIt) {
    for (const Question& question :
         {by("Nowhere__c", "x"), by("Amount__c", "a lot"), Question{"Ghost__c", by("Email", "a@x.de").where}}) {
        const auto coerced = coerce(question, parent_and_child());
        ASSERT_TRUE(std::holds_alternative<Refused>(coerced));
        EXPECT_FALSE(std::get<Refused>(coerced).why.empty());
    }
}

} // namespace
} // namespace paysync::sync
