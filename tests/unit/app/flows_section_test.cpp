// paysync.yaml's groups of payments and events that no flow sees.
#include "configuration_file.hpp"

#include <gmock/gmock.h>

namespace paysync::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FlowRules : public ConfigurationFile {};

std::vector<std::string> told(const std::vector<flow::NamedExpression>& expressions) {
    std::vector<std::string> made;
    for (const flow::NamedExpression& one : expressions) made.push_back(one.name + ": " + one.text);
    return made;
}

TEST_F(FlowRules, HaveOrdersAndSubscriptionsWhereTheFileSaysNothing) {
    const auto standard = told(Configuration{}.flows.settings.groups);
    ASSERT_EQ(standard.size(), 2U);
    EXPECT_EQ(standard[0], "order: ${ .payment.metadata.order_id // .payment.reference }");
    EXPECT_EQ(told(load(valid()).configuration.flows.settings.groups), standard);
    EXPECT_EQ(told(load(valid("flows: { groups: }\n")).configuration.flows.settings.groups), standard);
    EXPECT_THAT(load(valid("flows: { groups: {} }\n")).configuration.flows.settings.groups, IsEmpty());

    yaml::Problems problems;
    const auto reference =
        load_configuration(std::string(PAYSYNC_SOURCE_DIR) + "/config/paysync.yaml", Secrets::skip, problems);
    EXPECT_EQ(told(reference.flows.settings.groups), standard) << "config/paysync.yaml states the defaults";
}

TEST_F(FlowRules, AreReadInTheOrderOfTheFileWithTheirPlaces) {
    const Loaded loaded = load(valid("flows:\n"
                                     "  groups:\n"
                                     "    trip: '${ .payment.metadata.trip }'\n" // line 10
                                     "    account_2: ${ .customer.key }\n"
                                     "  ignore:\n"
                                     "    - { name: test cards, when: '${ .payment.amount == 1 }' }\n"
                                     "    - name: other\n"
                                     "      when: ${ .type == \"x\" }\n"));
    ASSERT_THAT(loaded.problems.text(), IsEmpty());
    const flow::FlowSettings& settings = loaded.configuration.flows.settings;
    EXPECT_THAT(told(settings.groups),
                ::testing::ElementsAre("trip: ${ .payment.metadata.trip }", "account_2: ${ .customer.key }"));
    EXPECT_EQ(settings.groups[0].place.line, 10);
    EXPECT_EQ(settings.groups[0].place.column, 11);
    EXPECT_THAT(told(settings.ignore),
                ::testing::ElementsAre("test cards: ${ .payment.amount == 1 }", "other: ${ .type == \"x\" }"));
    EXPECT_EQ(settings.ignore[1].place.line, 15);
}

TEST_F(FlowRules, NameEveryMistake) {
    const std::string all = problems_of(valid("flows:\n"
                                              "  groups:\n"
                                              "    payment: ${ .x }\n" // line 10
                                              "    my-order: ${ .x }\n"
                                              "    order: .payment.reference\n"
                                              "    trip: [ 1 ]\n"
                                              "  ignore:\n"
                                              "    - { name: a, when: true }\n" // line 15
                                              "    - { when: '${ true }' }\n"
                                              "    - { name: a, whn: x }\n"
                                              "    - 5\n"));
    for (const char* wanted :
         {"paysync.yaml:10:5: error: flows.groups.payment has a name that every event has as its own: .payment",
          "paysync.yaml:11:5: error: flows.groups.my-order must be called by 1 to 40 letters, digits and _",
          "paysync.yaml:12:12: error: flows.groups.order must be one ${ }, not text",
          "write '${ .payment.reference }'",
          "paysync.yaml:13:11: error: flows.groups.trip must be one ${ }, not a list",
          "paysync.yaml:15:24: error: flows.ignore[0].when must be one ${ } that gives true or false",
          "write '${ true }'", "flows.ignore[1].name is missing",
          "flows.ignore[2].name 'a' is the name of another rule already", "flows.ignore[2].when is missing",
          "did you mean 'when'?", "flows.ignore[3] must be a map"})
        EXPECT_THAT(all, HasSubstr(wanted));
    EXPECT_THAT(problems_of(valid("flows: { groups: [ order ], ignore: { a: b } }\n")),
                ::testing::AllOf(HasSubstr("flows.groups must be a map"), HasSubstr("flows.ignore must be a list")));
}

} // namespace
} // namespace paysync::app
