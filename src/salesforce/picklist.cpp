// Finding a picklist's value.
#include "salesforce/picklist.hpp"

#include "paysync/base/text.hpp"
#include "salesforce/field_text.hpp"

#include <algorithm>

namespace paysync::salesforce {

namespace {

/// Salesforce's own limit for one value of a picklist.
constexpr std::size_t choice_units_max = 255;

} // namespace

Result<std::string> choose(const Field& field, const std::string& text) {
    if (std::find(field.picklist.begin(), field.picklist.end(), text) != field.picklist.end()) return text;
    const std::string wanted = base::lower(text);
    for (const std::string& value : field.picklist)
        if (base::lower(value) == wanted) return value;
    if (utf16_units(text) > choice_units_max)
        return base::Error{base::Errc::invalid, field.name + ": too long for a value of a picklist"};
    if (!field.restricted_picklist) return text;
    std::string why = field.name + ": the org's picklist has no value \"" + cut(text, 40) + "\"";
    if (const auto near = base::closest(text, field.picklist)) why += "; \"" + *near + "\" comes near";
    return base::Error{base::Errc::invalid, why};
}

std::vector<std::string> split_choices(std::string_view text) {
    std::vector<std::string> choices;
    while (!text.empty()) {
        const auto end = std::min(text.find(';'), text.size());
        std::string choice = stored_text(text.substr(0, end));
        if (!choice.empty()) choices.push_back(std::move(choice));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return choices;
}

} // namespace paysync::salesforce
