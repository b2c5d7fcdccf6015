// Duplicate rules: which records are alike, and how Salesforce tells it (REST API guide: headers_duplicaterules).
#include "sandbox/admin_rules.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/resource.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr double alike_from = 0.8; ///< of the longer text's length

/// Letters and digits, without case.
std::string bare(std::string_view text) {
    std::string made;
    for (const char c : folded(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) made += c;
    }
    return made;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({row[j - 1] + 1, above + 1, changed});
            diagonal = above;
        }
    }
    return row[b.size()];
}

/// A blank agrees with nothing, not even with another blank.
bool agree(const Json& a, const Json& b, bool fuzzy) {
    if (a.is_null() || b.is_null()) return false;
    if (!fuzzy || !a.is_string() || !b.is_string()) return index_key(a) == index_key(b);
    const std::string left = bare(a.get_ref<const std::string&>());
    const std::string right = bare(b.get_ref<const std::string&>());
    const std::size_t longer = std::max(left.size(), right.size());
    if (longer == 0) return false;
    return 1.0 - static_cast<double>(edit_distance(left, right)) / static_cast<double>(longer) >= alike_from;
}

Json match_of(const ObjectDefinition& object, const Row& row, const WriteOptions& options) {
    Json record = {{"attributes", {{"type", object.name}, {"url", record_url(options.version, object.name, row.id)}}},
                   {"Id", row.id}};
    if (options.duplicate_details)
        for (const auto& [name, value] : row.fields.items()) record[name] = value;
    return {{"additionalInformation", Json::array()},
            {"fieldDiffs", Json::array()},
            {"matchConfidence", 100.0},
            {"record", std::move(record)}};
}

/// An edit that leaves the compared fields alone is not looked at.
bool concerned(const DuplicateRule& rule, const AdminRules::Save& save) {
    return save.before == nullptr ||
           std::any_of(rule.match.begin(), rule.match.end(), [&](const DuplicateRule::Match& match) {
               return save.before->at(match.field) != save.row.fields.at(match.field);
           });
}

std::vector<const Row*> alike(const DuplicateRule& rule, const AdminRules::Save& save,
                              const ObjectDefinition& against) {
    std::set<std::string> together;
    for (const Change& change : save.journal)
        if (!change.before) together.insert(change.id);
    std::vector<const Row*> found;
    const auto consider = [&](const Row& other) {
        if (other.deleted || other.id == save.row.id || together.contains(other.id)) return;
        const bool all = std::all_of(rule.match.begin(), rule.match.end(), [&](const DuplicateRule::Match& match) {
            return agree(save.row.fields.at(match.field), other.fields.at(match.other), match.fuzzy);
        });
        if (all) found.push_back(&other);
    };
    for (const DuplicateRule::Match& match : rule.match) {
        const FieldDefinition& field = *against.field(match.other);
        if (match.fuzzy || !field.indexed() || field.name == "Id") continue;
        for (const std::string& id : save.org.candidates(against, field, save.row.fields.at(match.field)))
            consider(*save.org.find(against, id));
        return found;
    }
    for (const auto& [id, other] : save.org.rows(against)) consider(other);
    return found;
}

} // namespace

std::optional<RowError> duplicate_refusal(const DuplicateRule& rule, const AdminRules::Save& save) {
    const bool saved_anyway = !rule.block && (save.options.save_duplicates || !rule.alert);
    if (saved_anyway || !concerned(rule, save)) return std::nullopt;
    const ObjectDefinition& against = *save.org.catalog().find(rule.against);
    const std::vector<const Row*> found = alike(rule, save, against);
    if (found.empty()) return std::nullopt;
    const bool fuzzy = std::any_of(rule.match.begin(), rule.match.end(),
                                   [](const DuplicateRule::Match& match) { return match.fuzzy; });
    Json records = Json::array();
    for (const Row* row : found) records.push_back(match_of(against, *row, save.options));
    Json result = {{"entityType", against.name},
                   {"errors", Json::array()},
                   {"matchEngine", fuzzy ? "FuzzyMatchEngine" : "ExactMatchEngine"},
                   {"matchRecords", std::move(records)},
                   {"rule", against.name + "_MR"},
                   {"size", found.size()},
                   {"success", true}};
    RowError refused{"DUPLICATES_DETECTED", rule.message, {}};
    refused.duplicate = {{"allowSave", !rule.block},
                         {"duplicateRule", rule.name},
                         {"duplicateRuleEntityType", save.object.name},
                         {"errorMessage", rule.message},
                         {"matchResults", Json::array({std::move(result)})}};
    return refused;
}

} // namespace paysync::sandbox
