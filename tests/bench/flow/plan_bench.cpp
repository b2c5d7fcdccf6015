// How long it takes to plan one event through all shipped flows. Everything that a flow asks is answered beforehand:
// measured is what paysync itself does.
#include "paysync/flow/embedded.hpp"
#include "paysync/flow/flow_set.hpp"
#include "paysync/sync/input.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

namespace paysync {
namespace {

using base::Json;

const base::WallTime now = *base::parse_time("2026-03-01T12:00:00Z");

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "bench_flow: %s\n", why.c_str());
    std::exit(1);
}

std::shared_ptr<const flow::FlowSet> shipped_flows() {
    std::vector<flow::SourceFile> files;
    flow::SourceFile functions;
    for (const auto& [path, text] : flow::embedded_flows()) {
        if (path.ends_with(".yaml")) files.push_back({path, std::string{text}});
        if (path.ends_with(".jq")) functions = {path, std::string{text}};
    }
    yaml::Problems problems;
    auto flows = flow::FlowSet::load(files, functions, {}, problems);
    if (!flows) give_up(problems.text());
    return flows;
}

/// By file name without its ending.
std::map<std::string, std::string> samples() {
    std::map<std::string, std::string> made;
    for (const auto& [path, text] : flow::embedded_flows()) {
        if (!path.ends_with(".json")) continue;
        const auto name = path.rfind('/') + 1;
        made[path.substr(name, path.size() - name - 5)] = std::string{text};
    }
    return made;
}

/// An org in which nothing is found: every flow goes on to what it would make.
class EmptyOrg final : public flow::Knowledge {
public:
    std::optional<flow::Answer> answer(const flow::Question& question) const override {
        const auto found = answers_.find(question.key());
        return found == answers_.end() ? std::nullopt : std::optional{found->second};
    }
    void learn(const flow::Question& question) { answers_[question.key()] = flow::Answer{}; }

private:
    std::map<std::string, flow::Answer> answers_;
};

flow::Input input_of(const std::string& body) {
    const auto event = checkout::read_event(body, now);
    if (!event) give_up(event.error().detail);
    sync::Views views;
    views.hear(*event);
    views.settle_customers();
    flow::Input input = views.input(*event, now);
    input.org = flow::invented_org(); // any queue, record type and user exists
    return input;
}

/// A body, and all answers that its flows ask for.
struct Prepared {
    std::string body;
    std::vector<std::size_t> flows;
    EmptyOrg org;
};

Prepared prepare(const flow::FlowSet& flows, flow::Evaluator& evaluator, const std::string& body) {
    constexpr int rounds_max = 20;
    Prepared made;
    made.body = body;
    const flow::Input input = input_of(body);
    made.flows = flows.triggered_by(input.event["type"].get<std::string>());
    for (const std::size_t flow : made.flows)
        for (int round = 0; round < rounds_max; ++round) {
            const flow::Decision decision = evaluator.evaluate(flow, input, made.org);
            if (const auto* fault = std::get_if<flow::Fault>(&decision)) give_up(fault->step + ": " + fault->message);
            const auto* asks = std::get_if<flow::Asks>(&decision);
            if (asks == nullptr) break;
            for (const flow::Question& question : asks->questions) made.org.learn(question);
        }
    return made;
}

struct Bench {
    std::shared_ptr<const flow::FlowSet> flows = shipped_flows();
    flow::Evaluator evaluator{flows};
};

void read_event(benchmark::State& state, const std::string& body) {
    for (auto turn : state) benchmark::DoNotOptimize(input_of(body));
}

void evaluate(benchmark::State& state, Bench& bench, const Prepared& prepared) {
    const flow::Input input = input_of(prepared.body);
    for (auto turn : state)
        for (const std::size_t flow : prepared.flows)
            benchmark::DoNotOptimize(bench.evaluator.evaluate(flow, input, prepared.org));
    state.counters["flows"] = static_cast<double>(prepared.flows.size());
}

void plan(benchmark::State& state, Bench& bench, const Prepared& prepared) {
    for (auto turn : state) {
        const flow::Input input = input_of(prepared.body);
        for (const std::size_t flow : prepared.flows)
            benchmark::DoNotOptimize(bench.evaluator.evaluate(flow, input, prepared.org));
    }
    state.counters["flows"] = static_cast<double>(prepared.flows.size());
}

void load_flows(benchmark::State& state) {
    for (auto turn : state) {
        flow::Evaluator evaluator{shipped_flows()};
        benchmark::DoNotOptimize(evaluator);
    }
}

} // namespace
} // namespace paysync

int main(int argc, char** argv) {
    using namespace paysync;
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    Bench bench;
    std::map<std::string, Prepared> prepared;
    for (const auto& [name, body] : samples()) prepared[name] = prepare(*bench.flows, bench.evaluator, body);
    for (const auto& [name, one] : prepared) {
        const Prepared* sample = &one;
        const auto add = [&](const char* what, auto run) {
            benchmark::RegisterBenchmark((std::string{what} + "/" + name).c_str(), run)
                ->Unit(benchmark::kMicrosecond);
        };
        add("read", [sample](benchmark::State& state) { read_event(state, sample->body); });
        if (one.flows.empty()) continue;
        add("evaluate", [&bench, sample](benchmark::State& state) { evaluate(state, bench, *sample); });
        add("plan", [&bench, sample](benchmark::State& state) { plan(state, bench, *sample); });
    }
    benchmark::RegisterBenchmark("load", load_flows)->Unit(benchmark::kMillisecond);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
