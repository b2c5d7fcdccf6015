// A flow in numbered sentences, and as JSON.
#include "paysync/flow/portrait.hpp"

#include <array>

namespace paysync::flow {

namespace {

using Kind = PortraitStep::Kind;
using Items = std::vector<std::pair<std::string, std::string>>;

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

std::string kind_name(Kind kind) {
    constexpr std::array<const char*, 10> names{"record", "use", "choose", "branch", "otherwise",
                                                "each",   "at",  "invoke", "notify", "hold"};
    return names.at(static_cast<std::size_t>(kind));
}

const std::string* find(const Items& items, const std::string& name) {
    for (const auto& [key, value] : items)
        if (key == name) return &value;
    return nullptr;
}

std::string pairs(const Items& items, const std::string& relation, const std::string& between) {
    std::string text;
    for (const auto& [key, value] : items) text += (text.empty() ? "" : between) + key + relation + value;
    return text;
}

class Teller {
public:
    std::string tell(const Portrait& portrait) {
        line(0, "flow " + portrait.flow + (portrait.enabled ? "" : " (switched off)"));
        if (!portrait.description.empty()) line(1, portrait.description);
        line(1, "Begins on " + joined(portrait.on, ", ") + ".");
        if (!portrait.max_age.empty()) line(1, "Passes by what happened longer than " + portrait.max_age + " ago.");
        if (!portrait.needs.empty()) line(1, "Waits until it knows: " + joined(portrait.needs, ", ") + ".");
        if (!portrait.when.empty()) line(1, "Goes on only if " + portrait.when);
        for (const auto& [name, value] : portrait.vars) line(1, "$vars." + name + " is " + value);
        text_ += "\n";
        tell_all(portrait.steps, 0, "");
        return text_;
    }

private:
    void line(std::size_t depth, const std::string& words) { text_ += std::string(depth * 2, ' ') + words + "\n"; }

    void tell_all(const std::vector<PortraitStep>& steps, std::size_t depth, const std::string& prefix) {
        for (std::size_t i = 0; i < steps.size(); ++i) tell(steps[i], depth, prefix + std::to_string(i + 1));
    }

    void tell(const PortraitStep& step, std::size_t depth, const std::string& number) {
        line(depth, number + ". " + title(step));
        if (!step.when.empty() && step.kind != Kind::branch) line(depth + 1, "Only if " + step.when);
        for (const PortraitStep::Part& part : step.parts) tell(part, step, depth + 1);
        tell_all(step.steps, depth + 1, number + ".");
        if (step.kind == Kind::hold) line(depth + 1, "What follows waits for the answer.");
    }

    static std::string title(const PortraitStep& step) {
        switch (step.kind) {
        case Kind::record: return deed(step) + " " + step.subject + (step.name.empty() ? "" : ", as $" + step.name);
        case Kind::use: return "Do what the fragment " + step.subject + " says";
        case Kind::choose: return "The first that is true:";
        case Kind::branch: return "If " + step.when;
        case Kind::otherwise: return "Otherwise";
        case Kind::each: return "For each of " + step.subject + ", as $" + step.name + ":";
        case Kind::at: return "When it is " + step.subject;
        case Kind::invoke: return "Start " + step.subject + " in the org";
        case Kind::notify: return "Notify " + step.subject;
        case Kind::hold: return "Ask a person: " + step.subject;
        }
        return {};
    }

    static std::string deed(const PortraitStep& step) {
        bool writes = false;
        bool makes = false;
        for (const PortraitStep::Part& part : step.parts) {
            writes = writes || part.what == "set" || part.what == "fill";
            const std::string* none = part.what == "policies" ? find(part.items, "none") : nullptr;
            makes = makes || (none != nullptr && (none->starts_with("make") || none->starts_with("as says")));
        }
        if (makes) return writes ? "Find and update, or make, a record of" : "Find or make a record of";
        return writes ? "Find and update a record of" : "Look up a record of";
    }

    void tell(const PortraitStep::Part& part, const PortraitStep& step, std::size_t depth) {
        const Items& items = part.items;
        const bool first = &part == &step.parts.front();
        if (part.what == "key" && step.kind == Kind::record)
            line(depth, "It is the one with " + pairs(items, " = ", " and "));
        else if (part.what == "key")
            line(depth, "Once for " + items.front().second);
        else if (part.what.starts_with("find"))
            line(depth, (first ? "It is one with " : "Else one with ") + pairs(items, " ", " and "));
        else if (part.what == "policies")
            tell_policies(items, depth);
        else if (part.what == "set")
            fields(depth, "Always written:", items);
        else if (part.what == "fill")
            fields(depth, "Written where it is empty:", items);
        else if (part.what == "create")
            fields(depth, "Written when it is made:", items);
        else if ((part.what == "with" || part.what == "body") && !items.front().first.empty())
            fields(depth, part.what == "with" ? "With:" : "Sends:", items);
        else
            line(depth, sentence(part.what, items.front().second));
    }

    void fields(std::size_t depth, const std::string& head, const Items& items) {
        line(depth, head);
        for (const auto& [field, value] : items) line(depth + 1, field + " = " + value);
    }

    void tell_policies(const Items& items, std::size_t depth) {
        constexpr std::array<std::pair<const char*, const char*>, 5> words{
            {{"several", "If several meet that: "},
             {"taken", "If it has another key already: "},
             {"none", "If there is none: "},
             {"on_duplicate", "If Salesforce calls it a duplicate: "},
             {"on_deleted", "If a person deleted it: "}}};
        for (const auto& [key, begin] : words)
            if (const std::string* value = find(items, key)) line(depth, begin + *value);
    }

    static std::string sentence(const std::string& what, const std::string& value) {
        if (what == "gives") return "Gives " + value;
        if (what == "optional") return "Left out where the org lacks them: " + value;
        if (what == "read") return "Reads too: " + value;
        if (what == "while") return "As long as " + value;
        if (what == "late") return "If that was over at first sight: " + value;
        if (what == "body") return "Sends " + value;
        if (what == "with") return "With " + value;
        if (what == "by") return "Asks: " + value;
        if (what == "for") return "Waits " + value;
        if (what == "then") return "Then, without an answer: " + value;
        return what + ": " + value;
    }

    std::string text_;
};

Json to_json(const Items& items) {
    Json json = Json::object();
    for (const auto& [key, value] : items) json[key] = value;
    return json;
}

Json to_json(const std::vector<PortraitStep>& steps) {
    Json list = Json::array();
    for (const PortraitStep& step : steps) {
        Json json{{"kind", kind_name(step.kind)}, {"subject", step.subject}};
        if (!step.name.empty()) json["name"] = step.name;
        if (!step.when.empty()) json["when"] = step.when;
        for (const PortraitStep::Part& part : step.parts) {
            const bool one = part.items.size() == 1 && part.items.front().first.empty();
            json[part.what] = one ? Json(part.items.front().second) : to_json(part.items);
        }
        if (!step.steps.empty()) json["steps"] = to_json(step.steps);
        list.push_back(std::move(json));
    }
    return list;
}

} // namespace

std::string to_words(const Portrait& portrait) {
    return Teller{}.tell(portrait);
}

Json to_json(const Portrait& portrait) {
    return Json{{"flow", portrait.flow},           {"description", portrait.description},
                {"enabled", portrait.enabled},     {"on", portrait.on},
                {"needs", portrait.needs},         {"max_age", portrait.max_age},
                {"when", portrait.when},           {"vars", to_json(portrait.vars)},
                {"steps", to_json(portrait.steps)}};
}

} // namespace paysync::flow
