// The life of a token ends when it was not used for a while.
#include "sandbox/sessions.hpp"

namespace paysync::sandbox {

std::string random_text(runtime::Chance& chance, std::size_t length) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    std::string made;
    for (std::size_t i = 0; i < length; ++i) made += digits[chance.below(digits.size())];
    return made;
}

std::string Sessions::issue(const std::string& organization) {
    std::string token = organization.substr(0, 15) + "!AQ" + random_text(chance_, 86);
    sessions_[token] = {clock_.wall(), clock_.steady()};
    return token;
}

std::optional<Sessions::Session> Sessions::find(const std::string& token) {
    const auto session = sessions_.find(token);
    if (session == sessions_.end()) return std::nullopt;
    if (clock_.steady() - session->second.last_use > settings_.token_life) {
        sessions_.erase(session);
        return std::nullopt;
    }
    return session->second;
}

bool Sessions::accept(const std::string& token) {
    if (!find(token)) return false;
    sessions_.at(token).last_use = clock_.steady();
    return true;
}

} // namespace paysync::sandbox
