// Queries beyond the plain ones: dates, children, groups, polymorphic references, sets of fields.
#include "sandbox_client.hpp"

#include <set>

namespace paysync::sandbox {
namespace {

using base::Json;
using Names = std::set<std::string>;

/// Today is Sunday, 2026-03-01, 10:00 in Berlin.
class WideSoql : public ::testing::Test {
protected:
    WideSoql() {
        acme = client.seed("Account", {{"Name", "Acme"}, {"Industry", "Retail"}});
        bolt = client.seed("Account", {{"Name", "Bolt"}, {"Industry", "Retail"}});
        client.seed("Account", {{"Name", "Cog"}});
        client.seed("Contact", {{"LastName", "Ada"}, {"AccountId", acme}});
        client.seed("Contact", {{"LastName", "Bea"}, {"AccountId", acme}});
        deal("last year", "2025-06-30", 10, acme);
        deal("february", "2026-02-28", 20, acme);
        deal("today", "2026-03-01", 40, bolt);
        deal("next week", "2026-03-03", Json(), bolt);
        deal("april", "2026-04-01", 5, bolt);
    }

    void deal(const char* name, const char* close, const Json& amount, const std::string& account) {
        client.seed("Opportunity", {{"Name", name},
                                    {"StageName", "Prospecting"},
                                    {"CloseDate", close},
                                    {"Amount", amount},
                                    {"AccountId", account}});
    }
    Names deals(const std::string& where) {
        Names found;
        for (const Json& row : client.query("SELECT Name FROM Opportunity WHERE " + where))
            found.insert(text(row, "Name"));
        return found;
    }
    std::string refused(const std::string& soql) { return client.refused_query(soql).first; }

    SandboxClient client;
    std::string acme;
    std::string bolt;
};

TEST_F(WideSoql, KnowsSpansOfDays) {
    EXPECT_EQ(deals("CloseDate = TODAY"), Names{"today"});
    EXPECT_EQ(deals("CloseDate > TODAY"), (Names{"next week", "april"}));
    EXPECT_EQ(deals("CloseDate >= TODAY AND CloseDate <= NEXT_WEEK"), (Names{"today", "next week"}));
    EXPECT_EQ(deals("CloseDate = YESTERDAY"), Names{"february"});
    EXPECT_EQ(deals("CloseDate = LAST_N_DAYS:1"), (Names{"february", "today"}));
    EXPECT_EQ(deals("CloseDate = NEXT_N_DAYS:2"), Names{"next week"});
    EXPECT_EQ(deals("CloseDate = THIS_WEEK"), (Names{"february", "today"})) << "weeks begin on Monday";
    EXPECT_EQ(deals("CloseDate = NEXT_WEEK"), Names{"next week"});
    EXPECT_EQ(deals("CloseDate = LAST_MONTH"), Names{"february"});
    EXPECT_EQ(deals("CloseDate = THIS_MONTH"), (Names{"today", "next week"}));
    EXPECT_EQ(deals("CloseDate = NEXT_N_MONTHS:1"), Names{"april"});
    EXPECT_EQ(deals("CloseDate = THIS_QUARTER"), (Names{"february", "today", "next week"}));
    EXPECT_EQ(deals("CloseDate = LAST_YEAR"), Names{"last year"});
    EXPECT_EQ(deals("CloseDate = N_DAYS_AGO:1"), Names{"february"});
    EXPECT_EQ(deals("CloseDate = THIS_FISCAL_YEAR AND CloseDate != THIS_MONTH"), (Names{"february", "april"}));
    EXPECT_EQ(deals("CloseDate < LAST_90_DAYS"), Names{"last year"});
    EXPECT_EQ(refused("SELECT Id FROM Opportunity WHERE CloseDate = SOMETIME"), "MALFORMED_QUERY");
    EXPECT_EQ(refused("SELECT Id FROM Opportunity WHERE Name = TODAY"), "INVALID_FIELD");
}

TEST_F(WideSoql, BeginsDaysWhereTheUserIs) {
    const auto made = [&](const char* created) {
        client.seed("Contact", {{"LastName", created}, {"CreatedDate", created}});
    };
    made("2026-02-28T22:59:59Z"); // in Berlin it is not midnight yet
    made("2026-02-28T23:00:00Z");
    Names today;
    for (const Json& row : client.query("SELECT LastName FROM Contact WHERE CreatedDate = TODAY"))
        today.insert(text(row, "LastName"));
    EXPECT_EQ(today, (Names{"2026-02-28T23:00:00Z", "Ada", "Bea"}));
}

TEST_F(WideSoql, KnowsPartsOfDates) {
    EXPECT_EQ(deals("CALENDAR_YEAR(CloseDate) = 2025"), Names{"last year"});
    EXPECT_EQ(deals("CALENDAR_MONTH(CloseDate) IN (2, 4)"), (Names{"february", "april"}));
    EXPECT_EQ(deals("DAY_IN_WEEK(CloseDate) = 1"), Names{"today"}) << "Sunday is the first";
    const Json groups = client.query("SELECT CALENDAR_YEAR(CloseDate), COUNT(Id) FROM Opportunity GROUP BY "
                                     "CALENDAR_YEAR(CloseDate) ORDER BY CALENDAR_YEAR(CloseDate)");
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups.at(0).at("expr0"), 2025);
    EXPECT_EQ(groups.at(1).at("expr1"), 4);
    EXPECT_EQ(refused("SELECT Id FROM Opportunity WHERE CALENDAR_YEAR(Name) = 2025"), "MALFORMED_QUERY");
    EXPECT_EQ(refused("SELECT NONSENSE(Name) FROM Opportunity"), "MALFORMED_QUERY");
}

TEST_F(WideSoql, ShowsChildren) {
    const Json rows = client.query("SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName DESC LIMIT 1), "
                                   "(SELECT Id FROM Opportunities WHERE Amount > 15) FROM Account ORDER BY Name");
    ASSERT_EQ(rows.size(), 3U);
    const Json& contacts = rows.at(0).at("Contacts");
    EXPECT_EQ(contacts.at("totalSize"), 1);
    EXPECT_EQ(contacts.at("done"), true);
    EXPECT_EQ(contacts.at("records").at(0).at("LastName"), "Bea");
    EXPECT_EQ(rows.at(0).at("Opportunities").at("records").size(), 1U);
    EXPECT_EQ(rows.at(1).at("Contacts"), nullptr);
    EXPECT_EQ(rows.at(2).at("Opportunities"), nullptr);
    EXPECT_EQ(refused("SELECT Id, (SELECT Id FROM Contact) FROM Account"), "INVALID_TYPE")
        << "the relationship's name";
    EXPECT_EQ(refused("SELECT Id, (SELECT Nothing FROM Contacts) FROM Account WHERE Name = 'none'"), "INVALID_FIELD");
}

TEST_F(WideSoql, Aggregates) {
    const Json all = client.query("SELECT COUNT(Id) deals, SUM(Amount), AVG(Amount) mean, MIN(CloseDate), "
                                  "MAX(Name), COUNT_DISTINCT(AccountId), COUNT(Amount) FROM Opportunity");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.at(0), Json::parse(R"({"attributes": {"type": "AggregateResult"}, "deals": 5, "expr0": 75.0,
        "mean": 18.75, "expr1": "2025-06-30", "expr2": "today", "expr3": 2, "expr4": 4})"));
    const Json groups = client.query("SELECT Account.Name, SUM(Amount) total FROM Opportunity GROUP BY Account.Name "
                                     "HAVING COUNT(Id) > 2 ORDER BY SUM(Amount) DESC");
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups.at(0).at("Name"), "Bolt");
    EXPECT_EQ(groups.at(0).at("total"), 45.0);
    EXPECT_EQ(client.query("SELECT Industry FROM Account GROUP BY Industry").size(), 2U) << "null is a group too";
    EXPECT_EQ(client.query("SELECT SUM(Amount) FROM Opportunity WHERE Name = 'none'").at(0).at("expr0"), nullptr);
}

TEST_F(WideSoql, RefusesBadAggregates) {
    const auto [code, message] = client.refused_query("SELECT Name, COUNT(Id) FROM Account");
    EXPECT_EQ(code, "MALFORMED_QUERY");
    EXPECT_NE(message.find("Field must be grouped or aggregated: Name"), std::string::npos);
    EXPECT_EQ(refused("SELECT SUM(Name) FROM Account"), "MALFORMED_QUERY");
    EXPECT_EQ(refused("SELECT Id FROM Account WHERE COUNT(Id) > 1"), "MALFORMED_QUERY");
    EXPECT_EQ(refused("SELECT Id FROM Account HAVING Name = 'x'"), "MALFORMED_QUERY");
}

TEST_F(WideSoql, FollowsPolymorphicReferences) {
    const std::string lead = client.seed("Lead", {{"LastName", "L"}, {"Company", "C"}});
    client.seed("Task", {{"Subject", "one"}, {"WhatId", acme}, {"WhoId", lead}});
    client.seed("Task", {{"Subject", "two"}});
    const Json rows =
        client.query("SELECT Subject, What.Name, What.Type, TYPEOF Who WHEN Lead THEN Company ELSE Name "
                     "END FROM Task WHERE What.Type = 'Account'");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.at(0).at("What").at("Name"), "Acme");
    EXPECT_EQ(rows.at(0).at("What").at("Type"), "Account");
    EXPECT_EQ(rows.at(0).at("Who").at("Company"), "C");
    EXPECT_EQ(rows.at(0).at("Who").at("attributes").at("type"), "Lead");
    EXPECT_EQ(client.query("SELECT Subject FROM Task WHERE What.Type = null").at(0).at("Subject"), "two");
}

TEST_F(WideSoql, ExpandsSetsOfFields) {
    const Json all = client.query("SELECT FIELDS(ALL) FROM Account WHERE Name = 'Acme' LIMIT 200").at(0);
    EXPECT_TRUE(all.contains("Industry") && all.contains("Checkout_Customer_Id__c"));
    const Json custom = client.query("SELECT Id, FIELDS(CUSTOM) FROM Account LIMIT 1").at(0);
    EXPECT_TRUE(custom.contains("Checkout_Customer_Id__c") && !custom.contains("Industry"));
    EXPECT_FALSE(client.query("SELECT FIELDS(STANDARD) FROM Account").at(0).contains("Checkout_Customer_Id__c"));
    const auto [code, message] = client.refused_query("SELECT FIELDS(ALL) FROM Account");
    EXPECT_EQ(code, "MALFORMED_QUERY");
    EXPECT_NE(message.find("LIMIT of at most 200"), std::string::npos);
}

TEST_F(WideSoql, KnowsAliasesScopesAndClausesWithoutEffect) {
    EXPECT_EQ(client.query("SELECT a.Name FROM Account a WHERE a.Name = 'Cog' WITH SECURITY_ENFORCED").size(), 1U);
    EXPECT_EQ(client.query("SELECT Id FROM Account USING SCOPE mine LIMIT 2 FOR VIEW").size(), 2U);
    EXPECT_EQ(client.query("SELECT toLabel(Industry) FROM Account WHERE Name = 'Acme'").at(0).at("Industry"),
              "Retail");
}

TEST_F(WideSoql, PlacesItsErrorsAsSalesforcePrintsThem) {
    const auto [code, message] = client.refused_query("SELECT Id, Nam FROM Account");
    EXPECT_EQ(code, "INVALID_FIELD");
    EXPECT_EQ(message.substr(0, message.find(". If you")),
              "\nSELECT Id, Nam FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Nam' on entity "
              "'Account'");
    const auto second = client.refused_query("SELECT Id\nFROM Account\nWHERE Nam = 'x'");
    EXPECT_NE(second.second.find("ERROR at Row:3:Column:7"), std::string::npos) << second.second;
    EXPECT_EQ(refused("SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account"), "INVALID_FIELD");
}

TEST_F(WideSoql, PagesAsSmallAsAsked) {
    Json many = Json::array();
    for (int i = 0; i < 250; ++i) many.push_back({{"LastName", "N" + std::to_string(i)}});
    ASSERT_TRUE(client.sandbox.seed("Contact", many).has_value());
    const auto answer =
        client.call_with({{"Sforce-Query-Options", "batchSize=200"}}, "GET", "query?q=SELECT+Id+FROM+Contact");
    const Json page = base::parse_json(answer.body).value();
    EXPECT_EQ(page.at("records").size(), 200U);
    EXPECT_EQ(page.at("done"), false);
    EXPECT_TRUE(text(page, "nextRecordsUrl").ends_with("-200"));
}

} // namespace
} // namespace paysync::sandbox
