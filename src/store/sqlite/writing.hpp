// Everything that waits, in one transaction.
#pragma once

#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace paysync::store::sqlite {

struct Append {
    NewEvent event;
    Result<Appended> result = Appended::stored;
};

struct Settle {
    Settlement settlement;
    Result<void> result;
};

/// Operations that share one commit. The results count only when `failure` is empty.
struct Group {
    std::vector<std::shared_ptr<Append>> appends;
    std::vector<std::shared_ptr<Settle>> settlements;
    std::optional<base::Error> failure; ///< of the whole group: nothing of it was stored
    int log_frames = 0;                 ///< pages in the log after the commit
};

/// Appends in their order, then settlements, one commit, one fsync. A failure of the disk fails the group; a
/// settlement that contradicts the tables (a bug of its maker) fails alone.
void commit_group(Connection& connection, Group& group);

} // namespace paysync::store::sqlite
