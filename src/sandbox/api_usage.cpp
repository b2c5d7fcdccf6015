// A window of 24 hours, to the minute.
#include "sandbox/api_usage.hpp"

namespace paysync::sandbox {

using base::Json;

void ApiUsage::count(const std::string& resource, const std::string& method, std::uint64_t cost) {
    Count& found = counts_[{resource, method}];
    ++found.calls;
    found.towards_limit = cost > 0;
    if (cost == 0) return;
    total_ += cost;
    day_ += cost;
    by_minute_[std::chrono::floor<std::chrono::minutes>(clock_.steady()).time_since_epoch().count()] += cost;
}

std::uint64_t ApiUsage::last_day() {
    const auto first =
        std::chrono::floor<std::chrono::minutes>(clock_.steady() - std::chrono::hours{24}).time_since_epoch().count();
    while (!by_minute_.empty() && by_minute_.begin()->first <= first) {
        day_ -= by_minute_.begin()->second;
        by_minute_.erase(by_minute_.begin());
    }
    return day_;
}

Json ApiUsage::rows(bool all) const {
    Json list = Json::array();
    for (const auto& [key, count] : counts_)
        if (all || count.towards_limit)
            list.push_back({{"resource", key.first}, {"method", key.second}, {"count", count.calls}});
    return list;
}

void ApiUsage::reset() {
    counts_.clear();
    by_minute_.clear();
    day_ = total_ = 0;
}

} // namespace paysync::sandbox
