// Rounds of questions over an org in memory and, when wanted, a real one.
#include "dry_run.hpp"

#include <algorithm>
#include <set>

namespace paysync::app {

namespace {

constexpr int rounds_max = 50; ///< of one stage; a flow of n steps asks at most n + 1 times
constexpr int stages_max = 10;
constexpr std::size_t parts_of_a_call = 5; ///< Salesforce: queries or collections in one composite call

/// Nothing in the org can refer to a record that is not written yet.
bool about_planned(const flow::Question& question) {
    return std::any_of(question.where.begin(), question.where.end(),
                       [](const flow::Condition& condition) { return flow::contains_token(condition.value); });
}

class DryKnowledge final : public flow::Knowledge {
public:
    DryKnowledge(const std::map<std::string, flow::Answer>& answers, const MemoryOrg& memory,
                 const flow::Overlay& overlay)
        : answers_{answers}, memory_{memory}, overlay_{overlay} {}

    std::optional<flow::Answer> answer(const flow::Question& question) const override {
        if (question.is_own()) return flow::Answer{}; // nothing waits, nobody has decided
        if (about_planned(question)) return overlay_.over(question, flow::Answer{});
        const auto known = answers_.find(question.key());
        if (known == answers_.end()) return std::nullopt;
        flow::Answer all = memory_.answer(question);
        // A record that was made in memory only has an Id that no org would take.
        if (known->second.unusable && all.records.empty()) return known->second;
        for (const base::Json& record : known->second.records) { // memory knows the newer version of a record
            const auto same = [&](const base::Json& one) { return one.at("Id") == base::member(record, "Id"); };
            if (std::none_of(all.records.begin(), all.records.end(), same)) all.records.push_back(record);
        }
        return overlay_.over(question, all);
    }

private:
    const std::map<std::string, flow::Answer>& answers_;
    const MemoryOrg& memory_;
    const flow::Overlay& overlay_;
};

class Runner {
public:
    Runner(const std::shared_ptr<const flow::FlowSet>& flows, const flow::Input& input, MemoryOrg& memory,
           const AskOrg& ask)
        : evaluator_{flows}, input_{input}, memory_{memory}, ask_{ask} {}

    base::Result<DryRun> run(const std::vector<std::size_t>& flows) {
        for (const std::size_t flow : flows) run_.flows.push_back({flow, flow::Plan{}, {}});
        for (int stage = 0; stage < stages_max; ++stage) {
            if (auto decided = decide(); !decided) return decided.error();
            const bool unfinished = write();
            if (!unfinished) return std::move(run_);
        }
        return base::Error{base::Errc::internal, "the flows do not come to an end"};
    }

private:
    /// Until no flow asks any more.
    base::Result<void> decide() {
        for (int round = 0; round < rounds_max; ++round) {
            flow::Overlay overlay;
            const DryKnowledge known{answers_, memory_, overlay};
            std::map<std::string, flow::Question> asked;
            for (DryFlow& flow : run_.flows) {
                flow.decision = evaluator_.evaluate(flow.flow, input_, known);
                if (const auto* asks = std::get_if<flow::Asks>(&flow.decision))
                    for (const flow::Question& question : asks->questions) asked.emplace(question.key(), question);
                const auto* plan = std::get_if<flow::Plan>(&flow.decision);
                if (plan == nullptr || !asked.empty()) continue; // what follows an open flow is decided again anyway
                for (const flow::RecordWrite& write : plan->writes) overlay.add(write);
            }
            if (asked.empty()) return {};
            if (auto answered = answer(asked); !answered) return answered.error();
        }
        return base::Error{base::Errc::internal, "the flows ask without end"};
    }

    base::Result<void> answer(const std::map<std::string, flow::Question>& asked) {
        std::vector<flow::Question> questions;
        std::set<std::string> objects;
        for (const auto& [key, question] : asked) {
            questions.push_back(question);
            objects.insert(question.object);
        }
        std::vector<flow::Answer> answers(questions.size());
        if (ask_) {
            auto live = ask_(questions);
            if (!live) return live.error();
            answers = std::move(*live);
        }
        for (std::size_t i = 0; i < questions.size(); ++i) answers_[questions[i].key()] = std::move(answers[i]);
        run_.rounds += 1;
        run_.questions += questions.size();
        run_.calls += (objects.size() + parts_of_a_call - 1) / parts_of_a_call;
        return {};
    }

    /// Writes what is planned to memory; true when a flow must be decided again after that.
    bool write() {
        bool unfinished = false;
        std::set<std::pair<std::string, bool>> collections; // by object, and whether the record is made
        for (DryFlow& flow : run_.flows) {
            const auto* plan = std::get_if<flow::Plan>(&flow.decision);
            if (plan == nullptr) continue;
            unfinished = unfinished || plan->outcome == flow::Plan::Outcome::unfinished;
            for (const flow::RecordWrite& write : plan->writes) {
                if (!memory_.write(write)) continue;
                flow.writes.push_back(write);
                collections.emplace(write.object, write.id.empty());
            }
        }
        if (!collections.empty()) run_.stages += 1;
        run_.calls += (collections.size() + parts_of_a_call - 1) / parts_of_a_call;
        return unfinished;
    }

    flow::Evaluator evaluator_;
    const flow::Input& input_;
    MemoryOrg& memory_;
    const AskOrg& ask_;
    std::map<std::string, flow::Answer> answers_;
    DryRun run_;
};

} // namespace

base::Result<DryRun> dry_run(const std::shared_ptr<const flow::FlowSet>& flows, const flow::Input& input,
                             const std::string& event_type, MemoryOrg& memory, const AskOrg& ask) {
    return Runner{flows, input, memory, ask}.run(flows->triggered_by(event_type));
}

} // namespace paysync::app
