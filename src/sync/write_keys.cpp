// Locks by key, and the memory of recent writes.
#include "sync/write_keys.hpp"

#include <algorithm>

namespace paysync::sync {

bool WriteKeys::take(const std::vector<std::string>& keys, std::uint64_t asked_at) {
    const auto blocked = [&](const std::string& key) {
        if (held_.contains(key)) return true;
        const auto written = written_.find(key);
        return written != written_.end() && written->second >= asked_at;
    };
    if (std::any_of(keys.begin(), keys.end(), blocked)) return false;
    held_.insert(keys.begin(), keys.end());
    return true;
}

void WriteKeys::give_back(const std::vector<std::string>& keys, bool wrote) {
    if (wrote) ++clock_;
    for (const std::string& key : keys) {
        held_.erase(key);
        // Who asked at this very point may have asked while the write was under way.
        if (wrote) written_[key] = clock_ - 1;
    }
}

void WriteKeys::forget_before(std::uint64_t asked_at) {
    std::erase_if(written_, [&](const auto& entry) { return entry.second < asked_at; });
}

} // namespace paysync::sync
