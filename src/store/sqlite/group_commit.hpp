// Natural group commit: while one commit syncs, the next group gathers. No timer, no lock.
#pragma once

#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/task_group.hpp"
#include "paysync/runtime/wakeup.hpp"
#include "paysync/runtime/workers.hpp"
#include "paysync/store/sqlite_store.hpp"
#include "store/sqlite/log_policy.hpp"
#include "store/sqlite/writing.hpp"

#include <boost/asio/any_completion_handler.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace paysync::store::sqlite {

/// Lives on one lane; shared, because its tasks may outlive the store at a crash. The writing connection is used by
/// jobs of `writer` only, the checkpointing one by one job of `readers` at a time.
class GroupCommit : public std::enable_shared_from_this<GroupCommit> {
public:
    struct Seams {
        runtime::Workers& writer;
        runtime::Workers& readers;
        runtime::Clock& clock;
        base::Metrics& metrics;
    };

    GroupCommit(SqliteSettings settings, Seams seams, std::shared_ptr<Connection> writer,
                std::shared_ptr<Connection> checkpointer);

    /// Static: the coroutine owns what it runs in even when it starts after the store died.
    static Task<Result<Appended>> append(std::shared_ptr<GroupCommit> self, NewEvent event);
    static Task<Result<void>> settle(std::shared_ptr<GroupCommit> self, Settlement settlement);
    Task<> stop();           ///< refuses new operations, commits those accepted
    Task<> empty_log();      ///< writes it back whole; after stop(), when nobody reads
    void abandon() noexcept; ///< nobody is resumed any more

private:
    using Handler = runtime::asio::any_completion_handler<void()>;

    /// The handler owns the waiting coroutine, which owns its operation: an operation must not own a handler.
    template <class Operation>
    struct Waiting {
        std::shared_ptr<Operation> operation;
        Handler resume;
    };
    /// The handlers stay on the lane, the rest goes to the worker.
    struct Taken {
        std::shared_ptr<Group> group;
        std::vector<Handler> resume;
    };

    static Task<> pump(std::shared_ptr<GroupCommit> self);
    static Task<> write_back(std::shared_ptr<GroupCommit> self);

    std::optional<base::Error> refusal() const;
    template <class Operation>
    Task<> committed(std::deque<Waiting<Operation>>& queue, std::shared_ptr<Operation> operation);
    void wake(const runtime::Lane& lane);
    Taken take();
    Task<> commit(Taken taken);
    void account(const Group& group, runtime::Duration took);
    void start_checkpoint();

    SqliteSettings settings_;
    Seams seams_;
    std::shared_ptr<Connection> writer_;
    std::shared_ptr<Connection> checkpointer_;
    std::deque<Waiting<Append>> appends_;
    std::deque<Waiting<Settle>> settlements_;
    LogPolicy log_;
    runtime::Wakeup checkpoint_ended_;
    bool pumping_ = false;
    bool failing_ = false; ///< the last commit failed: said once in the log, not for every commit
    bool stopping_ = false;
    bool abandoned_ = false;
    std::optional<runtime::Lane> lane_;
    std::optional<runtime::TaskGroup> tasks_; ///< from the first operation on, which brings the lane
};

} // namespace paysync::store::sqlite
