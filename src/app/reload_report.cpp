// Words and JSON of a reload.
#include "reload_report.hpp"

#include <algorithm>

namespace paysync::app {

std::string listed(const std::vector<std::string>& words) {
    constexpr std::size_t named_max = 6;
    std::string text;
    for (std::size_t i = 0; i < std::min(words.size(), named_max); ++i) text += (i == 0 ? "" : ", ") + words[i];
    if (words.size() > named_max) text += " and " + std::to_string(words.size() - named_max) + " more";
    return text;
}

std::string ReloadReport::sentence() const {
    if (number == 0) return {};
    if (refused()) {
        const auto& all = problems.all();
        const auto first = std::find_if(all.begin(), all.end(), [](const auto& problem) { return !problem.warning; });
        const auto errors =
            std::count_if(all.begin(), all.end(), [](const auto& problem) { return !problem.warning; });
        std::string text = "the reload at " + base::format_utc(at) + " was refused: " + first->text();
        if (errors > 1) text += " (and " + std::to_string(errors - 1) + " more)";
        return text;
    }
    if (!changes.need_restart.empty()) return "waits for a restart: " + listed(changes.need_restart);
    return {};
}

base::Json to_json(const yaml::Problems& problems) {
    base::Json list = base::Json::array();
    for (const yaml::Problem& problem : problems.all())
        list.push_back(base::Json{{"file", problem.place.file},
                                  {"line", problem.place.line},
                                  {"column", problem.place.column},
                                  {"severity", problem.warning ? "warning" : "error"},
                                  {"message", problem.message},
                                  {"advice", problem.advice}});
    return list;
}

base::Json to_json(const ReloadReport& report) {
    base::Json json{{"number", report.number}};
    if (report.number == 0) return json;
    json["at"] = base::format_utc(report.at);
    json["refused"] = report.refused();
    json["problems"] = to_json(report.problems);
    json["taken"] = report.changes.taken;
    json["flows"] = report.changes.flows;
    json["need_restart"] = report.changes.need_restart;
    return json;
}

} // namespace paysync::app
