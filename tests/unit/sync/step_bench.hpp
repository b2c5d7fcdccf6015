// The steps of a batch against an org of a few lambdas.
#pragma once

#include "support/inline_workers.hpp"
#include "support/silent_store.hpp"
#include "sync/batch.hpp"
#include "unit/salesforce/org_bench.hpp"
#include "unit/sync/descriptions.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {

class FakeOrg final : public salesforce::Org {
public:
    using Row = salesforce::RowResult;
    template <class T>
    using Answer = salesforce::Task<salesforce::Called<T>>;

    Descriptions described = parent_and_child();      ///< what describe() gives
    Descriptions described_anew = parent_and_child(); ///< what it gives once the org was asked anew
    std::function<QueryAnswer(const std::string& statement)> on_query;
    std::function<Row(const flow::Json& record)> on_row;
    std::size_t queries = 0; ///< calls
    std::size_t describes_anew = 0;
    std::vector<flow::Json> written;
    std::function<salesforce::Called<flow::Json>()> on_invoke = [] {
        return salesforce::Called<flow::Json>{flow::Json::object()};
    };
    std::vector<flow::Json> invoked;

    Answer<Description> describe(std::string object) override { co_return described.at(object); }
    Answer<Description> describe_anew(std::string object) override {
        ++describes_anew;
        described = described_anew;
        co_return described.at(object);
    }
    Answer<std::vector<QueryAnswer>> query(std::vector<std::string> statements) override {
        queries += (statements.size() + 4) / 5;
        std::vector<QueryAnswer> answers;
        for (const std::string& statement : statements) answers.push_back(on_query(statement));
        co_return answers;
    }
    Answer<std::vector<std::vector<Row>>> write(std::vector<salesforce::Collection> collections) override {
        std::vector<std::vector<Row>> results;
        for (const salesforce::Collection& collection : collections) {
            auto& rows = results.emplace_back();
            for (const flow::Json& record : collection.records) {
                written.push_back(record);
                rows.push_back(on_row(record));
            }
        }
        co_return results;
    }
    Answer<flow::Json> invoke(std::string action, flow::Json input) override {
        invoked.push_back(flow::Json{{"action", action}, {"input", std::move(input)}});
        co_return on_invoke();
    }
    Answer<void> probe() override { co_return salesforce::Called<void>{}; }
    salesforce::Usage usage() const override { return {}; }
    std::optional<salesforce::Identity> identity() const override { return std::nullopt; }
    bool multi_currency() const override { return false; }
    std::size_t calls_made() const override { return queries; }
};

class FakeNotifier final : public Notifier {
public:
    std::function<Delivery()> on_notify = [] { return Delivery{}; };
    std::vector<flow::Json> notified;

    runtime::Task<Delivery> notify(std::string endpoint, std::string key, base::Json body) override {
        notified.push_back(flow::Json{{"endpoint", endpoint}, {"key", key}, {"body", std::move(body)}});
        co_return on_notify();
    }
    void use(NotifyEndpoints) override {}
};

/// Knows timers, approvals and calls, and keeps what was settled.
class OwnStore final : public tests::SilentStore {
public:
    store::OwnAnswers known;
    std::vector<store::Settlement> settled;

    Answer<store::OwnAnswers> own(store::OwnQuestions) override { co_return known; }
    Answer<void> settle(store::Settlement settlement) override {
        for (const store::OutboundCall& call : settlement.put_calls)
            known.calls[{call.kind, call.target, call.key}] = call;
        settled.push_back(std::move(settlement));
        co_return base::Result<void>{};
    }
};

class StepBench {
public:
    explicit StepBench(const std::string& flow) {
        yaml::Problems problems;
        flows = flow::FlowSet::load({{"f.yaml", flow}}, {"functions.jq", ""}, {}, problems);
        EXPECT_TRUE(flows) << problems.text();
        org.on_query = [](const std::string&) { return salesforce::Org::QueryAnswer{std::vector<flow::Json>{}}; };
        org.on_row = [](const flow::Json&) {
            FakeOrg::Row row;
            row.success = row.created = true;
            row.id = "a0X000000000001AAA";
            return row;
        };
    }

    /// One event of a party of its own.
    void add(const std::string& id, flow::Json data = flow::Json::object()) {
        FlowTask& task = batch.tasks.emplace_back();
        task.party = batch.parties.size();
        task.input.event = flow::Json{{"id", id}, {"data", std::move(data)}, {"payment", {{"currency", "EUR"}}}};
        batch.parties.emplace_back().tasks = {batch.tasks.size() - 1};
    }

    Stepped<void> run(runtime::Task<Stepped<void>> step) {
        std::optional<Stepped<void>> done;
        std::exception_ptr thrown;
        boost::asio::co_spawn(io, std::move(step), [&](std::exception_ptr failure, Stepped<void> value) {
            thrown = failure;
            done = std::move(value);
        });
        io.restart();
        io.poll();
        if (thrown) std::rethrow_exception(thrown);
        return done.value();
    }

    Stepped<void> decide() {
        const Surround around = surround();
        return run(sync::decide(batch, around, evaluator));
    }
    Stepped<void> write() {
        const Surround around = surround();
        return run(sync::write(batch, around));
    }
    Stepped<void> send_calls() {
        const Surround around = surround();
        return run(sync::send_calls(batch, around));
    }
    store::Settlement settlement() {
        const Surround around = surround();
        return settlement_of(batch, around);
    }
    Surround surround() {
        return Surround{settings, store,   org,        flows,   workers,  clock,
                        chance,   metrics, write_keys, in_hand, notifier, directory};
    }

    boost::asio::io_context io{1};
    FakeOrg org;
    std::shared_ptr<const flow::FlowSet> flows;
    EngineSettings settings;
    OwnStore store;
    tests::InlineWorkers workers;
    salesforce::ManualClock clock;
    runtime::SeededChance chance{1};
    base::Metrics metrics;
    WriteKeys write_keys;
    InHand in_hand{"", 0};
    FakeNotifier notifier;
    Directory directory{org, clock};
    std::unique_ptr<flow::Evaluator> evaluator;
    Batch batch;
};

} // namespace paysync::sync
