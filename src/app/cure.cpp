// By state and cause.
#include "cure.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace paysync::app {

namespace {

std::string named(const std::string& command, const store::Run& run, const std::string& event) {
    std::string text = "paysync " + command + " " + shell_word(event);
    if (!run.flow.empty()) text += " --flow " + shell_word(run.flow);
    return text;
}

Cure cure_of_held(const store::Run& run, const std::string& event) {
    const std::string go = named("release", run, event);
    if (base::member(run.detail, store::detail_call).is_object())
        return {"nobody knows whether the call took effect: look there; then send it once more, or take it for done",
                {go, go + " --stop"}};
    if (base::member_text(run.detail, store::detail_approval))
        return {"decide: go on, or stop", {go, go + " --stop"}};
    if (run.cause == "lacks")
        return {"it goes on by itself when the missing part is heard; or end it", {go + " --stop"}};
    return {"see that one record is meant, then try again; or end it", {go, go + " --stop"}};
}

Cure cure_of_dead(const store::Run& run, const std::string& event) {
    const std::string replay = named("replay", run, event);
    const std::string give_up = named("release", run, event) + " --stop";
    if (run.cause == store::cause_crash)
        return {
            "mend the flow that ends the process, the log of those ends names it; then send it again, or give it up",
            {replay, give_up}};
    if (run.flow.empty())
        return {"the body cannot be read; it is kept as it came, even when you give it up", {give_up}};
    return {"mend the flow or the org, then send it again; or give it up", {replay, give_up}};
}

} // namespace

std::string shell_word(const std::string& text) {
    const auto plain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view{"_-./:@%+=,"}.find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    return quoted + "'";
}

Cure cure_of(const store::Run& run, const std::string& event) {
    switch (run.state) {
    case store::RunState::waiting: return {};
    case store::RunState::held: return cure_of_held(run, event);
    case store::RunState::dead: return cure_of_dead(run, event);
    }
    return {};
}

} // namespace paysync::app
