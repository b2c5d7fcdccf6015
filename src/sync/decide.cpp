// Rounds: every flow is asked what it wants, all their questions go to the org at once, until nobody asks any more.
#include "sync/batch.hpp"
#include "sync/claims.hpp"
#include "sync/currency.hpp"
#include "sync/own_answers.hpp"

#include "paysync/base/crash_point.hpp"
#include "paysync/base/text.hpp"

#include <algorithm>

namespace paysync::sync {

namespace {

using flow::Answer;
using flow::Decision;
using flow::Question;
using salesforce::Org;
using salesforce::Remedy;

constexpr int rounds_max = 12;               ///< a flow of n steps needs at most n + 1
constexpr std::size_t asked_again_max = 150; ///< statements of a batch, in halves: 30 calls
constexpr std::size_t statement_shown = 500; ///< characters of one that was refused, for people

/// The answers of the org so far, seen through what the party has planned.
class BatchKnowledge final : public flow::Knowledge {
public:
    BatchKnowledge(const std::map<std::string, Answer>& answers, const flow::Overlay& overlay)
        : answers_{answers}, overlay_{overlay} {}

    std::optional<Answer> answer(const Question& question) const override {
        // Nothing in the org can refer to a record that is not written yet.
        if (!question.is_own() && question.only_planned()) return overlay_.over(question, Answer{});
        const auto known = answers_.find(question.key());
        if (known == answers_.end()) return std::nullopt;
        return known->second.unusable ? known->second : overlay_.over(question, known->second);
    }

private:
    const std::map<std::string, Answer>& answers_;
    const flow::Overlay& overlay_;
};

struct Failed {
    salesforce::Remedy remedy;
    std::string cause;
    std::string reason;
};

class Decider {
public:
    Decider(Batch& batch, const Surround& around)
        : batch_{batch}, around_{around}, open_(batch.parties.size(), true) {}

    runtime::Task<Stepped<void>> run(std::unique_ptr<flow::Evaluator>& evaluator) {
        auto described = co_await describe_all();
        if (!described) co_return described.error();
        auto named = co_await take_names();
        if (!named) co_return named.error();
        for (int round = 0; round < rounds_max; ++round) {
            std::function<void()> job = [this, &evaluator] {
                if (!evaluator) evaluator = std::make_unique<flow::Evaluator>(around_.flows);
                evaluate_all(*evaluator);
            };
            co_await around_.workers.run(std::move(job));
            if (questions_.empty()) {
                const bool anew = co_await learn_names();
                if (!anew) co_return boost::system::in_place_value;
                continue;
            }
            auto asked = co_await ask();
            if (!asked) co_return asked.error();
        }
        for (const std::size_t party : open_parties())
            for (const TaskIndex task : batch_.parties[party].tasks)
                if (!batch_.tasks[task].refusal)
                    batch_.tasks[task].refusal = Refusal{{}, "rounds", "the flow asks without end, a bug", {}};
        co_return boost::system::in_place_value;
    }

private:
    runtime::Task<Stepped<void>> describe_all() {
        if (batch_.tasks.empty()) co_return boost::system::in_place_value;
        for (const auto& [object, fields] : around_.flows->fields_read()) {
            auto described = co_await around_.org.describe(object);
            if (described) {
                batch_.descriptions[object] = *described;
            } else if (is_outage(described.error())) {
                co_return outage_of(described.error());
            } else {
                batch_.descriptions[object] = nullptr; // the rules that need it say so
            }
        }
        co_return boost::system::in_place_value;
    }

    /// What the flows call by name; asked in the hour's first batch only.
    runtime::Task<Stepped<void>> take_names() {
        auto names = co_await around_.directory.names(around_.flows->org_names());
        if (!names) co_return outage_of(names.error());
        give_names(*names);
        co_return boost::system::in_place_value;
    }

    /// A name that was not found may be new in the org. True: what failed for it is to be decided again, once.
    runtime::Task<bool> learn_names() {
        if (named_anew_) co_return false;
        std::set<std::size_t> parties;
        for (const FlowTask& task : batch_.tasks) {
            const bool unknown = task.refusal && task.refusal->cause == "expression" &&
                                 task.refusal->reason.find(flow::unknown_name) != std::string::npos;
            if (unknown) parties.insert(task.party);
        }
        if (parties.empty()) co_return false;
        named_anew_ = true;
        auto names = co_await around_.directory.names_anew(around_.flows->org_names());
        if (!names || *names == names_) co_return false;
        give_names(*names);
        for (const std::size_t party : parties) open_[party] = true;
        co_return true;
    }

    void give_names(Directory::Names names) {
        names_ = std::move(names);
        for (FlowTask& task : batch_.tasks) task.input.org = names_;
    }

    std::vector<std::size_t> open_parties() const {
        std::vector<std::size_t> parties;
        for (std::size_t i = 0; i < open_.size(); ++i)
            if (open_[i]) parties.push_back(i);
        return parties;
    }

    /// On a worker. Each party from its start: the plans of a round are only kept when nobody before them asks.
    void evaluate_all(flow::Evaluator& evaluator) {
        questions_.clear();
        for (const std::size_t party : open_parties())
            open_[party] = !evaluate_party(evaluator, batch_.parties[party]);
    }

    /// True when every task of the party has its plan or refusal.
    bool evaluate_party(flow::Evaluator& evaluator, PartyBatch& party) {
        flow::Overlay overlay;
        bool complete = true;
        party.asked.clear();
        for (const TaskIndex index : party.tasks) {
            FlowTask& task = batch_.tasks[index];
            task.refusal.reset();
            task.answers = flow::Json::object();
            const bool keeps = around_.settings.keep_answers > runtime::Duration{0};
            const Recorder known{BatchKnowledge{answers_, overlay}, party.asked, keeps ? &task.answers : nullptr};
            if (task.on_hold) continue;
            if (task.given_up) {
                give_up(task);
                continue;
            }
            const InHand::Mark mark{
                around_.in_hand, batch_.slot, {task.stored.seq, around_.flows->flows()[task.flow].name}};
            Decision decision = evaluator.evaluate(task.flow, task.input, known);
            if (auto* asks = std::get_if<flow::Asks>(&decision)) {
                if (note_questions(task, *asks)) complete = false; // what follows may look at what this would write
                continue;
            }
            if (auto* fault = std::get_if<flow::Fault>(&decision)) {
                task.refusal = Refusal{
                    fault->step, "expression", fault->place + ": " + fault->where + ": " + fault->message, {}};
                continue;
            }
            task.plan = std::move(std::get<flow::Plan>(decision));
            settle_currency(task);
            if (complete)
                for (const flow::RecordWrite& write : task.plan.writes) overlay.add(write);
        }
        return complete;
    }

    static void give_up(FlowTask& task) {
        task.refusal = Refusal{{},
                               store::cause_crash,
                               "paysync ended " + std::to_string(Claims::deaths_max) +
                                   " times in a row while it evaluated this: it is left out, everything else goes on",
                               {}};
        task.remedy = salesforce::Remedy::give_up;
    }

    /// Remembers what a party looked at: who creates, locks what was looked for.
    class Recorder final : public flow::Knowledge {
    public:
        Recorder(BatchKnowledge known, std::vector<Question>& asked, flow::Json* answers)
            : known_{std::move(known)}, asked_{asked}, answers_{answers} {}
        std::optional<Answer> answer(const Question& question) const override {
            if (!question.is_own()) asked_.push_back(question);
            std::optional<Answer> answer = known_.answer(question);
            if (answer && answers_ != nullptr)
                (*answers_)[question.key()] =
                    answer->unusable ? flow::Json(*answer->unusable) : flow::Json(answer->records);
            return answer;
        }

    private:
        BatchKnowledge known_;
        std::vector<Question>& asked_;
        flow::Json* answers_; ///< kept for `paysync diff` and `explain`; null: not kept
    };

    /// False when one of the questions cannot be asked at all: then the task is refused.
    bool note_questions(FlowTask& task, const flow::Asks& asks) {
        for (const Question& question : asks.questions) {
            const auto failed = failed_.find(question.key());
            if (failed == failed_.end()) continue;
            task.refusal = Refusal{{}, failed->second.cause, failed->second.reason, {}};
            task.remedy = failed->second.remedy;
            return false;
        }
        for (const Question& question : asks.questions) questions_.emplace(question.key(), question);
        return true;
    }

    /// An amount without its currency would be another amount.
    void settle_currency(FlowTask& task) const {
        const auto currency = base::member_text(base::member(task.input.event, "payment"), "currency");
        if (!currency) return;
        const flow::Flow& flow = around_.flows->flows()[task.flow];
        const CurrencyRule rule{*currency, around_.settings.org_currency, around_.org.multi_currency(),
                                flow.converts};
        give_currency(task.plan, rule, batch_.descriptions);
    }

    /// Sends what must be sent; a statement that is refused is halved until the bad question stands alone.
    runtime::Task<Stepped<void>> ask() {
        auto own = co_await ask_own();
        if (!own) co_return own.error();
        std::vector<Coerced> sendable;
        for (const auto& [key, question] : questions_) {
            if (question.is_own()) continue;
            auto coerced = coerce(question, batch_.descriptions);
            if (auto* refused = std::get_if<Refused>(&coerced))
                answers_[key].unusable = refused->why;
            else
                sendable.push_back(std::move(std::get<Coerced>(coerced)));
        }
        std::vector<Statement> statements =
            pack(std::move(sendable), around_.flows->fields_read(), batch_.descriptions);
        while (!statements.empty()) {
            std::vector<std::string> texts;
            for (const Statement& statement : statements) texts.push_back(statement.soql);
            auto rows = co_await around_.org.query(std::move(texts));
            ++batch_.calls;
            if (!rows) {
                if (is_outage(rows.error())) co_return outage_of(rows.error());
                fail(statements, rows.error());
                co_return boost::system::in_place_value;
            }
            if (const auto* outage = outage_among(*rows)) co_return outage_of(outage->error);
            const bool stale = !described_anew_ && any_decide_anew(*rows);
            statements = take_answers(std::move(statements), *rows, stale);
            if (!stale) continue;
            // What is open is asked in the next round, made from the new descriptions.
            described_anew_ = true;
            co_return co_await describe_all();
        }
        co_return boost::system::in_place_value;
    }

    /// What paysync itself keeps costs no call of the org.
    runtime::Task<Stepped<void>> ask_own() {
        std::vector<Question> own;
        for (const auto& [key, question] : questions_)
            if (question.is_own()) own.push_back(question);
        if (own.empty()) co_return boost::system::in_place_value;
        store::OwnQuestions wanted = own_questions(own);
        auto known = co_await around_.store.own(std::move(wanted));
        if (!known) co_return outage_of(known.error());
        // A person's word that came in time goes before the end of the time.
        for (const auto& [key, approval] : batch_.decided_by_time) known->approvals.emplace(key, approval);
        answers_.merge(own_answers(own, *known));
        co_return boost::system::in_place_value;
    }

    static const Org::QueryFailure* outage_among(const std::vector<Org::QueryAnswer>& answers) {
        for (const Org::QueryAnswer& answer : answers) {
            const auto* failure = std::get_if<Org::QueryFailure>(&answer);
            if (failure == nullptr) continue;
            if (failure->remedy == Remedy::pause || failure->remedy == Remedy::slow_down) return failure;
        }
        return nullptr;
    }

    static bool any_decide_anew(const std::vector<Org::QueryAnswer>& answers) {
        return std::any_of(answers.begin(), answers.end(), [](const Org::QueryAnswer& answer) {
            const auto* failure = std::get_if<Org::QueryFailure>(&answer);
            return failure != nullptr && failure->remedy == Remedy::decide_anew;
        });
    }

    void fail(const std::vector<Statement>& statements, const salesforce::CallFailure& failure) {
        for (const Statement& statement : statements)
            for (const Coerced& question : statement.questions)
                failed_[question.question.key()] = Failed{failure.remedy, failure.error.code, failure.text()};
    }

    /// What has to be asked again, in halves. `stale`: what failed stays open, and is asked in another way.
    std::vector<Statement> take_answers(std::vector<Statement> statements,
                                        const std::vector<Org::QueryAnswer>& answers, bool stale) {
        std::vector<Statement> again;
        for (std::size_t i = 0; i < statements.size(); ++i) {
            Statement& statement = statements[i];
            if (const auto* rows = std::get_if<std::vector<flow::Json>>(&answers.at(i))) {
                for (auto& [key, answer] : sort_rows(statement, *rows)) answers_[key] = std::move(answer);
            } else if (!stale) {
                take_refusal(statement, std::get<Org::QueryFailure>(answers.at(i)), again);
            }
        }
        return again;
    }

    void take_refusal(Statement& statement, const Org::QueryFailure& failure, std::vector<Statement>& again) {
        const std::string told = failure.error.code + ": " + failure.error.message + " (" +
                                 statement.soql.substr(0, statement_shown) + ")";
        if (statement.questions.size() == 1 || asked_again_ >= asked_again_max) {
            // Of many it is not known which is to blame: they may be in better company next time.
            const Remedy remedy = statement.questions.size() == 1 ? failure.remedy : Remedy::retry;
            for (const Coerced& question : statement.questions)
                failed_[question.question.key()] = Failed{remedy, failure.error.code, told};
            return;
        }
        const auto middle = statement.questions.begin() + static_cast<std::ptrdiff_t>(statement.questions.size() / 2);
        for (std::vector<Coerced> half : {std::vector<Coerced>(statement.questions.begin(), middle),
                                          std::vector<Coerced>(middle, statement.questions.end())})
            for (Statement& smaller : pack(std::move(half), around_.flows->fields_read(), batch_.descriptions)) {
                again.push_back(std::move(smaller));
                ++asked_again_;
            }
    }

    Batch& batch_;
    const Surround& around_;
    std::vector<bool> open_;
    std::map<std::string, Question> questions_;
    std::map<std::string, Answer> answers_;
    std::map<std::string, Failed> failed_;
    bool described_anew_ = false; ///< once a batch
    bool named_anew_ = false;     ///< the same
    Directory::Names names_;
    std::size_t asked_again_ = 0;
};

} // namespace

runtime::Task<Stepped<void>> decide(Batch& batch, const Surround& around,
                                    std::unique_ptr<flow::Evaluator>& evaluator) {
    if (batch.tasks.empty()) co_return boost::system::in_place_value;
    base::crash_point("sync.before_decide");
    batch.asked_at = around.write_keys.now();
    Decider decider{batch, around};
    co_return co_await decider.run(evaluator);
}

} // namespace paysync::sync
