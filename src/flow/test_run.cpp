// Hears events, evaluates, writes, and lets time go by.
#include "flow/test_run.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

constexpr int turns_max = 50;

Json time_text(const std::optional<base::WallTime>& time) {
    return time ? Json(base::format_utc_exact(*time)) : Json();
}

} // namespace

class TestRun::Known final : public Knowledge {
public:
    explicit Known(const TestRun& run) : run_{run} {}

    std::optional<Answer> answer(const Question& question) const override {
        if (!question.is_own()) return run_.org_.answer(question);
        const std::string key = own_part(question, "key");
        Answer answer;
        if (question.object == timer_object) {
            const auto timer = run_.timers_.find(key);
            if (timer != run_.timers_.end())
                answer.records.push_back(Json{{"due_at", time_text(timer->second.due_at)},
                                              {"fired_for", time_text(timer->second.fired_for)}});
        } else if (const auto approval = run_.approvals_.find(key); approval != run_.approvals_.end()) {
            answer.records.push_back(approval->second);
        }
        return answer;
    }

private:
    const TestRun& run_;
};

std::optional<base::WallTime> time_of(const Json& event) {
    for (const char* key : {"created_on", "timestamp"})
        if (const auto text = base::member_text(event, key)) return base::parse_time(*text);
    return std::nullopt;
}

TestRun::TestRun(const FlowSet& flows, std::size_t flow, Evaluator& evaluator, const FlowTest& test,
                 const MakeViews& make_views, base::WallTime start)
    : flows_{flows},
      flow_{flow},
      evaluator_{evaluator},
      views_{make_views(GroupRules{flows.groups(),
                                   [&evaluator](const Json& payment) { return evaluator.groups_of(payment).ids; }})},
      vars_(test.vars), // braces would make an array of it
      org_{test.given, flows.fields_read()},
      now_{start} {}

void TestRun::go(const std::vector<TestMoment>& moments) {
    for (const TestMoment& moment : moments) {
        if (moment.release) {
            release(*moment.release);
            continue;
        }
        if (moment.event.is_null()) {
            let_time_pass(now_ + moment.wait);
            continue;
        }
        if (const auto happened = time_of(moment.event); happened && *happened > now_) let_time_pass(*happened);
        for (Input& input : views_->hear(moment.event, now_)) evaluate(std::move(input));
        let_time_pass(now_); // a timer may be due at once
    }
}

void TestRun::go_to(base::WallTime time) {
    now_ = std::max(now_, time);
}

/// What becomes due on the way happens at its time, the earliest first.
void TestRun::let_time_pass(base::WallTime until) {
    for (int turn = 0; turn < turns_max; ++turn) {
        std::optional<base::WallTime> first;
        std::string event;
        bool by_timer = false;
        for (const auto& [key, timer] : timers_) {
            if (!timer.due_at || *timer.due_at > until || (first && *timer.due_at >= *first)) continue;
            first = timer.due_at;
            event = timer.event;
            by_timer = true;
        }
        for (const auto& [held_event, held] : held_) {
            if (!held.until || *held.until > until || (first && *held.until >= *first)) continue;
            first = held.until;
            event = held_event;
            by_timer = false;
        }
        if (!first) break;
        now_ = std::max(now_, *first);
        if (by_timer)
            again(event);
        else
            decide(event, held_.at(event).then == Hold::Then::go, "time");
    }
    now_ = std::max(now_, until);
}

void TestRun::again(const std::string& event) {
    auto input = views_->again(event, now_);
    if (input) evaluate(std::move(*input));
}

void TestRun::decide(const std::string& event, bool go, const std::string& by) {
    const auto held = held_.extract(event);
    approvals_[held.mapped().key] = Json{{"decision", go ? "go" : "stop"}, {"by", by}};
    again(event);
}

void TestRun::release(const Release& release) {
    const auto found = std::find_if(held_.begin(), held_.end(), [&](const auto& entry) {
        return entry.second.key.find(release.what) != std::string::npos ||
               entry.second.reason.find(release.what) != std::string::npos;
    });
    if (found == held_.end()) {
        effects_.push_back({TestEffect::Kind::error, "nothing is held that says '" + release.what + "'", {}, {}});
        return;
    }
    const std::string event = found->first;
    decide(event, release.go, release.by);
}

void TestRun::evaluate(Input input) {
    const std::string type = base::member_text(input.event, "type").value_or("");
    if (!flows_.flows()[flow_].triggered_by(type)) return;
    input.org = invented_org();
    input.vars = vars_;
    const std::string event = base::member_text(input.event, "id").value_or(type);
    input.first_handled = first_handled_.emplace(event, now_).first->second;
    org_.forget();
    const Known known{*this};
    for (int turn = 0; turn < turns_max; ++turn) {
        const Decision decision = evaluator_.evaluate(flow_, input, known);
        if (!act(decision, event)) return;
    }
    effects_.push_back({TestEffect::Kind::error, "the flow does not come to an end", {}, {}});
}

bool TestRun::act(const Decision& decision, const std::string& event) {
    if (const auto* asks = std::get_if<Asks>(&decision)) {
        ++calls_;
        for (const Question& question : asks->questions) org_.look_up(question);
        return true;
    }
    if (const auto* fault = std::get_if<Fault>(&decision)) {
        const std::string text =
            fault->step + (fault->where.empty() ? "" : " " + fault->where) + ": " + fault->message;
        if (told_.insert({event, text}).second) effects_.push_back({TestEffect::Kind::error, text, {}, {}});
        return false;
    }
    const Plan& plan = std::get<Plan>(decision);
    std::vector<TestEffect> done = org_.apply(plan.writes, base::format_utc(now_));
    if (!done.empty()) ++calls_;
    for (TestEffect& effect : done) effects_.push_back(std::move(effect));
    for (const OutboundCall& one : plan.calls) call(one);
    for (const std::string& part : plan.lacking) notes_.insert("event " + event + " lacked " + part);
    if (plan.outcome == Plan::Outcome::too_old) notes_.insert("event " + event + " was too old");
    if (plan.outcome == Plan::Outcome::ignored) notes_.insert("event " + event + " was ignored: " + plan.ignored_by);
    if (plan.outcome == Plan::Outcome::unfinished) return true;
    finish(plan, event);
    return false;
}

void TestRun::finish(const Plan& plan, const std::string& event) {
    if (!plan.hold) {
        held_.erase(event);
        for (auto& [key, timer] : timers_)
            if (timer.event == event) timer.due_at.reset();
    } else {
        hold(*plan.hold, event);
    }
    for (const TimerWrite& write : plan.timers) {
        Timer& timer = timers_[write.key];
        timer.event = event;
        timer.due_at.reset();
        if (write.kind == TimerWrite::Kind::set) timer.due_at = write.at;
        timer.fired_for = write.fired_for;
    }
}

void TestRun::hold(const Hold& hold, const std::string& event) {
    if (told_.insert({event, hold.reason}).second) effects_.push_back({TestEffect::Kind::hold, hold.reason, {}, {}});
    if (hold.key.empty()) return;
    const auto before = held_.find(event);
    Held held{hold.key, hold.reason, {}, hold.then};
    if (hold.lasts) held.until = now_ + *hold.lasts;
    if (before != held_.end() && before->second.key == hold.key) held.until = before->second.until;
    held_[event] = std::move(held);
}

void TestRun::call(const OutboundCall& call) {
    if (!called_.insert({call.kind, call.target, call.key}).second) return;
    const bool invoke = call.kind == OutboundCall::Kind::invoke;
    if (invoke) ++calls_;
    effects_.push_back({invoke ? TestEffect::Kind::invoke : TestEffect::Kind::notify, call.target, call.key,
                        org_.resolved(call.body)});
}

std::vector<std::pair<base::WallTime, std::string>> TestRun::waits() const {
    std::vector<std::pair<base::WallTime, std::string>> waiting;
    for (const auto& [key, timer] : timers_)
        if (timer.due_at) waiting.emplace_back(*timer.due_at, key);
    std::sort(waiting.begin(), waiting.end());
    return waiting;
}

Json TestRun::state() const {
    Json state = org_.state();
    for (const auto& [at, key] : waits()) state["waits"].push_back(base::format_utc(at) + " " + key);
    for (const auto& [kind, target, key] : called_)
        state[kind == OutboundCall::Kind::invoke ? "invoked" : "notified"].push_back(target + " " + key);
    return state;
}

} // namespace paysync::flow
