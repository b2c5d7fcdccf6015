// config/flow.schema.json: it says of flow files what the loader says.
#include "flow/file_keys.hpp"
#include "paysync/flow/embedded.hpp"
#include "paysync/yaml/to_json.hpp"

#include "flow_fixture.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace paysync::flow {
namespace {

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream{file};
    std::ostringstream whole;
    whole << stream.rdbuf();
    return whole.str();
}

const Json& schema_text() {
    static const Json text = [] {
        auto parsed = base::parse_json(text_of(PAYSYNC_SOURCE_DIR "/config/flow.schema.json"));
        EXPECT_TRUE(parsed) << "config/flow.schema.json is no JSON";
        return parsed ? *parsed : Json::object();
    }();
    return text;
}

/// The schema uses only words that draft 7 and draft 2020-12 understand alike, so that a validator of either will do.
const valijson::Schema& schema() {
    static const std::unique_ptr<const valijson::Schema> compiled = [] {
        auto made = std::make_unique<valijson::Schema>();
        valijson::SchemaParser parser{valijson::SchemaParser::kDraft7};
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter{schema_text()}, *made);
        return made;
    }();
    return *compiled;
}

bool is_valid(const std::string& text) {
    yaml::Problems problems;
    const auto node = yaml::read(text, "f.yaml", problems);
    EXPECT_EQ(problems.text(), "");
    if (!node) return false;
    const Json json = yaml::to_json(*node);
    valijson::Validator validator;
    return validator.validate(schema(), valijson::adapters::NlohmannJsonAdapter{json}, nullptr);
}

std::string with_step(const std::string& step) {
    return "flow: f\non: x\nsteps:\n  - " + step + "\n";
}

TEST(Schema, AllShippedFlowsAreValid) {
    std::size_t files = 0;
    for (const auto& [path, text] : embedded_flows()) {
        if (!path.ends_with(".yaml")) continue;
        EXPECT_TRUE(is_valid(std::string{text})) << path;
        ++files;
    }
    for (const auto& entry : std::filesystem::directory_iterator{PAYSYNC_SOURCE_DIR "/config/flows/examples"}) {
        if (entry.path().extension() != ".yaml") continue;
        EXPECT_TRUE(is_valid(text_of(entry.path()))) << entry.path();
        ++files;
    }
    EXPECT_GE(files, 12U);
}

TEST(Schema, EveryKindOfStepIsValid) {
    for (const char* step : {
             "{ record: A, key: { K: k }, set: { B: 1, C: true, D: '${ .a }' }, none: '${ \"skip\" }' }",
             "{ name: a, record: A, find: [{ B: b, C: { gte: 5 }, D: [a, b], E: { empty: '${ .a }' } }], several: "
             "all }",
             "{ use: payer, with: { create: false } }",
             "{ choose: [{ when: '${ .a }', steps: [{ use: payer }] }, { otherwise: [{ use: payer }] }] }",
             "{ each: '${ .a }', as: item, steps: [{ use: payer }] }",
             "{ at: '${ .a }', key: 'a/${ .b }', while: '${ .c }', late: skip, steps: [{ use: payer }] }",
             "{ invoke: Start, key: k, with: { a: '${ .b }' } }",
             "{ notify: chat, key: k, body: '${ {a: 1} }' }",
             "{ hold: 'Why ${ .a }', by: finance, for: 2d, then: go }",
         })
        EXPECT_TRUE(is_valid(with_step(step))) << step;
}

TEST(Schema, WhatTheLoaderRefusesIsNotValid) {
    for (const char* file : {
             "flow: f\non: x\n",                                                        // no steps
             "flow: f\nsteps: [{ use: a }]\n",                                          // no on
             "flow: f\non: x\nsteps: []\n",                                             // empty
             "flow: f\non: x\nstep: []\nsteps: [{ use: a }]\n",                         // unknown key
             "flow: f\nfragment: g\non: x\nsteps: [{ use: a }]\n",                      // both
             "fragment: f\non: x\nsteps: [{ use: a }]\n",                               // a key of flows
             "flow: a b\non: x\nsteps: [{ use: a }]\n",                                 // no name
             "flow: f\non: x\nwhen: .a == 1\nsteps: [{ use: a }]\n",                    // text is never true
             "flow: f\non: x\nneeds: [custmer]\nsteps: [{ use: a }]\n",                 // unknown part
             "flow: f\non: x\nmax_age: 3 days\nsteps: [{ use: a }]\n",                  // no length of time
             "flow: f\non: x\npriority: high\nsteps: [{ use: a }]\n",                   // unknown word
             "flow: f\non: x\nsteps: [{ use: a }]\ntests: [{ name: t, events: [a] }]\n" // no expect
         })
        EXPECT_FALSE(is_valid(file)) << file;
    for (const char* step : {
             "{ record: A, fnd: [] }",
             "{ record: A, key: [a] }",
             "{ record: A, key: { K: k }, set: { Id: b } }",
             "{ record: A, key: { K: k }, set: { B: [1] } }",
             "{ record: A, find: { B: b } }",
             "{ record: A, find: [{ B: { greater: 1 } }] }",
             "{ record: A, find: [{ B: b, C: { about: x, at_least: 2 } }] }",
             "{ record: A, find: [{ B: b }], several: first }",
             "{ use: a, set: { B: b } }",
             "{ choose: [{ when: true }] }",
             "{ when: true }",
             "{ each: '${ .a }', steps: [{ use: a }] }",
             "{ at: '${ .a }', steps: [{ use: a }] }",
             "{ invoke: Start }",
             "{ hold: Why, for: two days }",
         })
        EXPECT_FALSE(is_valid(with_step(step))) << step;
}

/// The keys under `properties` of a definition, in order of the alphabet.
std::vector<std::string> keys_in_schema(const std::string& kind) {
    std::vector<std::string> keys;
    const Json& definition = base::member(base::member(schema_text(), "$defs"), kind);
    for (const auto& [key, about] : base::member(definition, "properties").items()) {
        keys.push_back(key);
        EXPECT_FALSE(base::member_text(about, "description").value_or("").empty()) << kind << "." << key;
    }
    return keys;
}

TEST(Schema, HasTheLoadersKeysAndNoOthers) {
    for (const auto& [kind, known] : keys_of_files()) {
        std::vector<std::string> keys = known;
        std::sort(keys.begin(), keys.end());
        EXPECT_EQ(keys_in_schema(kind), keys) << kind;
    }
    // An event's body is Checkout.com's own: the loader takes every key.
    for (const auto& [kind, definition] : schema_text().at("$defs").items()) {
        if (!definition.contains("properties") || kind == "event") continue;
        EXPECT_TRUE(keys_of_files().contains(kind)) << "the loader knows no " << kind;
    }
}

} // namespace
} // namespace paysync::flow
