// Access tokens, the token endpoint, and the count of API calls.
#pragma once

#include "paysync/net/message.hpp"
#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sandbox/sandbox.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace paysync::sandbox {

class Sessions {
public:
    Sessions(const SandboxSettings& settings, runtime::Clock& clock, runtime::Chance& chance)
        : settings_{settings}, clock_{clock}, chance_{chance} {}

    /// POST /services/oauth2/token. `organization` and `user`: ids told in `id`.
    net::Response token(const net::Request& request, const std::string& organization, const std::string& user);
    std::string issue(const std::string& organization);
    /// True when the token works; it then lives on.
    bool accept(const std::string& token);
    void expire_all() { last_use_.clear(); }

private:
    const SandboxSettings& settings_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    std::map<std::string, runtime::SteadyTime> last_use_;
};

/// Calls of the last 24 hours, and calls by resource.
class ApiUsage {
public:
    explicit ApiUsage(runtime::Clock& clock) : clock_{clock} {}

    void count(const std::string& resource, const std::string& method, bool towards_limit);
    std::uint64_t last_day(); ///< the limit's window
    std::uint64_t total() const { return total_; }
    base::Json rows(bool all) const;
    void reset();

private:
    struct Count {
        std::uint64_t calls = 0;
        bool towards_limit = true;
    };
    runtime::Clock& clock_;
    std::map<std::pair<std::string, std::string>, Count> counts_;
    std::map<std::int64_t, std::uint64_t> by_minute_;
    std::uint64_t day_ = 0;
    std::uint64_t total_ = 0;
};

} // namespace paysync::sandbox
