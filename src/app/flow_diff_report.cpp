// Lines and tables.
#include "flow_diff_report.hpp"

#include <algorithm>

namespace paysync::app {

namespace {

/// A token is for machines: what stands for the Id of a record that is not written yet is named by its object.
std::string value_of(const base::Json& value) {
    if (value.is_null()) return "(emptied)";
    if (!flow::is_token(value)) return base::to_text(value);
    const std::string token = value.get<std::string>();
    const auto begin = token.find(':') + 1;
    return "(the new " + token.substr(begin, token.find(':', begin) - begin) + ")";
}

std::string fields_of(const base::Json& fields) {
    std::string text;
    for (const auto& [field, value] : fields.items())
        text += (text.empty() ? "  " : ", ") + field + " " + value_of(value);
    return text;
}

std::string listed(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : "; ") + word;
    return text;
}

void add_side(std::string& text, const char* sign, const Doing& doing, const Doing& other) {
    if (!doing.not_known.empty()) {
        text += std::string{"    "} + sign + " not known then: " + listed(doing.not_known) + "\n";
        return;
    }
    if (doing.acts.empty()) text += std::string{"    "} + sign + " nothing\n";
    for (const Act& act : doing.acts) {
        const bool both = std::find(other.acts.begin(), other.acts.end(), act) != other.acts.end();
        text += std::string{"    "} + (both ? " " : sign) + " " + act.what + fields_of(act.fields) + "\n";
    }
}

base::Json to_json(const Doing& doing) {
    base::Json acts = base::Json::array();
    for (const Act& act : doing.acts) acts.push_back(base::Json{{"what", act.what}, {"fields", act.fields}});
    return base::Json{{"acts", acts}, {"not_known", doing.not_known}, {"calls", doing.calls}};
}

std::string row(const std::string& name, const std::string& before, const std::string& after, std::size_t width) {
    const auto right = [](const std::string& text) {
        constexpr std::size_t column = 10;
        return std::string(text.size() < column ? column - text.size() : 1, ' ') + text;
    };
    return "  " + name + std::string(width - name.size(), ' ') + right(before) + right(after) + "\n";
}

std::size_t count_of(const std::map<std::string, std::size_t>& counts, const std::string& name) {
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
}

std::string counts(const std::map<std::string, std::size_t>& counted) {
    std::string text;
    for (const auto& [name, count] : counted) text += "  " + name + ": " + std::to_string(count) + "\n";
    return text;
}

} // namespace

std::string to_report(const checkout::Event& event, const std::vector<FlowChange>& changes) {
    std::string text = event.type + " " + event.id;
    if (!event.payment_id.empty()) text += " of " + event.payment_id;
    text += ", " + base::format_utc(event.occurred_at) + "\n";
    for (const FlowChange& change : changes) {
        text += "  " + change.flow + "\n";
        add_side(text, "-", change.before, change.after);
        // What both do is said once, above.
        Doing rest = change.after;
        if (change.before.not_known.empty() && rest.not_known.empty() && !rest.acts.empty()) {
            const auto is_common = [&](const Act& act) {
                const auto& before = change.before.acts;
                return std::find(before.begin(), before.end(), act) != before.end();
            };
            rest.acts.erase(std::remove_if(rest.acts.begin(), rest.acts.end(), is_common), rest.acts.end());
            if (rest.acts.empty()) continue;
        }
        add_side(text, "+", rest, change.before);
    }
    return text;
}

base::Json to_json(const checkout::Event& event, const std::vector<FlowChange>& changes) {
    base::Json flows = base::Json::array();
    for (const FlowChange& change : changes)
        flows.push_back(
            base::Json{{"flow", change.flow}, {"before", to_json(change.before)}, {"after", to_json(change.after)}});
    return base::Json{{"event", event.id},
                      {"type", event.type},
                      {"payment", event.payment_id},
                      {"occurred_at", base::format_utc(event.occurred_at)},
                      {"flows", flows}};
}

std::string to_report(const DiffTotals& totals) {
    std::set<std::string> names;
    std::size_t width = std::string_view{"API calls, about"}.size();
    for (const auto* side : {&totals.before, &totals.after})
        for (const auto& [name, count] : side->acts) {
            names.insert(name);
            width = std::max(width, name.size());
        }
    std::string text = std::to_string(totals.events) + " events, " + std::to_string(totals.triggering) +
                       " of them begin a changed flow; for " + std::to_string(totals.differing) +
                       " something else would have been done\n\n";
    text += row("", "now", "then", width);
    for (const std::string& name : names)
        text += row(name, std::to_string(count_of(totals.before.acts, name)),
                    std::to_string(count_of(totals.after.acts, name)), width);
    text += row("API calls, about", std::to_string(totals.before.calls), std::to_string(totals.after.calls), width);
    if (totals.not_known > 0)
        text += "\nNot known then, for " + std::to_string(totals.not_known) +
                " events, which the table leaves out: the flows ask what nobody asked at the time\n" +
                counts(totals.unknown_questions);
    if (!totals.unread_fields.empty())
        text += "\nNot read then, and taken as empty, by number of events\n" + counts(totals.unread_fields);
    return text;
}

base::Json to_json(const DiffTotals& totals) {
    const auto side = [](const DiffTotals::Side& one) {
        return base::Json{{"acts", one.acts}, {"calls", one.calls}};
    };
    return base::Json{{"events", totals.events},
                      {"triggering", totals.triggering},
                      {"differing", totals.differing},
                      {"before", side(totals.before)},
                      {"after", side(totals.after)},
                      {"not_known", base::Json{{"events", totals.not_known},
                                               {"questions", totals.unknown_questions},
                                               {"fields_taken_as_empty", totals.unread_fields}}}};
}

} // namespace paysync::app
