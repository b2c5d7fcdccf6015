// Queries: what they find, in which order, and how they are refused.
#include "sandbox_client.hpp"

#include <set>

namespace paysync::sandbox {
namespace {

using base::Json;

class Soql : public ::testing::Test {
protected:
    Soql() {
        acme = client.seed("Account", {{"Name", "Acme"}, {"BillingCity", "München"}});
        const std::string other = client.seed("Account", {{"Name", "Bolt"}});
        client.seed("Contact", {{"LastName", "Ada"}, {"Email", "Ada@Shop.Example"}, {"AccountId", acme}});
        client.seed("Contact", {{"LastName", "Bea"}, {"Email", "bea@shop.example"}, {"AccountId", other}});
        client.seed("Contact", {{"LastName", "Cy"}, {"Department", "100%_x"}});
        const auto add = [&](const char* name, const char* stage, double amount, const char* close) {
            client.seed("Opportunity", {{"Name", name},
                                        {"StageName", stage},
                                        {"Amount", amount},
                                        {"CloseDate", close},
                                        {"AccountId", acme}});
        };
        add("one", "Prospecting", 10, "2026-01-10");
        add("two", "Closed Won", 20, "2026-02-10");
        add("three", "Closed Lost", 30, "2026-03-10");
    }

    std::set<std::string> names(const std::string& object, const std::string& field, const std::string& where) {
        std::set<std::string> found;
        for (const Json& row : client.query("SELECT " + field + " FROM " + object + " WHERE " + where))
            found.insert(text(row, field.c_str()));
        return found;
    }
    std::set<std::string> contacts(const std::string& where) { return names("Contact", "LastName", where); }
    std::set<std::string> deals(const std::string& where) { return names("Opportunity", "Name", where); }
    std::string code(const std::string& soql) { return client.refused_query(soql).first; }

    SandboxClient client;
    std::string acme;
};

using Names = std::set<std::string>;

TEST_F(Soql, ComparesTextWithoutCase) {
    EXPECT_EQ(contacts("Email = 'ADA@shop.example'"), Names{"Ada"});
    EXPECT_EQ(contacts("Email IN ('ADA@shop.example', 'BEA@SHOP.EXAMPLE')"), (Names{"Ada", "Bea"}));
    EXPECT_EQ(names("Account", "Name", "BillingCity = 'MÜNCHEN'"), Names{"Acme"});
}

TEST_F(Soql, TreatsNullAsSalesforceDoes) {
    EXPECT_EQ(contacts("Email = null"), Names{"Cy"});
    EXPECT_EQ(contacts("Email = ''"), Names{"Cy"});
    EXPECT_EQ(contacts("Email != null"), (Names{"Ada", "Bea"}));
    EXPECT_EQ(contacts("Email != 'ada@shop.example'"), (Names{"Bea", "Cy"}));
    EXPECT_EQ(contacts("Account.Name = null"), Names{"Cy"});
}

TEST_F(Soql, ComparesNumbersDatesAndBooleans) {
    EXPECT_EQ(deals("Amount > 10 AND Amount <= 30"), (Names{"two", "three"}));
    EXPECT_EQ(deals("CloseDate < 2026-02-10"), Names{"one"});
    EXPECT_EQ(deals("IsClosed = false"), Names{"one"});
    EXPECT_EQ(deals("CreatedDate >= 2026-03-01T10:00:00+01:00"), (Names{"one", "two", "three"}));
    EXPECT_EQ(deals("CreatedDate > 2026-03-01T09:00:00Z"), Names{});
}

TEST_F(Soql, CombinesConditions) {
    EXPECT_EQ(deals("(Name = 'one' OR Name = 'two') AND NOT Amount = 10"), Names{"two"});
    EXPECT_EQ(deals("NOT (Name = 'one' OR Name = 'two')"), Names{"three"});
    EXPECT_EQ(deals("Name NOT IN ('one')"), (Names{"two", "three"}));
    EXPECT_EQ(code("SELECT Id FROM Opportunity WHERE Amount = 1 AND Amount = 2 OR Amount = 3"), "MALFORMED_QUERY")
        << "AND and OR do not mix without parentheses";
}

TEST_F(Soql, MatchesPatterns) {
    EXPECT_EQ(contacts("LastName LIKE 'a%'"), Names{"Ada"});
    EXPECT_EQ(contacts("LastName LIKE '_e_'"), Names{"Bea"});
    EXPECT_EQ(contacts("Department LIKE '100\\%\\_%'"), Names{"Cy"});
    EXPECT_EQ(contacts("Department LIKE '1000\\%%'"), Names{});
}

TEST_F(Soql, ReadsEscapesInText) {
    client.seed("Contact", {{"LastName", "O'Hara \\ \"x\""}});
    EXPECT_EQ(contacts("LastName = 'o\\'hara \\\\ \\\"x\\\"'"), Names{"O'Hara \\ \"x\""});
    EXPECT_EQ(contacts("LastName = '\\u0041da'"), Names{"Ada"});
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE LastName = '\\q'"), "MALFORMED_QUERY");
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE LastName = 'open"), "MALFORMED_QUERY");
}

TEST_F(Soql, FollowsRelationships) {
    client.seed("Opportunity", {{"Name", "four"}, {"StageName", "Prospecting"}, {"CloseDate", "2026-01-01"}});
    EXPECT_EQ(deals("Account.Name = 'acme' AND Account.Owner.Username != null"), (Names{"one", "two", "three"}));
    const Json rows = client.query("SELECT Name, Account.Name, Account.Owner.Email FROM Opportunity WHERE Name IN "
                                   "('one', 'four') ORDER BY Name");
    EXPECT_EQ(rows.at(0).at("Account"), nullptr);
    EXPECT_EQ(rows.at(1).at("Account").at("Name"), "Acme");
    EXPECT_EQ(rows.at(1).at("Account").at("attributes").at("type"), "Account");
    EXPECT_EQ(rows.at(1).at("Account").at("Owner").at("Email"), "integration@sandbox.example");
    EXPECT_EQ(contacts("AccountId IN (SELECT AccountId FROM Opportunity WHERE Amount = 20)"), Names{"Ada"});
}

TEST_F(Soql, TakesIdsInBothForms) {
    EXPECT_EQ(names("Account", "Name", "Id = '" + acme.substr(0, 15) + "'"), Names{"Acme"});
    EXPECT_EQ(contacts("AccountId IN ('" + acme + "')"), Names{"Ada"});
}

TEST_F(Soql, SortsAndPages) {
    const Json rows = client.query("SELECT Name FROM Opportunity ORDER BY Amount DESC LIMIT 2 OFFSET 1");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows.at(0).at("Name"), "two");
    EXPECT_EQ(rows.at(1).at("Name"), "one");
    EXPECT_EQ(client.query("SELECT LastName FROM Contact ORDER BY Email NULLS LAST").at(2).at("LastName"), "Cy");
    EXPECT_EQ(client.query("SELECT LastName FROM Contact ORDER BY Email").at(0).at("LastName"), "Cy");
}

TEST_F(Soql, Counts) {
    const Json body = client.json(200, "GET", "query?q=SELECT+COUNT()+FROM+Opportunity+WHERE+Amount+%3E+10");
    EXPECT_EQ(body.at("totalSize"), 2);
    EXPECT_TRUE(body.at("records").empty());
}

TEST_F(Soql, ReturnsRowsWithoutAnOrderShuffled) {
    for (int i = 0; i < 20; ++i) client.seed("Account", {{"Name", "Z" + std::to_string(i)}});
    std::set<std::string> orders;
    for (int i = 0; i < 5; ++i) orders.insert(base::to_text(client.query("SELECT Name FROM Account")));
    EXPECT_GT(orders.size(), 1U);
    SandboxClient one{{}, 7};
    SandboxClient same{{}, 7};
    for (int i = 0; i < 20; ++i)
        for (SandboxClient* each : {&one, &same}) each->seed("Account", {{"Name", "Z" + std::to_string(i)}});
    EXPECT_EQ(one.query("SELECT Name FROM Account"), same.query("SELECT Name FROM Account")) << "one seed, one order";
}

TEST_F(Soql, RefusesWithSalesforcesCodes) {
    EXPECT_EQ(code("SELECT Nonsense__c FROM Contact"), "INVALID_FIELD");
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE Nonsense.Name = 'x'"), "INVALID_FIELD");
    EXPECT_EQ(code("SELECT Id FROM Nonsense"), "INVALID_TYPE");
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE"), "MALFORMED_QUERY");
    EXPECT_EQ(code("SELECT Id Contact"), "MALFORMED_QUERY");
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE Id = 'abc'"), "INVALID_QUERY_FILTER_OPERATOR");
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE LastName = 'Ada' OR AccountId IN ('" + acme + "', 'x')"),
              "INVALID_QUERY_FILTER_OPERATOR")
        << "one malformed id fails the whole query";
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE AccountId LIKE '001%'"), "INVALID_QUERY_FILTER_OPERATOR");
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE LastName = 5"), "INVALID_FIELD");
    EXPECT_EQ(code("SELECT Id FROM Opportunity WHERE Amount = '5'"), "INVALID_FIELD");
    EXPECT_EQ(code("SELECT Id FROM Contact WHERE Description = 'x'"), "INVALID_FIELD")
        << "long text cannot be filtered";
    EXPECT_EQ(code("SELECT Id FROM Contact ORDER BY Email OFFSET 2001"), "NUMBER_OUTSIDE_VALID_RANGE");
}

TEST_F(Soql, RefusesAStatementOverAHundredThousandCharacters) {
    // In a composite, because a URL ends at 16,384 bytes.
    std::string soql = "SELECT Id FROM Contact WHERE LastName IN ('a'";
    while (soql.size() <= 100'000) soql += ",'abcdefghij'";
    const Json envelope = {{"compositeRequest",
                            {{{"method", "GET"},
                              {"referenceId", "q"},
                              {"url", "/services/data/v64.0/query?q=" + net::percent_encoded(soql + ")")}}}}};
    const Json body = client.json(200, "POST", "composite", envelope);
    EXPECT_EQ(body.at("compositeResponse").at(0).at("httpStatusCode"), 400);
    EXPECT_EQ(body.at("compositeResponse").at(0).at("body").at(0).at("errorCode"), "MALFORMED_QUERY");
}

TEST_F(Soql, GivesLongAnswersInPages) {
    Json many = Json::array();
    for (int i = 0; i < 2'001; ++i) many.push_back({{"Name", "N" + std::to_string(i)}});
    ASSERT_TRUE(client.sandbox.seed("Account", many).has_value());
    const Json first = client.json(200, "GET", "query?q=SELECT+Name+FROM+Account");
    EXPECT_EQ(first.at("totalSize"), 2'003);
    EXPECT_EQ(first.at("done"), false);
    EXPECT_EQ(first.at("records").size(), 2'000U);
    const std::string next = text(first, "nextRecordsUrl").substr(std::string("/services/data/v64.0/").size());
    const Json second = client.json(200, "GET", next);
    EXPECT_EQ(second.at("done"), true);
    EXPECT_EQ(second.at("records").size(), 3U);
    EXPECT_EQ(client.sandbox.api_calls(), 2U);
    EXPECT_EQ(client.json(400, "GET", "query/01gnonsense-2000").at(0).at("errorCode"), "INVALID_QUERY_LOCATOR");
}

TEST_F(Soql, ShowsDeletedRowsToQueryAllOnly) {
    client.json(204, "DELETE", "sobjects/Account/" + acme);
    EXPECT_EQ(client.query("SELECT Id FROM Account WHERE Name = 'Acme'").size(), 0U);
    const Json all = client.json(200, "GET", "queryAll?q=SELECT+IsDeleted+FROM+Account+WHERE+Name+%3D+'Acme'");
    EXPECT_EQ(all.at("records").at(0).at("IsDeleted"), true);
}

} // namespace
} // namespace paysync::sandbox
