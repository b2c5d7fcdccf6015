// Words for what a dry run found.
#include "dry_run_report.hpp"

#include <algorithm>

namespace paysync::app {

namespace {

std::string_view outcome_name(flow::Plan::Outcome outcome) {
    switch (outcome) {
    case flow::Plan::Outcome::acted: return "acts";
    case flow::Plan::Outcome::passed_by: return "passes by";
    case flow::Plan::Outcome::ignored: return "does not run: the event is to be ignored";
    case flow::Plan::Outcome::too_old: return "passes by: the event is older than max_age";
    case flow::Plan::Outcome::lacks: return "waits: the payment is not known well enough";
    case flow::Plan::Outcome::held: return "is held for a person";
    case flow::Plan::Outcome::unfinished: return "is not finished";
    }
    return "";
}

std::string_view call_name(const flow::OutboundCall& call) {
    return call.kind == flow::OutboundCall::Kind::invoke ? "invoke" : "notify";
}

std::string_view timer_name(flow::TimerWrite::Kind kind) {
    switch (kind) {
    case flow::TimerWrite::Kind::set: return "set";
    case flow::TimerWrite::Kind::remove: return "remove";
    case flow::TimerWrite::Kind::fired: return "fired";
    }
    return "";
}

template <class Number>
std::string counted(Number number, const std::string& thing) {
    return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

/// Tokens are for machines: what stands for the Id of a record that is not written yet is named by its object.
class Values {
public:
    explicit Values(const DryRun& run) {
        for (const DryFlow& flow : run.flows)
            for (const flow::RecordWrite& write : flow.writes)
                if (!write.token.empty()) objects_[write.token] = write.object;
    }

    std::string text(const base::Json& value) const {
        const auto object = value.is_string() ? objects_.find(value.get<std::string>()) : objects_.end();
        return object == objects_.end() ? base::to_text(value) : "the Id of the new " + object->second;
    }

private:
    std::map<std::string, std::string> objects_;
};

void add_trace(std::string& text, const flow::StepTrace& trace) {
    text += "  " + padded(trace.step, 14) + " " + padded(trace.object, 14) + " " + trace.outcome;
    if (!trace.rule.empty()) text += " by " + trace.rule;
    if (!trace.id.empty() && !flow::is_token(trace.id)) text += ": " + trace.id;
    text += "\n";
    for (const auto& passed : trace.passed_over)
        text += "      passed over " + passed.rule + ": " + passed.why + "\n";
}

void add_write(std::string& text, const flow::RecordWrite& write, const Values& values) {
    text += "  " + std::string(write.id.empty() ? "create " : "update ") + write.object;
    if (!write.id.empty()) text += " " + write.id;
    text += "\n";
    std::size_t width = 0;
    for (const base::Json* part : {&write.key, &write.fields})
        for (const auto& [field, value] : part->items()) width = std::max(width, field.size());
    for (const base::Json* part : {&write.key, &write.fields})
        for (const auto& [field, value] : part->items()) {
            if (!write.id.empty() && base::member(write.current, field) == value) continue;
            text += "      " + padded(field, width) + "  " + values.text(value) + "\n";
        }
}

void add_plan(std::string& text, const flow::Plan& plan) {
    text += std::string(outcome_name(plan.outcome));
    for (const std::string& part : plan.lacking) text += ", lacks " + part;
    if (!plan.ignored_by.empty()) text += " (" + plan.ignored_by + ")";
    text += "\n";
    for (const flow::StepTrace& trace : plan.trace) add_trace(text, trace);
    for (const flow::OutboundCall& call : plan.calls)
        text += "  " + std::string(call_name(call)) + " " + call.target + ", once for key " + call.key + "\n";
    if (!plan.hold) return;
    text += "  held at " + plan.hold->step + ": " + plan.hold->reason + "\n";
    for (const base::Json& candidate : plan.hold->candidates) text += "      " + base::to_text(candidate) + "\n";
}

base::Json to_json(const flow::StepTrace& trace) {
    base::Json passed = base::Json::array();
    for (const auto& one : trace.passed_over) passed.push_back(base::Json{{"rule", one.rule}, {"why", one.why}});
    return base::Json{{"step", trace.step}, {"object", trace.object}, {"outcome", trace.outcome},
                      {"rule", trace.rule}, {"id", trace.id},         {"passed_over", passed}};
}

base::Json to_json(const flow::RecordWrite& write) {
    return base::Json{{"step", write.step}, {"object", write.object}, {"id", write.id},
                      {"key", write.key},   {"fields", write.fields}, {"rule", write.rule}};
}

base::Json to_json(const DryFlow& flow, const flow::FlowSet& flows) {
    base::Json json{{"flow", flows.flows()[flow.flow].name}};
    if (const auto* fault = std::get_if<flow::Fault>(&flow.decision)) {
        json["fault"] = base::Json{
            {"step", fault->step}, {"where", fault->where}, {"place", fault->place}, {"message", fault->message}};
    } else if (const auto* plan = std::get_if<flow::Plan>(&flow.decision)) {
        json["outcome"] = outcome_name(plan->outcome);
        json["lacking"] = plan->lacking;
        json["trace"] = base::Json::array();
        for (const flow::StepTrace& trace : plan->trace) json["trace"].push_back(to_json(trace));
        json["timers"] = base::Json::array();
        for (const flow::TimerWrite& timer : plan->timers)
            json["timers"].push_back(
                base::Json{{"what", timer_name(timer.kind)}, {"key", timer.key}, {"at", base::format_utc(timer.at)}});
        json["calls"] = base::Json::array();
        for (const flow::OutboundCall& call : plan->calls)
            json["calls"].push_back(base::Json{
                {"kind", call_name(call)}, {"target", call.target}, {"key", call.key}, {"body", call.body}});
        if (!plan->ignored_by.empty()) json["ignored_by"] = plan->ignored_by;
        if (plan->hold)
            json["hold"] = base::Json{
                {"step", plan->hold->step}, {"reason", plan->hold->reason}, {"candidates", plan->hold->candidates}};
    }
    json["writes"] = base::Json::array();
    for (const flow::RecordWrite& write : flow.writes) json["writes"].push_back(to_json(write));
    return json;
}

} // namespace

std::string to_report(const DryRun& run, const flow::FlowSet& flows, const checkout::Event& event) {
    std::string text = event.type + " " + event.id;
    if (!event.payment_id.empty()) text += " of " + event.payment_id;
    text += ", " + base::format_utc(event.occurred_at) + "\n\n";
    if (event.is_test)
        text += "A test event of Checkout.com: it is kept, and no flow runs.\n\n";
    else if (run.flows.empty())
        text += "No flow is triggered by it.\n\n";
    const Values values{run};
    for (const DryFlow& flow : run.flows) {
        text += "flow " + flows.flows()[flow.flow].name + ": ";
        if (const auto* fault = std::get_if<flow::Fault>(&flow.decision))
            text +=
                "fails\n  " + fault->place + " " + fault->step + " " + fault->where + ": " + fault->message + "\n";
        else if (const auto* plan = std::get_if<flow::Plan>(&flow.decision))
            add_plan(text, *plan);
        for (const flow::RecordWrite& write : flow.writes) add_write(text, write, values);
        text += "\n";
    }
    text += counted(run.questions, "question") + " in " + counted(run.rounds, "round") + "; about " +
            std::to_string(run.calls) +
            " API calls for this event alone. Events handled together share their calls.\n";
    return text;
}

base::Json to_json(const DryRun& run, const flow::FlowSet& flows, const checkout::Event& event) {
    base::Json list = base::Json::array();
    for (const DryFlow& flow : run.flows) list.push_back(to_json(flow, flows));
    return base::Json{
        {"event", event.id},          {"type", event.type},   {"payment", event.payment_id}, {"rounds", run.rounds},
        {"questions", run.questions}, {"stages", run.stages}, {"calls", run.calls},          {"flows", list}};
}

} // namespace paysync::app
