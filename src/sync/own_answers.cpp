// Translating between questions and rows.
#include "sync/own_answers.hpp"

#include "paysync/base/time.hpp"

namespace paysync::sync {

namespace {

flow::Json time_text(const std::optional<base::WallTime>& time) {
    return time ? flow::Json(base::format_utc_exact(*time)) : flow::Json();
}

} // namespace

store::OwnQuestions own_questions(const std::vector<flow::Question>& questions) {
    store::OwnQuestions own;
    for (const flow::Question& question : questions) {
        const std::string flow = flow::own_part(question, "flow");
        const std::string key = flow::own_part(question, "key");
        if (question.object == flow::timer_object)
            own.timers.push_back({flow, key});
        else
            own.approvals.push_back({flow, key});
    }
    return own;
}

std::map<std::string, flow::Answer> own_answers(const std::vector<flow::Question>& questions,
                                                const store::OwnAnswers& known) {
    std::map<std::string, flow::Answer> answers;
    for (const flow::Question& question : questions) {
        flow::Answer& answer = answers[question.key()];
        const std::string flow = flow::own_part(question, "flow");
        const std::string key = flow::own_part(question, "key");
        if (question.object == flow::timer_object) {
            const auto timer = known.timers.find({flow, key});
            if (timer == known.timers.end()) continue;
            answer.records.push_back(flow::Json{{"due_at", time_text(timer->second.due_at)},
                                                {"fired_for", time_text(timer->second.fired_for)}});
        } else {
            const auto approval = known.approvals.find({flow, key});
            if (approval == known.approvals.end()) continue;
            answer.records.push_back(
                flow::Json{{"decision", approval->second.decision == store::Decision::go ? "go" : "stop"},
                           {"by", approval->second.by}});
        }
    }
    return answers;
}

} // namespace paysync::sync
