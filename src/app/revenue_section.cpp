// Times of day, spans and dimensions of the daily figures.
#include "revenue_section.hpp"

#include <algorithm>

namespace paysync::app {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view never = "off";

/// `02:00`, since midnight.
std::optional<std::chrono::seconds> clock_time(const std::string& text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (const std::size_t place : {0U, 1U, 3U, 4U})
        if (text[place] < '0' || text[place] > '9') return std::nullopt;
    const int hours = std::stoi(text.substr(0, 2));
    const int minutes = std::stoi(text.substr(3));
    if (hours > 23 || minutes > 59) return std::nullopt;
    return std::chrono::hours{hours} + std::chrono::minutes{minutes};
}

void read_at(Section& section, std::chrono::seconds& target) {
    std::string text = "02:00";
    section.text("at", text);
    if (const auto time = clock_time(text))
        target = *time;
    else
        section.error("at", "must be a time of day, not '" + text + "'", "such as 02:00");
}

void read_every(Section& section, runtime::Duration& target) {
    constexpr runtime::Duration least = 1min;
    constexpr runtime::Duration most = 24h;
    std::string text{never};
    section.text("every", text);
    if (text == never) return;
    const auto span = yaml::duration_nanoseconds(text);
    if (!span || *span < least.count() || *span > most.count())
        return section.error("every",
                             "must be off, or a duration of " + duration_text(least) + " to " + duration_text(most) +
                                 ", not '" + text + "'",
                             "such as 1h");
    target = runtime::Duration{*span};
}

} // namespace

void read_revenue(Section section, revenue::Settings& settings) {
    read_at(section, settings.at);
    section.duration("settle", settings.settle, 1s, 24h);
    read_every(section, settings.every);
    std::vector<std::string> seen;
    section.texts("dimensions", settings.dimensions, [&seen](const std::string& path) -> std::optional<std::string> {
        if (std::find(seen.begin(), seen.end(), path) != seen.end()) return "is there already: '" + path + "'";
        seen.push_back(path);
        return revenue::dimension_mistake(path);
    });
    section.finish();
}

} // namespace paysync::app
