// A flow as a Mermaid flowchart.
#include "paysync/flow/portrait.hpp"

namespace paysync::flow {

namespace {

using Kind = PortraitStep::Kind;

constexpr std::size_t label_length = 80;

/// Text inside Mermaid's "…": what would end it, or be read as markup, goes in as an entity.
std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
        case '"': safe += "#quot;"; break;
        case '#': safe += "#35;"; break;
        case '<': safe += "#lt;"; break;
        case '>': safe += "#gt;"; break;
        case '&': safe += "#amp;"; break;
        case '`': safe += "#96;"; break;
        default: safe += c;
        }
    }
    return safe;
}

std::string label(std::string_view text) {
    std::string_view shown = text.substr(0, label_length);
    while (shown.size() < text.size() && !shown.empty() &&
           (static_cast<unsigned char>(text[shown.size()]) & 0xC0U) == 0x80U)
        shown.remove_suffix(1); // never through a character
    return escaped(shown) + (shown.size() < text.size() ? "…" : "");
}

const std::string* value_of(const PortraitStep& step, const std::string& what, const std::string& key = {}) {
    for (const PortraitStep::Part& part : step.parts)
        for (const auto& [name, value] : part.items)
            if (part.what == what && name == key) return &value;
    return nullptr;
}

bool has(const PortraitStep& step, std::string_view what) {
    for (const PortraitStep::Part& part : step.parts)
        if (part.what.starts_with(what)) return true;
    return false;
}

class Drawing {
public:
    std::string draw(const Portrait& portrait) {
        text_ = "flowchart TD\n";
        std::string on;
        for (const std::string& type : portrait.on) on += (on.empty() ? "" : "<br/>") + label(type);
        open_ = {{node("([\"" + on + "\"])"), ""}};
        if (!portrait.needs.empty()) {
            std::string needs;
            for (const std::string& part : portrait.needs) needs += (needs.empty() ? "" : ", ") + part;
            plain("{{\"known: " + label(needs) + "\"}}");
        }
        Ends passed_by;
        if (!portrait.when.empty()) passed_by = ask(portrait.when);
        draw(portrait.steps);
        end(passed_by);
        return text_;
    }

private:
    /// Where the next node is joined on: a node, and what stands on the arrow.
    using Ends = std::vector<std::pair<std::string, std::string>>;

    void line(const std::string& words) { text_ += std::string(depth_ * 2 + 2, ' ') + words + "\n"; }

    std::string node(const std::string& shape) {
        const std::string id = "n" + std::to_string(++count_);
        line(id + shape);
        return id;
    }

    void arrows_to(const std::string& id) {
        for (const auto& [from, words] : open_)
            line(from + (words.empty() ? " --> " : " -- " + words + " --> ") + id);
    }

    void plain(const std::string& shape) {
        const std::string id = node(shape);
        arrows_to(id);
        open_ = {{id, ""}};
    }

    /// A question; what follows is joined to its yes. The no is returned.
    Ends ask(const std::string& question) {
        const std::string id = node("{\"" + label(question) + "\"}");
        arrows_to(id);
        open_ = {{id, "yes"}};
        return {{id, "no"}};
    }

    void end(const Ends& passed_by) {
        const std::string id = node("([\"done\"])");
        open_.insert(open_.end(), passed_by.begin(), passed_by.end());
        arrows_to(id);
    }

    void draw(const std::vector<PortraitStep>& steps) {
        for (const PortraitStep& step : steps) draw(step);
    }

    void draw(const PortraitStep& step) {
        Ends passed_by;
        if (!step.when.empty()) passed_by = ask(step.when);
        switch (step.kind) {
        case Kind::record: record(step); break;
        case Kind::use: inside(step, "fragment " + step.subject); break;
        case Kind::choose: choose(step); break;
        case Kind::each: inside(step, "for each of " + step.subject + ", as $" + step.name); break;
        case Kind::at: at(step); break;
        case Kind::invoke: plain("[/\"start " + label(step.subject) + "\"/]"); break;
        case Kind::notify: plain("[/\"notify " + label(step.subject) + "\"/]"); break;
        case Kind::hold: hold(step); break;
        case Kind::branch:
        case Kind::otherwise: break; // drawn by choose
        }
        open_.insert(open_.end(), passed_by.begin(), passed_by.end());
    }

    void record(const PortraitStep& step) {
        const std::string* none = value_of(step, "policies", "none");
        const bool makes = none != nullptr && none->starts_with("make");
        const bool writes = has(step, "set") || has(step, "fill");
        const bool finds = has(step, "find") || has(step, "key");
        std::string verb = finds ? "find" : "";
        if (writes) verb += ", update";
        if (makes) verb += " or create";
        std::string words = verb + "<br/>" + label(step.subject);
        if (!step.name.empty()) words += " as $" + label(step.name);
        plain("[\"" + words + "\"]");
        if (none != nullptr && none->starts_with("stop")) {
            const std::string stopped = node("([\"none: stops\"])");
            line(open_.front().first + " -.-> " + stopped);
        }
        if (none != nullptr && none->starts_with("hold")) {
            const std::string held = node("[\\\"none: a person decides\"/]");
            line(open_.front().first + " -.-> " + held);
        }
    }

    void inside(const PortraitStep& step, const std::string& title) {
        line("subgraph g" + std::to_string(++groups_) + "[\"" + label(title) + "\"]");
        ++depth_;
        draw(step.steps);
        --depth_;
        line("end");
    }

    void choose(const PortraitStep& step) {
        Ends ends;
        for (const PortraitStep& branch : step.steps) {
            Ends otherwise;
            if (branch.kind == Kind::branch) otherwise = ask(branch.when);
            draw(branch.steps);
            ends.insert(ends.end(), open_.begin(), open_.end());
            open_ = otherwise;
        }
        open_.insert(open_.begin(), ends.begin(), ends.end());
    }

    /// Its steps are another time's work: a dotted arrow leads there, and the flow goes on beside it.
    void at(const PortraitStep& step) {
        const std::string id = node("{{\"set a timer: " + label(step.subject) + "\"}}");
        arrows_to(id);
        const Ends on = {{id, ""}};
        line("subgraph g" + std::to_string(++groups_) + "[\"then" +
             (has(step, "while") ? ", if " + label(*value_of(step, "while")) : "") + "\"]");
        ++depth_;
        const std::string due = node("((\"due\"))");
        open_ = {{due, ""}};
        draw(step.steps);
        --depth_;
        line("end");
        line(id + " -.-> " + due);
        open_ = on;
    }

    void hold(const PortraitStep& step) {
        const std::string id = node("[\\\"" + label(step.subject) + "\"/]");
        arrows_to(id);
        const std::string stopped = node("([\"stopped\"])");
        line(id + " -- stop --> " + stopped);
        open_ = {{id, "go"}};
    }

    std::string text_;
    Ends open_;
    std::size_t count_ = 0;
    std::size_t groups_ = 0;
    std::size_t depth_ = 0;
};

} // namespace

std::string to_mermaid(const Portrait& portrait) {
    return Drawing{}.draw(portrait);
}

} // namespace paysync::flow
