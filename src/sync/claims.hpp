// Work that may have ended the process, and how it is told from work that merely stood beside it.
#pragma once

#include "paysync/store/store.hpp"
#include "sync/parties.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace paysync::sync {

/// Work that is older than the process is claimed on disk before it is decided, and the claim is dropped when it is
/// settled or given back. A claim found at a start therefore names work that was in hand when a process died. Such
/// suspects are taken in smaller and smaller company, alone in the end; what was in hand at `deaths_max` ends in a
/// row is given up as a dead letter. New work costs no claim: after a crash it is old. Pure bookkeeping.
class Claims {
public:
    static constexpr int deaths_max = 4;

    /// What the store knows of earlier ends.
    void found(std::map<store::RunKey, int> deaths) { deaths_ = std::move(deaths); }

    /// How many pieces of work a batch may take: `batch_max`, while there is no suspect.
    std::size_t company(std::size_t batch_max) const;
    bool suspicious() const { return !deaths_.empty(); }

    /// It is not to be decided once more.
    bool gives_up(const Work& work) const;
    /// The claims to be written before this work is decided.
    std::vector<store::RunKey> to_put(const std::vector<Work>& work) const;
    /// The claims to be deleted with it; it is no suspect any more.
    std::vector<store::RunKey> to_drop(const std::vector<Work>& work);

private:
    std::map<store::RunKey, int> deaths_; ///< of suspects: claimed and not settled by earlier processes
};

/// Under which name a piece of work is claimed.
store::RunKey claim_of(const Work& work);

} // namespace paysync::sync
