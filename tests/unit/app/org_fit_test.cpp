#include "app/org_fit.hpp"

#include "paysync/base/text.hpp"

#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using salesforce::Field;
using salesforce::FieldType;

Field field(const std::string& name, FieldType type = FieldType::text) {
    Field made;
    made.name = name;
    made.type = type;
    return made;
}

Field picklist(const std::string& name, std::vector<std::string> values, bool restricted) {
    Field made = field(name, FieldType::picklist);
    made.picklist = std::move(values);
    made.restricted_picklist = restricted;
    return made;
}

salesforce::ObjectDescription description() {
    salesforce::ObjectDescription made;
    made.name = "Deal";
    Field sealed = field("Sealed");
    sealed.createable = sealed.updateable = false;
    Field owner = field("OwnerId", FieldType::reference);
    owner.relationship = "Owner";
    for (const Field& one :
         {field("Name"), field("Key__c"), field("Closed", FieldType::date), sealed, owner,
          picklist("Stage", {"Open", "Closed Won"}, false), picklist("Kind", {"New", "Old"}, true)})
        made.fields[base::lower(one.name)] = one;
    return made;
}

/// What is said of a flow with this step.
std::string said_of(const std::string& step) {
    yaml::Problems problems;
    const auto flows =
        flow::FlowSet::load({{"f.yaml", "flow: f\non: x\nsteps:\n  - record: Deal\n" + step}}, {}, {}, problems);
    EXPECT_EQ(problems.text(), "");
    if (!flows) return {};
    examine_fit(*flows, "Deal", description(), {"paysync.yaml", 7, 3}, problems);
    return problems.text();
}

TEST(OrgFit, WhatFitsIsNotSpokenOf) {
    EXPECT_EQ(said_of("    key: { Key__c: k }\n    set: { Stage: closed won, Kind: New, Closed: 2026-03-01 }\n"
                      "    create: { Name: '${ .payment.id }' }\n    read: [Owner.Name]\n"),
              "");
    EXPECT_EQ(said_of("    key: { Key__c: k }\n    set: { Lacks__c: x }\n    optional: [Lacks__c]\n"), "");
}

TEST(OrgFit, AMissingFieldIsNamedWhereItIsWritten) {
    EXPECT_EQ(
        said_of("    key: { Key__c: k }\n    set: { Nam: x }\n"),
        "f.yaml:6:12: warning: Salesforce: Deal has no field Nam that this login can see — did you mean 'Name'? "
        "Else make it, grant it, or list it under the step's `optional`\n");
    EXPECT_EQ(said_of("    key: { Key__c: k }\n    read: [Colour__c, Boss.Name]\n    create: { Name: a }\n"),
              "paysync.yaml:7:3: warning: Salesforce: Deal has no field Boss.Name that this login can see — make it, "
              "grant it, or list it under the step's `optional`\n"
              "paysync.yaml:7:3: warning: Salesforce: Deal has no field Colour__c that this login can see — make it, "
              "grant it, or list it under the step's `optional`\n");
}

TEST(OrgFit, AFieldThatCannotBeWrittenIsNamed) {
    EXPECT_EQ(
        said_of("    key: { Key__c: k }\n    fill: { Sealed: x }\n"),
        "f.yaml:6:13: warning: Salesforce: this login may not write Deal.Sealed — grant it to the login, or list "
        "it under the step's `optional`\n");
}

TEST(OrgFit, APicklistsValueMustBeThere) {
    EXPECT_EQ(
        said_of("    key: { Key__c: k }\n    set:\n      Stage: Closed Wonn\n"),
        "f.yaml:7:7: warning: Salesforce: Deal.Stage: the org's picklist has no value \"Closed Wonn\"; this one "
        "takes any, but reports will not know it — did you mean \"Closed Won\"?\n");
    EXPECT_EQ(said_of("    key: { Key__c: k }\n    create: { Kind: Newer }\n"),
              "f.yaml:6:15: warning: Salesforce: Deal.Kind: the org's picklist has no value \"Newer\"\n");
}

TEST(OrgFit, AnotherLiteralMustBeOfTheFieldsType) {
    EXPECT_NE(said_of("    key: { Key__c: k }\n    set: { Closed: soon }\n")
                  .find("f.yaml:6:12: warning: Salesforce: Deal.Closed"),
              std::string::npos);
}

} // namespace
} // namespace paysync::app
