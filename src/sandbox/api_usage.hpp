// The count of API calls.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/runtime/clock.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace paysync::sandbox {

/// Calls of the last 24 hours, and calls by resource.
class ApiUsage {
public:
    explicit ApiUsage(runtime::Clock& clock) : clock_{clock} {}

    /// One call by resource, which counts `cost` times towards the limit (a batch: once for each of its requests).
    void count(const std::string& resource, const std::string& method, std::uint64_t cost);
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
