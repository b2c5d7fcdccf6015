// Union-find over keys, with the ready work of each component.
#include "sync/parties.hpp"

#include "paysync/base/result.hpp"

#include <algorithm>
#include <tuple>

namespace paysync::sync {

Parties::PartyId Parties::root(PartyId party) const {
    const auto joined = joined_.find(party);
    return joined == joined_.end() ? party : joined->second;
}

void Parties::list_again(PartyId id) {
    if (const auto listed = listed_.find(id); listed != listed_.end()) {
        by_oldest_.erase({listed->second.oldest, id});
        ready_ -= listed->second.work;
        listed_.erase(listed);
    }
    const auto found = parties_.find(id);
    if (found == parties_.end() || found->second.flights > 0 || found->second.waiting.empty()) return;
    const auto oldest = std::min_element(found->second.waiting.begin(), found->second.waiting.end(),
                                         [](const Work& a, const Work& b) { return a.order < b.order; });
    by_oldest_.insert({oldest->order, id});
    listed_[id] = {oldest->order, found->second.waiting.size()};
    ready_ += found->second.waiting.size();
}

Parties::PartyId Parties::join(PartyId a, PartyId b) {
    if (a == b) return a;
    if (parties_.at(a).waiting.size() < parties_.at(b).waiting.size()) std::swap(a, b);
    auto gone = parties_.extract(b);
    Party& stays = parties_.at(a);
    std::move(gone.mapped().waiting.begin(), gone.mapped().waiting.end(), std::back_inserter(stays.waiting));
    for (std::string& key : gone.mapped().keys) {
        by_key_[key] = a;
        stays.keys.push_back(std::move(key));
    }
    stays.flights += gone.mapped().flights;
    // Batches in flight come back under the old names.
    for (auto& [old, now] : joined_)
        if (now == b) now = a;
    if (gone.mapped().flights > 0) joined_[b] = a;
    list_again(b);
    return a;
}

void Parties::add(std::vector<std::string> keys, Work work) {
    PAYSYNC_ASSERT(!keys.empty(), "work without a key belongs to nobody");
    PartyId party = 0;
    for (const std::string& key : keys) {
        const auto known = by_key_.find(key);
        if (known == by_key_.end()) continue;
        party = party == 0 ? known->second : join(party, by_key_.at(key));
    }
    if (party == 0) {
        party = next_++;
        parties_.emplace(party, Party{});
    }
    Party& own = parties_.at(party);
    for (std::string& key : keys)
        if (by_key_.emplace(key, party).second) own.keys.push_back(std::move(key));
    own.waiting.push_back(std::move(work));
    ++buffered_;
    list_again(party);
}

std::vector<Parties::Taken> Parties::take(std::size_t work_max) {
    std::vector<Taken> taken;
    std::size_t count = 0;
    while (!by_oldest_.empty()) {
        const PartyId id = by_oldest_.begin()->second;
        Party& party = parties_.at(id);
        if (count > 0 && count + party.waiting.size() > work_max) break;
        std::vector<Work> work = std::exchange(party.waiting, {});
        std::stable_sort(work.begin(), work.end(), [](const Work& a, const Work& b) {
            return std::tie(a.stored.occurred_at, a.stored.seq) < std::tie(b.stored.occurred_at, b.stored.seq);
        });
        if (work.size() > work_max) {
            const auto rest = work.begin() + static_cast<std::ptrdiff_t>(work_max);
            std::move(rest, work.end(), std::back_inserter(party.waiting));
            work.erase(rest, work.end());
        }
        count += work.size();
        ++party.flights;
        ++in_flight_;
        buffered_ -= work.size();
        list_again(id);
        taken.push_back({id, std::move(work)});
    }
    return taken;
}

void Parties::done(PartyId taken, std::vector<Work> unsettled) {
    const PartyId id = root(taken);
    Party& party = parties_.at(id);
    PAYSYNC_ASSERT(party.flights > 0, "a party came back that was not in flight");
    --in_flight_;
    if (--party.flights == 0) std::erase_if(joined_, [&](const auto& entry) { return entry.second == id; });
    buffered_ += unsettled.size();
    std::move(unsettled.begin(), unsettled.end(), std::back_inserter(party.waiting));
    list_again(id);
    drop_if_empty(id);
}

void Parties::drop_if_empty(PartyId id) {
    const auto found = parties_.find(id);
    if (found == parties_.end() || found->second.flights > 0 || !found->second.waiting.empty()) return;
    for (const std::string& key : found->second.keys) by_key_.erase(key);
    parties_.erase(found);
}

} // namespace paysync::sync
