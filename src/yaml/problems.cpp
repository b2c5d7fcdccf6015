// How problems and places read.
#include "paysync/yaml/document.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <utility>

namespace paysync::yaml {

std::string Place::text() const {
    if (line <= 0) return file;
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string Problem::text() const {
    std::string text = place.text();
    if (!text.empty()) text += ": ";
    text += warning ? "warning: " : "error: ";
    text += message;
    if (!advice.empty()) text += " — " + advice;
    return text;
}

void Problems::error(Place place, std::string message, std::string advice) {
    problems_.push_back({std::move(place), std::move(message), std::move(advice), false});
}

void Problems::warning(Place place, std::string message, std::string advice) {
    problems_.push_back({std::move(place), std::move(message), std::move(advice), true});
}

bool Problems::has_errors() const {
    return std::any_of(problems_.begin(), problems_.end(), [](const Problem& problem) { return !problem.warning; });
}

std::string Problems::text() const {
    std::string text;
    for (const Problem& problem : problems_) text += problem.text() + "\n";
    return text;
}

void refuse_unknown_keys(const Node& map, const std::vector<std::string>& known, std::string_view what,
                         Problems& problems) {
    for (const Node::Member& member : map.members) {
        if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
        std::string advice;
        if (const auto nearest = base::closest(member.key, known)) {
            advice = "did you mean '" + *nearest + "'?";
        } else {
            for (const std::string& key : known) advice += (advice.empty() ? "known keys: " : ", ") + key;
        }
        std::string message = "unknown key '" + member.key + "'";
        if (!what.empty()) message += " in " + std::string{what};
        problems.error(member.place, std::move(message), std::move(advice));
    }
}

} // namespace paysync::yaml
