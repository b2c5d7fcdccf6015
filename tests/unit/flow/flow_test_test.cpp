// The runner of `tests:`: what passes, and what it says when something differs.
#include "plain_views.hpp"

#include <gmock/gmock.h>

namespace paysync::flow {
namespace {

using testing::HasSubstr;

std::string report_of(const std::string& tests) {
    const auto results =
        results_of("flow: f\non: [set, other]\nmax_age: 3d\nsteps:\n"
                   "  - name: it\n    record: Contact\n    key: { K: '${ .k }' }\n    find: [{ Email: '${ .e }' }]\n"
                   "    create: { A: '${ .a }' }\n    set: { N: '${ .n }', D: '${ .d }' }\n"
                   "  - record: Task\n    when: ${ .task == true }\n    key: { T: '${ .k }' }\n    create: { Who: "
                   "'${ $it.Id }' }\n"
                   "tests:\n" +
                   tests);
    EXPECT_EQ(results.size(), 1U);
    if (results.empty()) return "no result";
    EXPECT_EQ(results[0].passed, results[0].report.empty());
    return results[0].report;
}

TEST(FlowTest, PassesWhenTheEffectsAreAsExpected) {
    EXPECT_EQ(report_of("  - name: t\n    given: { Contact: [{ K: old, A: x }] }\n    events:\n      - { type: set, "
                        "k: new, a: 1, task: true }\n"
                        "      - { type: set, k: new, a: 1, n: 5 }\n      - { type: set, k: new, n: 5.0 }\n      - { "
                        "type: set, k: old, n: 1 }\n"
                        "    expect:\n      - create: Contact\n        exactly: { K: new, A: 1 }\n      - create: "
                        "Task\n        set: { Who: Contact 1 }\n"
                        "      - update: Contact\n        exactly: { N: 5 }\n      - update: Contact\n        set: { "
                        "A: , N: 1 }\n    calls: 8\n"),
              "");
}

TEST(FlowTest, SaysWhatDiffers) {
    EXPECT_THAT(report_of("  - name: t\n    events: [{ type: set, k: k, a: 1 }]\n    expect: [{ create: Contact, "
                          "set: { A: 2 } }]\n"),
                HasSubstr("why: A is 1, not 2"));
    EXPECT_THAT(report_of("  - name: t\n    events: [{ type: set, k: k, a: 1 }]\n    expect: [{ create: Contact, "
                          "exactly: { A: 1 } }]\n"),
                HasSubstr("why: K was written too"));
    EXPECT_THAT(report_of("  - name: t\n    events: [{ type: set, k: k }]\n    expect: [none]\n"),
                HasSubstr("not expected: create Contact (Contact 1)"));
    EXPECT_THAT(report_of("  - name: t\n    events: [{ type: unheard }]\n    expect: [{ create: Contact }]\n"),
                HasSubstr("missing: create Contact"));
    EXPECT_THAT(report_of("  - name: t\n    events: [{ type: set, k: k }]\n    expect: [{ update: Contact }]\n"),
                HasSubstr("why: another outcome"));
    EXPECT_THAT(
        report_of(
            "  - name: t\n    events: [{ type: set, k: k }]\n    expect: [{ create: Contact }]\n    calls: 1\n"),
        HasSubstr("at most 1 calls, needed 2"));
}

TEST(FlowTest, KnowsHoldsAndErrors) {
    EXPECT_EQ(report_of("  - name: t\n    given: { Contact: [{ Email: a }, { Email: a }] }\n    events: [{ type: "
                        "set, k: k, e: a }]\n    expect: [{ hold: 2 records of Contact }]\n"),
              "");
    EXPECT_EQ(report_of("  - name: t\n    events: [{ type: set }]\n    expect: [{ error: empty part }]\n"), "");
    EXPECT_THAT(report_of("  - name: t\n    events: [{ type: set }]\n    expect: [{ error: something else }]\n"),
                HasSubstr("empty part"));
}

TEST(FlowTest, TimeIsVirtual) {
    EXPECT_EQ(report_of("  - name: t\n    events:\n      - { type: set, k: a, created_on: 2026-01-01T00:00:00Z }\n   "
                        "   - wait: 4d\n"
                        "      - { type: set, k: b, created_on: 2026-01-01T00:00:00Z }\n    expect: [{ create: "
                        "Contact, set: { K: a } }]\n"),
              "");
    EXPECT_EQ(report_of("  - name: t\n    now: 2026-06-01T00:00:00Z\n    events: [{ type: set, k: a, created_on: "
                        "2026-01-01T00:00:00Z }]\n    expect: [none]\n"),
              "");
}

TEST(FlowTest, AnyOrderFindsADecisionByArrival) {
    const std::string events = "    events: [{ type: set, k: k, n: 1, created_on: 2026-01-01T00:00:00Z }, { type: "
                               "set, k: k, n: 2, created_on: 2026-01-01T00:00:01Z }]\n"
                               "    expect: [{ create: Contact }, { update: Contact }]\n";
    EXPECT_EQ(report_of("  - name: t\n" + events), "");
    EXPECT_THAT(report_of("  - name: t\n" + events + "    any_order: true\n"),
                HasSubstr("another order ends in other records"));
    EXPECT_EQ(report_of("  - name: t\n    events: [{ type: set, k: k, n: 1 }, { type: set, k: k, d: 2 }, { type: "
                        "set, k: l, task: true }]\n"
                        "    expect: [{ create: Contact }, { update: Contact }, { create: Contact }, { create: Task "
                        "}]\n    any_order: true\n"),
              "");
}

TEST(FlowTest, ReadsFilesAndChangesThem) {
    const std::string text =
        "flow: f\non: set\nsteps:\n  - record: T\n    key: { K: '${ .data.k }' }\n    create: { V: '${ .data.deep.v "
        "}' }\n"
        "tests:\n  - name: t\n    events: [{ from: e.json, set: { data.deep.v: 5, id: x } }, e.json]\n"
        "    expect: [{ create: T, exactly: { K: k, V: 5 } }]\n";
    const auto results = results_of(text, [](const std::string& file, const std::string& path) -> base::Result<Json> {
        EXPECT_EQ(file, "f.yaml");
        EXPECT_EQ(path, "e.json");
        return base::parse_json(R"({"id":"e","type":"set","data":{"k":"k"}})");
    });
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].report, "");
    EXPECT_EQ(results[0].place.text(), "f.yaml:8:5");
    const auto missing = results_of(text, [](const std::string&, const std::string&) -> base::Result<Json> {
        return base::Error{base::Errc::not_found, "no such file"};
    });
    EXPECT_EQ(missing[0].report, "f.yaml:9:14: no such file\n");
}

TEST(FlowTest, ParentsAreReadThroughReferences) {
    const auto results = results_of(
        "flow: f\non: set\nsteps:\n  - name: c\n    record: Contact\n    find: [{ Email: a }]\n"
        "  - record: T\n    key: { K: k }\n    create: { O: '${ $c.Account.OwnerId }', P: '${ $c.Boss__r.Name }' }\n"
        "tests:\n  - name: t\n    given: { Account: [{ Id: 001A, OwnerId: 005A }, { Id: 001B, Name: B }], Contact: "
        "[{ Email: a, AccountId: 001A, Boss__c: 001B }] }\n"
        "    events: [{ type: set }]\n    expect: [{ create: T, set: { O: 005A, P: B } }]\n");
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].report, "");
}

} // namespace
} // namespace paysync::flow
