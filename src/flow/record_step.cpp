// Finds the record of a step, then changes it, makes it, or does neither.
#include "flow/evaluation.hpp"

#include "paysync/base/text.hpp"
#include "paysync/base/time.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

struct Found {
    std::vector<Json> records;
    std::string rule;
};

std::string id_of(const Json& record) {
    return base::member_text(record, "Id").value_or("");
}

/// Records planned in this batch have no CreatedDate: they are the newest.
bool is_older(const Json& a, const Json& b) {
    const auto created = [](const Json& record) {
        const auto text = base::member_text(record, "CreatedDate");
        const auto time = text ? base::parse_time(*text) : std::nullopt;
        return time.value_or(base::WallTime::max());
    };
    const auto x = created(a);
    const auto y = created(b);
    return x != y ? x < y : id_of(a) < id_of(b);
}

class RecordDecision {
public:
    RecordDecision(Evaluation& evaluation, Scope& scope, const Step& step, const RecordStep& record)
        : evaluation_{evaluation}, scope_{scope}, step_{step}, record_{record}, label_{scope.prefix + step.label} {
        trace_.step = label_;
        trace_.object = record.object;
    }

    Progress run() {
        const Progress looked = look();
        if (looked == Progress::waiting) scope_.set_pending(step_.name);
        if (looked != Progress::done) return looked;
        const Progress acted = act();
        if (acted == Progress::waiting) scope_.set_pending(step_.name);
        return acted;
    }

private:
    /// Asks by key and by all rules at once; then the first that met something decides.
    Progress look() {
        bool waiting = false;
        if (!record_.key.empty()) {
            const Progress keyed = look_by_key();
            if (keyed == Progress::ended) return keyed;
            if (found_) return Progress::done;
            waiting = keyed == Progress::waiting;
        }
        for (const Rule& rule : record_.find) {
            const Progress ruled = look_by_rule(rule, waiting);
            if (ruled == Progress::ended) return ruled;
            if (found_) return Progress::done;
            waiting = waiting || ruled == Progress::waiting;
        }
        return waiting ? Progress::waiting : Progress::done;
    }

    Progress look_by_key() {
        Question question{record_.object, {}};
        for (const FieldValue& part : record_.key) {
            if (scope_.lacks(part.value)) return Progress::waiting;
            auto value = evaluation_.value_of(part.value, scope_, label_);
            if (!value) return Progress::ended;
            if (evaluation_.uses_unwritten_id(*value)) return evaluation_.end(Plan::Outcome::unfinished);
            if (is_blank(*value) || value->is_structured())
                return evaluation_.fault(label_, "key." + part.field, part.place,
                                         "the key has an empty part: '" + part.field + "' has no value");
            question.where.push_back({part.field, Op::equal, *value, 0});
            key_[part.field] = std::move(*value);
        }
        const auto answer = evaluation_.ask(question);
        if (!answer) return Progress::waiting;
        if (answer->unusable)
            return evaluation_.fault(label_, "key", step_.place, "the key cannot be looked up: " + *answer->unusable);
        if (!answer->records.empty()) found_ = Found{answer->records, "key"};
        return Progress::done;
    }

    /// `earlier_waits`: an answer before this one is missing, so this one cannot decide yet; but it is asked.
    Progress look_by_rule(const Rule& rule, bool earlier_waits) {
        Question question{record_.object, {}};
        std::string why;
        for (const ConditionTemplate& condition : rule.conditions) {
            if (scope_.lacks(condition.value)) return Progress::waiting;
            auto value = evaluation_.value_of(condition.value, scope_, label_);
            if (!value) return Progress::ended;
            if (evaluation_.uses_unwritten_id(*value)) return evaluation_.end(Plan::Outcome::unfinished);
            if (!add_condition(condition, std::move(*value), question))
                why = condition.field + " has no value to look for";
        }
        if (!why.empty()) return pass_over(rule, why);
        const auto answer = evaluation_.ask(question);
        if (!answer) return Progress::waiting;
        if (earlier_waits) return Progress::done;
        asked_.push_back(question);
        if (answer->unusable) return pass_over(rule, *answer->unusable);
        return choose_from(rule, question, *answer);
    }

    Progress pass_over(const Rule& rule, const std::string& why) {
        trace_.passed_over.push_back({rule.title, why});
        return Progress::done;
    }

    /// False: the rule has an empty value and is passed over.
    bool add_condition(const ConditionTemplate& from, Json value, Question& question) const {
        Condition condition{from.field, from.op, std::move(value), from.likeness,
                            record_.optional.contains(from.field)};
        if (condition.op == Op::is_empty) {
            const bool no = condition.value == Json(false) || condition.value == Json("false");
            condition.value = !no;
            question.where.push_back(std::move(condition));
            return true;
        }
        if (condition.value.is_array()) {
            Json values = Json::array();
            for (const Json& item : condition.value)
                if (!is_blank(item)) values.push_back(item);
            if (values.empty() || (condition.op != Op::in && condition.op != Op::equal)) return false;
            condition.op = Op::in;
            condition.value = std::move(values);
        }
        if (is_blank(condition.value) || condition.value.is_object()) return false;
        question.where.push_back(std::move(condition));
        return true;
    }

    Progress choose_from(const Rule& rule, const Question& question, const Answer& answer) {
        std::vector<Condition> loose;
        for (const Condition& condition : question.where)
            if (condition.op == Op::about) loose.push_back(condition);
        Found found{{}, rule.title};
        std::vector<Json> taken;
        for (const Json& record : answer.records) {
            if (!meets_all(record, loose)) continue;
            if (record_.taken != Taken::take && has_other_key(record))
                taken.push_back(record);
            else
                found.records.push_back(record);
        }
        if (record_.taken == Taken::hold && !taken.empty() && found.records.empty()) {
            return hold("the " + record_.object + " that " + rule.title + " names already belongs to another " +
                            key_names(),
                        std::move(taken));
        }
        for (const Json& record : taken)
            pass_over(rule, record_.object + " " + id_of(record) + " already belongs to another " + key_names());
        if (!found.records.empty())
            found_ = std::move(found);
        else if (taken.empty())
            pass_over(rule, "nothing found");
        return Progress::done;
    }

    bool has_other_key(const Json& record) const {
        for (const auto& [field, value] : key_.items()) {
            const Json& now = field_at(record, field);
            if (!is_blank(now) && !meets(record, {field, Op::equal, value, 0})) return true;
        }
        return false;
    }

    std::string key_names() const {
        std::string names;
        for (const auto& [field, value] : key_.items()) names += (names.empty() ? "" : ", ") + field;
        return names;
    }

    Progress hold(std::string reason, std::vector<Json> candidates) {
        trace_.outcome = "hold";
        evaluation_.trace(trace_);
        return evaluation_.hold(label_, std::move(reason), Json(std::move(candidates)));
    }

    Progress skip(const std::string& rule) {
        trace_.outcome = "skip";
        trace_.rule = rule;
        evaluation_.trace(trace_);
        scope_.set(step_.name, nullptr);
        return Progress::done;
    }

    Progress act() {
        if (!found_) return record_.several == Several::all ? read_all({}) : act_on_none();
        trace_.rule = found_->rule;
        if (record_.several == Several::all) return read_all(found_->records);
        if (found_->records.size() > 1) {
            switch (record_.several) {
            case Several::hold:
            case Several::all: {
                std::string reason = several_reason(); // before the records are moved from
                return hold(std::move(reason), std::move(found_->records));
            }
            case Several::skip: return skip(found_->rule);
            case Several::newest:
                return change(*std::max_element(found_->records.begin(), found_->records.end(), is_older));
            case Several::oldest:
                return change(*std::min_element(found_->records.begin(), found_->records.end(), is_older));
            }
        }
        return change(found_->records.front());
    }

    std::string several_reason() const {
        return std::to_string(found_->records.size()) + " records of " + record_.object + " meet " + found_->rule +
               ": which is it?";
    }

    Progress read_all(std::vector<Json> records) {
        trace_.outcome = records.empty() ? "skip" : "found";
        evaluation_.trace(trace_);
        scope_.set(step_.name, Json(std::move(records)));
        return Progress::done;
    }

    Progress act_on_none() {
        if (scope_.lacks(record_.none)) return Progress::waiting;
        const auto wish = evaluation_.value_of(record_.none, scope_, label_);
        if (!wish) return Progress::ended;
        const std::string word = wish->is_string() ? wish->get<std::string>() : base::to_text(*wish);
        if (word == "create") return create();
        if (word == "skip") return skip({});
        if (word == "hold") return hold("no " + record_.object + " was found", {});
        if (word == "stop") {
            trace_.outcome = "stop";
            evaluation_.trace(trace_);
            return evaluation_.end(Plan::Outcome::passed_by);
        }
        return evaluation_.fault(label_, "none", step_.place,
                                 "'none' must give create, skip, stop or hold, gave " + base::to_text(*wish));
    }

    /// Puts the values of `wanted` into `fields`; null leaves a field alone. Those that `keep` names are left out.
    template <class Keep>
    Progress add_fields(const std::vector<FieldValue>& wanted, Json& fields, Keep keep) {
        for (const FieldValue& field : wanted) {
            if (keep(field.field)) continue;
            if (scope_.lacks(field.value)) return Progress::waiting;
            auto value = evaluation_.value_of(field.value, scope_, label_);
            if (!value) return Progress::ended;
            if (evaluation_.uses_unwritten_id(*value)) return evaluation_.end(Plan::Outcome::unfinished);
            if (is_clear(*value))
                fields[field.field] = nullptr;
            else if (!is_blank(*value))
                fields[field.field] = std::move(*value);
        }
        return Progress::done;
    }

    RecordWrite begin_write() const {
        RecordWrite write;
        write.step = label_;
        write.object = record_.object;
        write.optional_fields = record_.optional;
        write.on_duplicate = record_.on_duplicate;
        write.on_deleted = record_.on_deleted;
        write.rule = trace_.rule;
        return write;
    }

    Progress change(Json record) {
        RecordWrite write = begin_write();
        write.id = id_of(record);
        const auto keep_none = [](const std::string&) { return false; };
        const auto keep_filled = [&](const std::string& field) { return !is_blank(field_at(record, field)); };
        Progress progress = add_fields(record_.fill, write.fields, keep_filled);
        if (progress == Progress::done) progress = add_fields(record_.set, write.fields, keep_none);
        if (progress != Progress::done) return progress;
        if (found_->rule != "key" && !has_other_key(record)) {
            for (const auto& [field, value] : key_.items())
                if (is_blank(field_at(record, field))) write.key[field] = value;
        }
        trace_.outcome = "found";
        trace_.id = write.id;
        evaluation_.trace(trace_);
        write.current = record;
        record.update(write.key);
        record.update(write.fields);
        scope_.set(step_.name, std::move(record));
        if (!write.key.empty() || !write.fields.empty()) evaluation_.plan(std::move(write));
        return Progress::done;
    }

    Progress create() {
        trace_.rule = "created";
        RecordWrite write = begin_write();
        const auto keep_none = [](const std::string&) { return false; };
        for (const auto* wanted : {&record_.create, &record_.fill, &record_.set}) {
            const Progress progress = add_fields(*wanted, write.fields, keep_none);
            if (progress != Progress::done) return progress;
        }
        // There is nothing yet that could be emptied.
        for (auto field = write.fields.begin(); field != write.fields.end();)
            field = field->is_null() ? write.fields.erase(field) : std::next(field);
        write.key = key_;
        write.token = new_record_token(record_.object, key_);
        write.finders = asked_;
        trace_.outcome = "create";
        trace_.id = write.token;
        evaluation_.trace(trace_);
        Json record = write.fields;
        record.update(write.key);
        record["Id"] = write.token;
        scope_.set(step_.name, std::move(record));
        evaluation_.plan(std::move(write));
        return Progress::done;
    }

    Evaluation& evaluation_;
    Scope& scope_;
    const Step& step_;
    const RecordStep& record_;
    std::string label_;
    StepTrace trace_;
    Json key_ = Json::object();
    std::vector<Question> asked_;
    std::optional<Found> found_;
};

} // namespace

Progress decide_record(Evaluation& evaluation, Scope& scope, const Step& step, const RecordStep& record) {
    return RecordDecision{evaluation, scope, step, record}.run();
}

} // namespace paysync::flow
