// Access tokens: given out, used, expired, revoked.
#pragma once

#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sandbox/sandbox.hpp"

#include <map>
#include <optional>
#include <string>

namespace paysync::sandbox {

class Sessions {
public:
    Sessions(const SandboxSettings& settings, runtime::Clock& clock, runtime::Chance& chance)
        : settings_{settings}, clock_{clock}, chance_{chance} {}

    struct Session {
        runtime::WallTime issued;
        runtime::SteadyTime last_use;
    };

    std::string issue(const std::string& organization);
    /// True when the token works; it then lives on.
    bool accept(const std::string& token);
    /// What is known of a token that works; it does not count as use.
    std::optional<Session> find(const std::string& token);
    /// False when there was no such token.
    bool end(const std::string& token) { return sessions_.erase(token) > 0; }
    void end_all() { sessions_.clear(); }
    std::size_t count() const { return sessions_.size(); }

private:
    const SandboxSettings& settings_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    std::map<std::string, Session> sessions_;
};

/// Letters and digits, as tokens and secrets are made of.
std::string random_text(runtime::Chance& chance, std::size_t length);

} // namespace paysync::sandbox
