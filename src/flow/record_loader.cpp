// Record steps of flows and fragments.
#include "flow/file_keys.hpp"
#include "flow/step_loading.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

constexpr double usual_likeness = 0.9;

class RecordLoader {
public:
    RecordLoader(Loading& loading, Names& names) : loading_{loading}, names_{names}, values_{loading, names} {}

    RecordStep run(const Node& node) {
        RecordStep record;
        record.object = load_text(loading_.problems, *node.find("record"), "'record'").value_or("");
        record.key = load_fields(node, "key", record.object);
        record.set = load_fields(node, "set", record.object);
        record.fill = load_fields(node, "fill", record.object);
        record.create = load_fields(node, "create", record.object);
        if (const Node* find = node.find("find")) load_find(*find, record);
        load_policies(node, record);
        if (const Node* read = node.find("read"))
            for (const std::string& field : load_texts(loading_.problems, *read, "'read'"))
                reads(record.object, field);
        if (const Node* optional = node.find("optional"))
            for (const std::string& field : load_texts(loading_.problems, *optional, "'optional'"))
                record.optional.insert(field);
        loading_.fields_optional[record.object].insert(record.optional.begin(), record.optional.end());
        check_record(node, record);
        return record;
    }

private:
    void reads(const std::string& object, const std::string& field) {
        if (!object.empty() && field != "Id") loading_.fields_read[object].insert(field);
    }

    std::vector<FieldValue> load_fields(const Node& step, const std::string& key, const std::string& object) {
        std::vector<FieldValue> fields;
        const Node* node = step.find(key);
        if (node == nullptr) return fields;
        if (!node->is_map() || node->members.empty()) {
            error(node->place,
                  "'" + key + "' is a map of fields, not " + (node->is_map() ? "empty" : node->kind_name()));
            return fields;
        }
        for (const Node::Member& member : node->members) {
            if (member.key == "Id" || member.key.find('.') != std::string::npos)
                error(member.place, "'" + member.key + "' cannot be written",
                      member.key == "Id" ? "to find a record by its Id use `find`" : "");
            fields.push_back({member.key, values_.load_scalar(member.value, key + "." + member.key), member.place});
            reads(object, member.key);
        }
        return fields;
    }

    void load_find(const Node& node, RecordStep& record) {
        if (!node.is_list()) {
            error(node.place, "'find' is a list of rules, not " + node.kind_name(), "begin each rule with '- '");
            return;
        }
        for (const Node& item : node.items) {
            const std::string number = std::to_string(record.find.size() + 1);
            if (!item.is_map() || item.members.empty()) {
                error(item.place,
                      "a rule is a map of conditions, not " + (item.is_map() ? "empty" : item.kind_name()));
                continue;
            }
            Rule rule;
            std::string fields;
            for (const Node::Member& member : item.members) {
                fields += (fields.empty() ? "" : ", ") + member.key;
                reads(record.object, member.key);
                load_condition(member, "find." + number + "." + member.key, rule);
            }
            rule.title = "find " + number + " (" + fields + ")";
            const auto is_loose = [](const ConditionTemplate& condition) { return condition.op == Op::about; };
            if (!rule.conditions.empty() && std::all_of(rule.conditions.begin(), rule.conditions.end(), is_loose))
                error(item.place, "a rule with `about` needs an exact condition beside it",
                      "the exact one makes the query; `about` is compared after reading");
            record.find.push_back(std::move(rule));
        }
    }

    void load_condition(const Node::Member& member, const std::string& where, Rule& rule) {
        const Node& node = member.value;
        if (!node.is_map()) {
            ConditionTemplate condition{member.key, node.is_list() ? Op::in : Op::equal, {}, 0};
            condition.value =
                node.is_list() ? values_.load(node, where, Literals::text) : values_.load_scalar(node, where);
            rule.conditions.push_back(std::move(condition));
            return;
        }
        static const std::vector<std::pair<std::string, Op>> operators{
            {"not", Op::differs}, {"gt", Op::greater}, {"gte", Op::at_least},   {"lt", Op::less},
            {"lte", Op::at_most}, {"like", Op::like},  {"empty", Op::is_empty}, {"about", Op::about}};
        yaml::refuse_unknown_keys(node, keys_of("comparison"), "a condition", loading_.problems);
        for (const auto& [word, op] : operators) {
            const Node* operand = node.find(word);
            if (operand == nullptr) continue;
            ConditionTemplate condition{member.key, op, {}, 0};
            if (const auto truth = operand->as_bool(); op == Op::is_empty && truth)
                condition.value.literal = *truth;
            else
                condition.value = values_.load_scalar(*operand, where + "." + word);
            if (op == Op::about) condition.likeness = load_likeness(node);
            rule.conditions.push_back(std::move(condition));
        }
        if (node.find("at_least") != nullptr && node.find("about") == nullptr)
            error(node.place, "`at_least` belongs to `about`", "for numbers and dates write `gte`");
    }

    double load_likeness(const Node& node) {
        const Node* least = node.find("at_least");
        if (least == nullptr) return usual_likeness;
        const auto number = least->as_number();
        if (number && *number > 0 && *number <= 1) return *number;
        error(least->place, "'at_least' is a number above 0 and up to 1");
        return usual_likeness;
    }

    void load_policies(const Node& node, RecordStep& record) {
        Problems& problems = loading_.problems;
        record.taken = load_word<Taken>(problems, node.find("taken"), "taken",
                                        {{"skip", Taken::skip}, {"take", Taken::take}, {"hold", Taken::hold}});
        record.several = load_word<Several>(problems, node.find("several"), "several",
                                            {{"hold", Several::hold},
                                             {"newest", Several::newest},
                                             {"oldest", Several::oldest},
                                             {"skip", Several::skip},
                                             {"all", Several::all}});
        record.on_duplicate = load_word<OnDuplicate>(
            problems, node.find("on_duplicate"), "on_duplicate",
            {{"hold", OnDuplicate::hold}, {"take", OnDuplicate::take}, {"allow", OnDuplicate::allow}});
        record.on_deleted = load_word<OnDeleted>(problems, node.find("on_deleted"), "on_deleted",
                                                 {{"leave", OnDeleted::leave}, {"create", OnDeleted::create}});
        record.none.literal = node.find("create") != nullptr ? "create" : "skip";
        const Node* none = node.find("none");
        if (none == nullptr) return;
        if (none->is_scalar() && none->scalar.find("${") != std::string::npos) {
            record.none = values_.load_scalar(*none, "none");
            return;
        }
        record.none.literal = load_word<std::string>(
            problems, none, "none", {{"create", "create"}, {"skip", "skip"}, {"stop", "stop"}, {"hold", "hold"}});
    }

    void check_record(const Node& node, const RecordStep& record) {
        const bool can_create = record.none.kind != Value::Kind::literal || record.none.literal == "create";
        if (can_create && node.find("key") == nullptr)
            error(node.place, "a step that can create needs `key`",
                  "the fields that name this record for ever, else a retry would create it twice");
        if (node.find("key") == nullptr && node.find("find") == nullptr && !can_create)
            error(node.place, "a record step needs `key` or `find`");
        const bool writes = !record.set.empty() || !record.fill.empty() || !record.create.empty();
        if (record.several == Several::all && (writes || can_create))
            error(node.find("several")->place, "with `several: all` the records can only be read");
        if (node.find("taken") != nullptr && record.key.empty())
            error(node.find("taken")->place, "`taken` needs `key`: without one nothing can be taken");
        if (can_create && !record.key.empty()) check_item(node, record);
        for (const FieldValue& key : record.key)
            for (const auto* others : {&record.set, &record.fill, &record.create})
                for (const FieldValue& other : *others)
                    if (other.field == key.field)
                        error(other.place, "'" + key.field + "' is a field of `key`: it is written by itself");
    }

    /// In an `each`: a key that is the same for every item would make one record of them all.
    void check_item(const Node& node, const RecordStep& record) {
        const auto mentions = [&](const FieldValue& part) { return mentions_item(names_, part.value); };
        if (std::any_of(record.key.begin(), record.key.end(), mentions)) return;
        error(node.find("key")->place, "inside `each` the key must mention the item",
              "else all items are one record; write $" + names_.item + " into it");
    }

    void error(const Place& place, std::string message, std::string advice = {}) {
        loading_.problems.error(place, std::move(message), std::move(advice));
    }

    Loading& loading_;
    Names& names_;
    ValueLoader values_;
};

} // namespace

RecordStep load_record(Loading& loading, Names& names, const Node& node) {
    return RecordLoader{loading, names}.run(node);
}

} // namespace paysync::flow
