// Paths, times and the mark of the rules.
#include "paysync/revenue/settings.hpp"

#include "paysync/base/json.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace paysync::revenue {

namespace {

/// Goes up when ledger_lines() gives other lines for the same payment.
constexpr int ledger_version = 1;

constexpr std::array<std::string_view, 2> plain{"payment_type", "reference"};
constexpr std::array<std::string_view, 3> objects{"source.", "billing_address.", "plan."};
constexpr std::string_view metadata = "metadata.";

bool is_name(std::string_view text) {
    return !text.empty() && text.find('.') == std::string_view::npos;
}

} // namespace

std::optional<std::string> dimension_mistake(const std::string& path) {
    if (std::find(plain.begin(), plain.end(), path) != plain.end()) return std::nullopt;
    for (const std::string_view object : objects)
        if (path.starts_with(object) && is_name(std::string_view{path}.substr(object.size()))) return std::nullopt;
    // Whatever follows is one key, dots and all: merchants name their metadata themselves.
    if (path.starts_with(metadata) && path.size() > metadata.size()) return std::nullopt;
    return "must be payment_type, reference, or a member of source, billing_address, plan or metadata such as "
           "source.scheme, not '" +
           path + "'";
}

base::WallTime ready_at(const std::string& day, base::WallTime changed_at, const Settings& settings) {
    const auto begin = settings.zone.at(day, std::chrono::seconds{0});
    const auto over = settings.zone.at(base::day_after(day), settings.at);
    if (!begin || !over) return changed_at + settings.settle; // no date: nobody's day, but not to be lost
    if (settings.every.count() > 0) {
        const auto full = changed_at < *begin ? 0 : (changed_at - *begin) / settings.every;
        const base::WallTime next = *begin + (full + 1) * settings.every;
        if (next < *over) return next;
    }
    return changed_at < *over ? *over : changed_at + settings.settle;
}

std::string rules_of(const Settings& settings) {
    return base::to_text(base::Json{{"version", ledger_version},
                                    {"time_zone", settings.zone.name()},
                                    {"dimensions", settings.dimensions},
                                    {"left_out", settings.left_out_rules}});
}

} // namespace paysync::revenue
