// Which work ended the process, and how often.
#pragma once

#include "paysync/store/store.hpp"

#include <map>
#include <vector>

namespace paysync::sync {

/// A flow for an event that was being evaluated when the process died has a claim in the store: how often that
/// happened in a row. At `deaths_max` it is given up as a dead letter. Pure bookkeeping.
class Claims {
public:
    static constexpr int deaths_max = 3;

    void found(std::map<store::RunKey, int> deaths) { deaths_ = std::move(deaths); }

    /// It is not to be evaluated once more.
    bool gives_up(const store::RunKey& key) const;
    /// It has a claim, which is to be deleted with its settlement.
    bool holds(const store::RunKey& key) const { return deaths_.contains(key); }
    /// That settlement is on disk: it is no suspect any more.
    void forget(const store::RunKey& key) { deaths_.erase(key); }

private:
    std::map<store::RunKey, int> deaths_;
};

} // namespace paysync::sync
