// What an administrator sets up in an org: validation, duplicate and assignment rules, required fields.
#pragma once

#include "paysync/base/result.hpp"
#include "sandbox/object_catalog.hpp"
#include "sandbox/org.hpp"

#include <optional>
#include <string>
#include <vector>

namespace paysync::sandbox {

/// Refuses what meets its condition.
struct ValidationRule {
    std::string name;
    std::string object;
    std::string when; ///< as in SOQL's WHERE
    std::string message;
    std::string field; ///< at which the error is shown; empty: at the top of the page
};

struct DuplicateRule {
    struct Match {
        std::string field;
        std::string other; ///< field of the other record
        bool fuzzy = false;
    };
    std::string name;
    std::string object;
    std::string against;      ///< object of the records to compare with
    std::vector<Match> match; ///< all must agree
    bool block = true;        ///< else: allowed, with an alert or without
    bool alert = true;
    std::string message;
};

struct AssignmentRule {
    std::string object;
    std::string when; ///< empty: always
    std::string owner;
};

class AdminRules {
public:
    explicit AdminRules(ObjectCatalog& catalog) : catalog_{catalog} {}

    /// Members given replace the list of that kind: `validation_rules`, `duplicate_rules`, `assignment_rules`,
    /// `required_fields` (docs/sandbox.md). Errc::invalid with a sentence; then nothing is changed.
    base::Result<void> apply(const base::Json& changes, base::WallTime now);
    const base::Json& to_json() const { return told_; }

    /// A row that is about to be saved.
    struct Save {
        const Org& org;
        const ObjectDefinition& object;
        const Row& row;
        const base::Json* before; ///< null: it is new
        const WriteOptions& options;
        base::WallTime now;
        const Journal& journal; ///< of its request: rows saved together are not compared with each other
    };
    /// FIELD_CUSTOM_VALIDATION_EXCEPTION or DUPLICATES_DETECTED.
    std::optional<RowError> refusal(const Save& save) const;
    /// Who owns a new row, by the first assignment rule that it meets.
    std::optional<std::string> owner_of(const Org& org, const ObjectDefinition& object, const Row& row,
                                        base::WallTime now) const;

private:
    base::Result<void> read(const base::Json& changes, base::WallTime now);
    base::Result<std::string> object_named(const base::Json& item) const;
    base::Result<void> check_condition(const std::string& object, const std::string& when, base::WallTime now) const;
    base::Result<ValidationRule> read_validation(const base::Json& item, base::WallTime now) const;
    base::Result<DuplicateRule> read_duplicate(const base::Json& item) const;
    base::Result<AssignmentRule> read_assignment(const base::Json& item, base::WallTime now) const;

    ObjectCatalog& catalog_;
    std::vector<ValidationRule> validation_;
    std::vector<DuplicateRule> duplicates_;
    std::vector<AssignmentRule> assignment_;
    base::Json told_ = {{"validation_rules", base::Json::array()},
                        {"duplicate_rules", base::Json::array()},
                        {"assignment_rules", base::Json::array()},
                        {"required_fields", base::Json::array()}};
};

/// DUPLICATES_DETECTED with what was found, or nothing.
std::optional<RowError> duplicate_refusal(const DuplicateRule& rule, const AdminRules::Save& save);

} // namespace paysync::sandbox
