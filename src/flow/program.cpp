// Builds, compiles and runs the jq program of a flow set.
#include "flow/program.hpp"

#include "flow/codes.hpp"
#include "flow/libjq.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace paysync::flow {

std::map<std::string, std::string_view> embedded_prelude(); // generated from prelude.jq

namespace {

/// Names the expressions a function each: a block of jq's bytecode must stay below 64 Ki words.
std::string function_name(std::size_t index) {
    return "__x" + std::to_string(index);
}

/// A tree of comparisons: finding one of a thousand expressions takes ten.
void append_choice(std::string& text, std::size_t first, std::size_t last) {
    if (first + 1 == last) {
        text += function_name(first);
        return;
    }
    const std::size_t middle = first + (last - first) / 2;
    text += "if $__i < " + std::to_string(middle) + " then ";
    append_choice(text, first, middle);
    text += " else ";
    append_choice(text, middle, last);
    text += " end";
}

bool is_name_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Does `$name` stand in the expression? jq takes white space behind the $: then it may be any name.
bool mentions(const std::string& expression, const std::string& name) {
    for (auto at = expression.find('$'); at != std::string::npos; at = expression.find('$', at + 1)) {
        if (at + 1 == expression.size() || !is_name_letter(expression[at + 1])) return true;
        const std::size_t end = at + 1 + name.size();
        if (expression.compare(at + 1, name.size(), name) != 0) continue;
        if (end == expression.size() || !is_name_letter(expression[end])) return true;
    }
    return false;
}

/// Binds only the names that an expression mentions: binding those of all steps in all files for every run would take
/// longer than most expressions.
std::string bindings(const std::set<std::string>& names, const std::string& expression) {
    std::string text;
    for (const std::string& name : names)
        if (mentions(expression, name)) text += "$__n." + name + " as $" + name + " | ";
    return text;
}

std::string head() {
    std::string text = ". as {i: $__i, e: $__e, vars: $vars, with: $with, now: $now, n: $__n, "
                       "fixed: {org: $org, zone: $zone, codes: $__codes}}\n";
    text += "\n| ";
    for (const auto& [path, prelude] : embedded_prelude()) text += prelude;
    return text + "\n";
}

struct Messages {
    std::string first;
};

std::string take_text(jv text) {
    std::string made{jv_string_value(text), static_cast<std::size_t>(jv_string_length_bytes(jv_copy(text)))};
    jv_free(text);
    return made;
}

/// jq's words without "jq: error: " and what follows "at <top-level>, line N".
void keep_first(void* data, jv message) {
    auto& messages = *static_cast<Messages*>(data);
    if (jv_get_kind(message) != JV_KIND_STRING || !messages.first.empty()) {
        jv_free(message);
        return;
    }
    messages.first = take_text(message);
}

std::string error_text(jv message) {
    switch (jv_get_kind(message)) {
    case JV_KIND_STRING: return take_text(message);
    case JV_KIND_OBJECT:
    case JV_KIND_ARRAY:
    case JV_KIND_NUMBER:
    case JV_KIND_TRUE:
    case JV_KIND_FALSE:
    case JV_KIND_NULL:
    case JV_KIND_INVALID: break;
    }
    return take_text(jv_dump_string(message, 0));
}

} // namespace

Frame::Frame(const Json& event, const std::string& now) {
    base_.set("e", event);
    base_.set("now", Json(now));
    base_.set("vars", Json::object());
    base_.set("with", Json::object());
    base_.set("n", names_);
}

Frame Frame::inner(const Json& with) const {
    Frame made;
    made.base_ = base_;
    made.base_.set("vars", Json::object());
    made.base_.set("with", with);
    made.base_.set("n", made.names_);
    return made;
}

void Frame::set_var(const std::string& name, const Json& value) {
    vars_.set(name.c_str(), value);
    base_.set("vars", vars_);
}

void Frame::set_name(const std::string& name, const Json& value) {
    names_.set(name.c_str(), value);
    base_.set("n", names_);
}

std::string program_text(const std::set<std::string>& names, const std::string& functions,
                         const std::vector<Expression>& expressions) {
    std::string text = head() + functions + "\n";
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        const std::string& expression = expressions[i].text;
        text += "def " + function_name(i) + ": " + bindings(names, expression) + "(" + expression + "\n);\n";
    }
    text += "$__e | ";
    if (expressions.empty()) return text + ".";
    append_choice(text, 0, expressions.size());
    return text;
}

int first_line_of_functions() {
    const std::string text = head();
    return static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
}

std::string compile_error(const std::string& program) {
    jq_state* jq = jq_init();
    PAYSYNC_ASSERT(jq != nullptr, "no memory for jq");
    Messages messages;
    jq_set_error_cb(jq, keep_first, &messages);
    const bool compiled = jq_compile(jq, program.c_str()) != 0;
    jq_teardown(&jq);
    if (compiled) return {};
    std::string_view text = messages.first;
    for (const std::string_view prefix : {"jq: error: ", "error: "})
        if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    return text.empty() ? "jq cannot compile it" : std::string{text};
}

int line_of_error(const std::string& message) {
    const auto at = message.find(", line ");
    return at == std::string::npos ? 0 : std::atoi(message.c_str() + at + 7);
}

Program::Program(const std::string& text, const Json& zone, std::chrono::milliseconds deadline)
    : jq_{jq_init()}, deadline_{deadline}, watchdog_{Watchdog::shared()}, post_{watchdog_->add()} {
    PAYSYNC_ASSERT(jq_ != nullptr, "no memory for jq");
    const bool compiled = jq_compile(jq_, text.c_str()) != 0;
    PAYSYNC_ASSERT(compiled, "a flow set that loaded compiles");
    fixed_.set("zone", zone);
    fixed_.set("codes", response_codes());
    fixed_.set("org", Json());
}

Program::~Program() {
    watchdog_->remove(post_);
    jq_teardown(&jq_);
}

void Program::use_org(const std::shared_ptr<const Json>& org) {
    if (org == org_) return;
    org_ = org;
    fixed_.set("org", org ? *org : Json());
}

Program::Outcome Program::run(std::size_t expression, const Frame& frame) {
    Jv input = frame.input();
    input.set("i", Json(expression));
    input.set("fixed", fixed_);
    watchdog_->watch(*post_, jq_, deadline_);
    jq_start(jq_, input.copy(), 0);
    jv first = jq_next(jq_);
    jv second = jv_is_valid(first) != 0 ? jq_next(jq_) : jv_invalid();
    const bool stopped = watchdog_->done(*post_);

    Outcome outcome;
    const auto failure = [&](jv& result) {
        if (jv_invalid_has_msg(jv_copy(result)) != 0) outcome.error = error_text(jv_invalid_get_msg(jv_copy(result)));
        return !outcome.error.empty();
    };
    if (stopped) {
        outcome.error = "took longer than " + std::to_string(deadline_.count()) + " ms";
    } else if (jv_is_valid(first) == 0) {
        if (!failure(first)) outcome.error = "gives no result";
    } else if (jv_is_valid(second) != 0) {
        outcome.error = "gives more than one result";
    } else if (!failure(second)) {
        auto value = to_json(Jv{jv_copy(first)});
        if (value)
            outcome.value = std::move(*value);
        else
            outcome.error = "gives a value nested deeper than 200 levels";
    }
    jv_free(first);
    jv_free(second);
    return outcome;
}

} // namespace paysync::flow
