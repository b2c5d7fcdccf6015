// Hears events, evaluates, writes.
#include "flow/test_run.hpp"

namespace paysync::flow {

namespace {

constexpr int turns_max = 50;

} // namespace

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
      views_{make_views()},
      org_{test.given, flows.fields_read()},
      now_{start} {}

void TestRun::go(const std::vector<TestMoment>& moments) {
    for (const TestMoment& moment : moments) {
        now_ += moment.wait;
        if (moment.event.is_null()) continue;
        if (const auto happened = time_of(moment.event); happened && *happened > now_) now_ = *happened;
        for (Input& input : views_->hear(moment.event, now_)) evaluate(std::move(input));
    }
}

void TestRun::evaluate(Input input) {
    const std::string type = base::member_text(input.event, "type").value_or("");
    if (!flows_.flows()[flow_].triggered_by(type)) return;
    input.org["invent"] = true; // queues, record types and users exist by themselves
    const std::string event = base::member_text(input.event, "id").value_or(type);
    org_.forget();
    for (int turn = 0; turn < turns_max; ++turn) {
        const Decision decision = evaluator_.evaluate(flow_, input, org_);
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
    if (plan.hold && told_.insert({event, plan.hold->reason}).second)
        effects_.push_back({TestEffect::Kind::hold, plan.hold->reason, {}, {}});
    for (const std::string& part : plan.lacking) notes_.insert("event " + event + " lacked " + part);
    if (plan.outcome == Plan::Outcome::too_old) notes_.insert("event " + event + " was too old");
    return plan.outcome == Plan::Outcome::unfinished;
}

} // namespace paysync::flow
