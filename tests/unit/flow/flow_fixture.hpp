// Small things that the tests of flows share: loading, an org in memory, and a driver that answers rounds.
#pragma once

#include "paysync/flow/flow_set.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace paysync::flow {

using base::Json;

inline std::shared_ptr<const FlowSet> try_load(const std::vector<SourceFile>& files, yaml::Problems& problems,
                                               const FlowSettings& settings = {}, const std::string& functions = {}) {
    return FlowSet::load(files, {"functions.jq", functions}, settings, problems);
}

inline std::shared_ptr<const FlowSet> load(const std::vector<SourceFile>& files, const FlowSettings& settings = {},
                                           const std::string& functions = {}) {
    yaml::Problems problems;
    auto flows = try_load(files, problems, settings, functions);
    EXPECT_EQ(problems.text(), "");
    return flows;
}

inline std::shared_ptr<const FlowSet> load(const std::string& text, const FlowSettings& settings = {}) {
    return load(std::vector<SourceFile>{{"f.yaml", text}}, settings);
}

/// What loading reports.
inline std::string problems_of(const std::string& text, const FlowSettings& settings = {},
                               const std::string& functions = {}) {
    yaml::Problems problems;
    const auto flows = try_load({{"f.yaml", text}}, problems, settings, functions);
    EXPECT_EQ(flows == nullptr, problems.has_errors());
    return problems.text();
}

/// Answers what was asked before; what was not is noted by the evaluator.
class FakeOrg : public Knowledge {
public:
    std::map<std::string, std::vector<Json>> records;
    std::map<std::string, Answer> answered;
    const Overlay* overlay = nullptr;

    std::optional<Answer> answer(const Question& question) const override {
        auto found = answered.find(question.key());
        if (found == answered.end() && !question.only_planned()) return std::nullopt;
        const Answer org = found == answered.end() ? Answer{} : found->second;
        return overlay == nullptr ? org : overlay->over(question, org);
    }

    void look_up(const Question& question) {
        Answer made;
        for (const Json& record : records[question.object])
            if (meets_all(record, question.where)) made.records.push_back(record);
        answered[question.key()] = made;
    }
};

struct Driven {
    Decision decision;
    int rounds = 0;

    const Plan& plan() const {
        static const Plan none;
        const Plan* made = std::get_if<Plan>(&decision);
        if (made == nullptr && std::holds_alternative<Fault>(decision))
            ADD_FAILURE() << std::get<Fault>(decision).step << " " << std::get<Fault>(decision).where << ": "
                          << std::get<Fault>(decision).message;
        EXPECT_NE(made, nullptr);
        return made == nullptr ? none : *made;
    }
    Fault fault() const {
        EXPECT_TRUE(std::holds_alternative<Fault>(decision));
        const Fault* made = std::get_if<Fault>(&decision);
        return made == nullptr ? Fault{} : *made;
    }
    /// The only write.
    RecordWrite write() const {
        EXPECT_EQ(plan().writes.size(), 1U);
        return plan().writes.empty() ? RecordWrite{} : plan().writes.front();
    }
};

inline Driven drive(Evaluator& evaluator, std::size_t flow, const Input& input, FakeOrg& org) {
    Driven driven;
    for (driven.rounds = 0; driven.rounds < 20; ++driven.rounds) {
        driven.decision = evaluator.evaluate(flow, input, org);
        const Asks* asks = std::get_if<Asks>(&driven.decision);
        if (asks == nullptr) return driven;
        for (const Question& question : asks->questions) org.look_up(question);
    }
    ADD_FAILURE() << "asks for ever";
    return driven;
}

inline Input make_input(Json event) {
    Input input;
    if (!event.contains("id")) event["id"] = "evt_1";
    if (!event.contains("type")) event["type"] = "payment_captured";
    input.now = *base::parse_time("2026-03-01T12:00:00Z");
    input.occurred_at = input.now;
    if (event.contains("occurred_at"))
        input.occurred_at = *base::parse_time(event["occurred_at"].get<std::string>());
    else
        event["occurred_at"] = "2026-03-01T12:00:00Z";
    input.event = std::move(event);
    return input;
}

inline Driven run(const std::string& text, Json event, FakeOrg& org) {
    const auto flows = load(text);
    if (!flows) return {};
    Evaluator evaluator{flows};
    return drive(evaluator, 0, make_input(std::move(event)), org);
}

inline Driven run(const std::string& text, Json event = Json::object()) {
    FakeOrg org;
    return run(text, std::move(event), org);
}

/// What one expression gives, seen through a field.
inline Json value_of(const std::string& expression, Json event = Json::object(), const FlowSettings& settings = {}) {
    const std::string text =
        "flow: f\non: x\nsteps:\n  - record: T\n    key: { K: k }\n    create:\n      F: |\n        ${ " +
        expression + " }\n";
    const auto flows = load(text, settings);
    if (!flows) return "does not load";
    Evaluator evaluator{flows};
    FakeOrg org;
    const Driven driven = drive(evaluator, 0, make_input(std::move(event)), org);
    if (const Fault* fault = std::get_if<Fault>(&driven.decision)) return "fault: " + fault->message;
    const Plan& plan = driven.plan();
    return plan.writes.empty() ? Json() : base::member(plan.writes[0].fields, "F");
}

} // namespace paysync::flow
