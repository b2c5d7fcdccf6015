// Reading of an administrator's rules, and their verdicts.
#include "sandbox/admin_rules.hpp"

#include "sandbox/soql.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

base::Error wrong(const std::string& sentence) {
    return {base::Errc::invalid, sentence};
}

std::string text_of(const Json& item, const char* name) {
    return base::member_text(item, name).value_or("");
}

template <class Rule, class Read>
base::Result<std::vector<Rule>> read_list(const Json& list, const char* name, const Read& read) {
    std::vector<Rule> rules;
    if (!list.is_array()) return wrong(std::string("\"") + name + "\" must be an array");
    for (const Json& item : list) {
        auto rule = read(item);
        if (!rule) return rule.error();
        rules.push_back(std::move(*rule));
    }
    return rules;
}

} // namespace

base::Result<std::string> AdminRules::object_named(const Json& item) const {
    const std::string name = text_of(item, "object");
    const ObjectDefinition* object = catalog_.find(name);
    if (object == nullptr) return wrong("there is no object \"" + name + "\" for a rule");
    return object->name;
}

base::Result<void> AdminRules::check_condition(const std::string& object, const std::string& when,
                                               base::WallTime now) const {
    if (auto problem = soql::check_condition(catalog_, *catalog_.find(object), when, now))
        return wrong("the condition \"" + when + "\": " + problem->message);
    return {};
}

base::Result<ValidationRule> AdminRules::read_validation(const Json& item, base::WallTime now) const {
    auto object = object_named(item);
    if (!object) return object.error();
    ValidationRule rule{text_of(item, "name"), *object, text_of(item, "when"), text_of(item, "message"),
                        text_of(item, "field")};
    if (rule.message.empty()) return wrong("a validation rule needs a \"message\"");
    if (auto checked = check_condition(rule.object, rule.when, now); !checked) return checked.error();
    if (!rule.field.empty() && catalog_.find(*object)->field(rule.field) == nullptr)
        return wrong("there is no field \"" + rule.field + "\" of " + *object);
    return rule;
}

base::Result<DuplicateRule> AdminRules::read_duplicate(const Json& item) const {
    auto object = object_named(item);
    if (!object) return object.error();
    DuplicateRule rule;
    rule.object = *object;
    rule.name = base::member_text(item, "name").value_or(*object + "_DR");
    const ObjectDefinition* other = catalog_.find(base::member_text(item, "against").value_or(*object));
    if (other == nullptr) return wrong("there is no object \"" + text_of(item, "against") + "\" to compare with");
    rule.against = other->name;
    rule.message = base::member_text(item, "message").value_or("Use one of these records?");
    const std::string action = base::member_text(item, "action").value_or("block");
    if (action != "block" && action != "allow") return wrong("a duplicate rule's \"action\" is block or allow");
    rule.block = action == "block";
    rule.alert = base::member(item, "alert") != Json(false);
    const Json& match = base::member(item, "match");
    if (!match.is_array() || match.empty())
        return wrong("a duplicate rule needs \"match\": [{\"field\": \"Email\", \"method\": \"exact\"}]");
    for (const Json& one : match) {
        const std::string field = one.is_string() ? one.get<std::string>() : text_of(one, "field");
        const std::string opposite = base::member_text(one, "other").value_or(field);
        const std::string method = base::member_text(one, "method").value_or("exact");
        const FieldDefinition* own = catalog_.find(*object)->field(field);
        const FieldDefinition* its = other->field(opposite);
        if (own == nullptr || its == nullptr) return wrong("there is no field \"" + field + "\" to match by");
        if (method != "exact" && method != "fuzzy") return wrong("a field is matched \"exact\" or \"fuzzy\"");
        rule.match.push_back({own->name, its->name, method == "fuzzy"});
    }
    return rule;
}

base::Result<AssignmentRule> AdminRules::read_assignment(const Json& item, base::WallTime now) const {
    auto object = object_named(item);
    if (!object) return object.error();
    AssignmentRule rule{*object, text_of(item, "when"), text_of(item, "owner")};
    if (rule.object != "Case" && rule.object != "Lead" && rule.object != "Account")
        return wrong("assignment rules exist for Case, Lead and Account");
    if (rule.owner.empty()) return wrong("an assignment rule needs an \"owner\": an id of a user or queue");
    if (!rule.when.empty())
        if (auto checked = check_condition(rule.object, rule.when, now); !checked) return checked.error();
    return rule;
}

base::Result<void> AdminRules::read(const Json& changes, base::WallTime now) {
    for (const auto& [name, list] : changes.items()) {
        if (name == "validation_rules") {
            auto rules = read_list<ValidationRule>(list, "validation_rules",
                                                   [&](const Json& item) { return read_validation(item, now); });
            if (!rules) return rules.error();
            validation_ = std::move(*rules);
        } else if (name == "duplicate_rules") {
            auto rules = read_list<DuplicateRule>(list, "duplicate_rules",
                                                  [&](const Json& item) { return read_duplicate(item); });
            if (!rules) return rules.error();
            duplicates_ = std::move(*rules);
        } else if (name == "assignment_rules") {
            auto rules = read_list<AssignmentRule>(list, "assignment_rules",
                                                   [&](const Json& item) { return read_assignment(item, now); });
            if (!rules) return rules.error();
            assignment_ = std::move(*rules);
        } else if (name != "required_fields") {
            return wrong("there is no \"" + name +
                         "\": validation_rules, duplicate_rules, assignment_rules or required_fields");
        }
    }
    const Json& required = base::member(changes, "required_fields");
    if (required.is_null()) return {};
    std::vector<std::string> fields;
    if (!required.is_array()) return wrong("\"required_fields\" must be an array such as [\"Contact.Email\"]");
    for (const Json& item : required)
        if (item.is_string()) fields.push_back(item.get<std::string>());
    return catalog_.require(fields, now);
}

base::Result<void> AdminRules::apply(const Json& changes, base::WallTime now) {
    if (!changes.is_object()) return wrong("rules are an object such as {\"validation_rules\": […]}");
    AdminRules changed = *this; // the catalog is touched last, when nothing can fail any more
    if (auto read_all = changed.read(changes, now); !read_all) return read_all;
    validation_ = std::move(changed.validation_);
    duplicates_ = std::move(changed.duplicates_);
    assignment_ = std::move(changed.assignment_);
    for (const auto& [name, list] : changes.items()) told_[name] = list;
    return {};
}

std::optional<RowError> AdminRules::refusal(const Save& save) const {
    for (const ValidationRule& rule : validation_) {
        if (rule.object != save.object.name) continue;
        if (!soql::meets(save.org, save.object, save.row, rule.when, save.now)) continue;
        std::vector<std::string> fields;
        if (!rule.field.empty()) fields.push_back(save.object.field(rule.field)->name);
        return RowError{"FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, std::move(fields)};
    }
    for (const DuplicateRule& rule : duplicates_)
        if (rule.object == save.object.name)
            if (auto refused = duplicate_refusal(rule, save)) return refused;
    return std::nullopt;
}

std::optional<std::string> AdminRules::owner_of(const Org& org, const ObjectDefinition& object, const Row& row,
                                                base::WallTime now) const {
    for (const AssignmentRule& rule : assignment_) {
        if (rule.object != object.name || org.find(rule.owner) == nullptr) continue;
        if (rule.when.empty() || soql::meets(org, object, row, rule.when, now)) return rule.owner;
    }
    return std::nullopt;
}

} // namespace paysync::sandbox
