// Grouping, and telling it.
#include "problems.hpp"

#include "cure.hpp"
#include "story_words.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace paysync::app {

namespace {

/// Dead work of one cause is mended once and sent again together; held work asks for one decision each.
void add_cure(Problem& problem) {
    const store::Run& run = problem.sample.run;
    Cure cure = cure_of(run, problem.sample.event.id);
    problem.cure = std::move(cure.words);
    problem.commands = std::move(cure.commands);
    const bool can_be_sent_again = run.state == store::RunState::dead && !run.flow.empty();
    if (problem.count > 1 && can_be_sent_again)
        problem.commands = {"paysync replay --dead --flow " + shell_word(run.flow) + " --cause " +
                            shell_word(run.cause)};
}

} // namespace

std::vector<Problem> problems_among(const std::vector<store::DueRun>& runs) {
    std::map<std::tuple<store::RunState, std::string, std::string, std::string>, Problem> groups;
    for (const store::DueRun& one : runs) {
        if (one.run.state == store::RunState::waiting) continue;
        Problem& group = groups[{one.run.state, one.run.cause, one.run.flow, one.run.step}];
        if (group.count++ == 0) {
            group.sample = one;
            group.first = one.run.since;
        }
        group.first = std::min(group.first, one.run.since);
    }
    std::vector<Problem> problems;
    for (auto& [key, group] : groups) {
        add_cure(group);
        problems.push_back(std::move(group));
    }
    const auto rank = [](const Problem& one) {
        return std::pair(one.sample.run.state != store::RunState::dead, -static_cast<std::int64_t>(one.count));
    };
    std::stable_sort(problems.begin(), problems.end(),
                     [&](const Problem& a, const Problem& b) { return rank(a) < rank(b); });
    return problems;
}

std::string to_words(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) {
        const store::Run& run = problem.sample.run;
        const store::StoredEvent& event = problem.sample.event;
        text += std::to_string(problem.count) + " " + state_name(run.state) + "  " + run.cause;
        if (!run.flow.empty()) text += "  in " + run.flow;
        if (!run.step.empty()) text += ", " + run.step;
        text += "  since " + base::format_utc(problem.first) + "\n    such as " + event.type + " " + event.id;
        if (!event.subject.empty()) text += " of " + event.subject;
        text += ": " + run.reason + "\n    " + problem.cure + "\n";
        for (const std::string& command : problem.commands) text += "      " + command + "\n";
    }
    return text;
}

base::Json to_json(const std::vector<Problem>& problems) {
    base::Json list = base::Json::array();
    for (const Problem& problem : problems) {
        const store::Run& run = problem.sample.run;
        list.push_back(base::Json{{"state", state_name(run.state)},
                                  {"cause", run.cause},
                                  {"flow", run.flow},
                                  {"step", run.step},
                                  {"count", problem.count},
                                  {"since", base::format_utc_exact(problem.first)},
                                  {"sample",
                                   {{"event", problem.sample.event.id},
                                    {"type", problem.sample.event.type},
                                    {"payment", problem.sample.event.subject},
                                    {"reason", run.reason}}},
                                  {"cure", problem.cure},
                                  {"commands", problem.commands}});
    }
    return list;
}

} // namespace paysync::app
