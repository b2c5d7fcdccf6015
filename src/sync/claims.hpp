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
    void died(const store::RunKey& key) { ++deaths_[key]; }

    /// It is not to be evaluated once more.
    bool gives_up(const store::RunKey& key) const;
    /// True when it had a claim, which is to be deleted with its settlement: it is no suspect any more.
    bool settle(const store::RunKey& key) { return deaths_.erase(key) > 0; }

private:
    std::map<store::RunKey, int> deaths_;
};

} // namespace paysync::sync
