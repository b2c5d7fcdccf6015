// Who may write what now: the last guard against two batches that found out too late that they mean one record.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace paysync::sync {

/// Taken just before writing, given back after. A party that comes with answers older than somebody else's last
/// write under one of its keys must ask again: what it decided on may no longer be true.
class WriteKeys {
public:
    /// A point in the order of things; asked for before the first question.
    std::uint64_t now() const { return clock_; }

    /// All or nothing. False: a key is held, or was written under after `asked_at`.
    bool take(const std::vector<std::string>& keys, std::uint64_t asked_at);

    /// `wrote`: something may have changed under them.
    void give_back(const std::vector<std::string>& keys, bool wrote);

    /// Nobody who asked before `asked_at` is still deciding: older notes are forgotten.
    void forget_before(std::uint64_t asked_at);

    std::size_t size() const { return held_.size() + written_.size(); }

private:
    std::uint64_t clock_ = 1;
    std::set<std::string> held_;
    std::map<std::string, std::uint64_t> written_; ///< key → when it was last written under
};

} // namespace paysync::sync
