// Bookkeeping of suspects.
#include "sync/claims.hpp"

#include <algorithm>

namespace paysync::sync {

namespace {
/// A killer among a thousand is alone after three more ends: a batch of 1000, 62, 3, 1.
constexpr int shrink_bits = 4;
} // namespace

store::RunKey claim_of(const Work& work) {
    return {work.stored.seq, work.run ? work.run->flow : std::string{}};
}

std::size_t Claims::company(std::size_t batch_max) const {
    int worst = 0;
    for (const auto& [key, deaths] : deaths_) worst = std::max(worst, deaths);
    if (worst >= deaths_max - 1) return 1;
    return std::max<std::size_t>(batch_max >> (shrink_bits * worst), 1);
}

bool Claims::gives_up(const Work& work) const {
    const auto suspect = deaths_.find(claim_of(work));
    return suspect != deaths_.end() && suspect->second >= deaths_max;
}

std::vector<store::RunKey> Claims::to_put(const std::vector<Work>& work) const {
    std::vector<store::RunKey> keys;
    for (const Work& one : work)
        if (one.from_before && !gives_up(one)) keys.push_back(claim_of(one));
    return keys;
}

std::vector<store::RunKey> Claims::to_drop(const std::vector<Work>& work) {
    std::vector<store::RunKey> keys;
    for (const Work& one : work) {
        if (!one.from_before) continue;
        keys.push_back(claim_of(one));
        deaths_.erase(keys.back());
    }
    return keys;
}

} // namespace paysync::sync
