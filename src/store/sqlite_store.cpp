// The Store over one SQLite file: writes go to the group commit, reads to the pool.
#include "paysync/store/sqlite_store.hpp"

#include "paysync/base/log.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/figures.hpp"
#include "store/sqlite/file_lock.hpp"
#include "store/sqlite/group_commit.hpp"
#include "store/sqlite/open_connection.hpp"
#include "store/sqlite/reader_pool.hpp"
#include "store/sqlite/reading.hpp"
#include "store/sqlite/reading_waiting.hpp"
#include "store/sqlite/schema.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <utility>

namespace paysync::store {

namespace {

using sqlite::Connection;

/// What a store that only reads and one that writes have in common.
class ReadingStore : public Store {
public:
    explicit ReadingStore(std::shared_ptr<sqlite::ReaderPool> pool) : pool_{std::move(pool)} {}
    ~ReadingStore() override { pool_->abandon(); }

    Task<Result<Appended>> append(NewEvent) override { co_return reads_only(); }
    Task<Result<void>> settle(Settlement) override { co_return reads_only(); }

    Task<Result<std::vector<StoredEvent>>> unsettled(std::int64_t after, std::size_t limit) override {
        return read([after, limit](Connection& connection) { return sqlite::unsettled(connection, after, limit); });
    }
    Task<Result<std::vector<DueRun>>> due_runs(WallTime now, std::size_t limit) override {
        return read([now, limit](Connection& connection) { return sqlite::due_runs(connection, now, limit); });
    }
    Task<Result<std::optional<WallTime>>> next_due() override { return read(&sqlite::next_due); }
    Task<Result<std::map<std::string, Json>>> payments(std::vector<std::string> ids) override {
        return read([ids = std::move(ids)](Connection& connection) { return sqlite::payments(connection, ids); });
    }
    Task<Result<Surroundings>> surroundings(std::vector<std::string> payments,
                                            std::vector<std::string> customers) override {
        return read([payments = std::move(payments), customers = std::move(customers)](Connection& connection) {
            return sqlite::surroundings(connection, payments, customers);
        });
    }
    Task<Result<std::map<std::string, Json>>> payments_above(std::string after, std::size_t limit) override {
        return read([after = std::move(after), limit](Connection& connection) {
            return sqlite::payments_above(connection, after, limit);
        });
    }
    Task<Result<std::map<RunKey, int>>> claims() override { return read(&sqlite::claims); }
    Task<Result<Counts>> counts() override { return read(&sqlite::counts); }
    Task<Result<Story>> story(std::string id) override {
        return read([id = std::move(id)](Connection& connection) { return sqlite::story(connection, id); });
    }
    Task<Result<std::vector<DueRun>>> runs(RunFilter filter, std::size_t limit) override {
        return read([filter = std::move(filter), limit](Connection& connection) {
            return sqlite::runs(connection, filter, limit);
        });
    }
    Task<Result<std::optional<DueRun>>> run_of(RunKey key) override {
        return read([key = std::move(key)](Connection& connection) { return sqlite::run_of(connection, key); });
    }
    Task<Result<OwnAnswers>> own(OwnQuestions questions) override {
        return read([questions = std::move(questions)](Connection& connection) {
            return sqlite::own(connection, questions);
        });
    }
    Task<Result<std::map<GroupKey, GroupMembers>>> group_members(std::vector<GroupKey> groups) override {
        return read([groups = std::move(groups)](Connection& connection) {
            return sqlite::group_members(connection, groups);
        });
    }
    Task<Result<std::vector<FlowHold>>> flow_holds() override { return read(&sqlite::flow_holds); }
    Task<Result<std::vector<KnownAnswers>>> known(std::vector<std::int64_t> event_seqs) override {
        return read([event_seqs = std::move(event_seqs)](Connection& connection) {
            return sqlite::known(connection, event_seqs);
        });
    }
    Task<Result<std::vector<StoredEvent>>> events_since(WallTime received, std::int64_t after,
                                                        std::size_t limit) override {
        return read([received, after, limit](Connection& connection) {
            return sqlite::events_since(connection, received, after, limit);
        });
    }
    Task<Result<std::vector<Timer>>> timers(std::size_t limit) override {
        return read([limit](Connection& connection) { return sqlite::timers(connection, limit); });
    }
    Task<Result<std::vector<AuditEntry>>> audit(std::int64_t after, std::size_t limit) override {
        return read([after, limit](Connection& connection) { return sqlite::audit(connection, after, limit); });
    }
    Task<Result<std::vector<StoredEvent>>> recent(std::size_t limit) override {
        return read([limit](Connection& connection) { return sqlite::recent(connection, limit); });
    }

    Task<Result<std::vector<Figure>>> due_figures(WallTime now, std::size_t limit) override {
        return read([now, limit](Connection& connection) { return sqlite::due_figures(connection, now, limit); });
    }
    Task<Result<std::optional<WallTime>>> next_figure() override { return read(&sqlite::next_figure); }
    Task<Result<std::vector<Figure>>> figures(std::vector<FigureKey> keys) override {
        return read([keys = std::move(keys)](Connection& connection) { return sqlite::figures(connection, keys); });
    }
    Task<Result<std::vector<Figure>>> figures_of(std::string day) override {
        return read([day = std::move(day)](Connection& connection) { return sqlite::figures_of(connection, day); });
    }
    Task<Result<FigureBook>> figure_book() override { return read(&sqlite::figure_book); }

    Task<> stop() override { return pool_->stop(); }

protected:
    const std::shared_ptr<sqlite::ReaderPool>& pool() const { return pool_; }

private:
    /// No coroutine: the query is in its std::function before anything is awaited.
    template <class Query, class Answer = std::invoke_result_t<Query, Connection&>>
    Task<Result<Answer>> read(Query query) {
        return sqlite::ReaderPool::read<Answer>(pool_, std::function<Answer(Connection&)>(std::move(query)));
    }

    static base::Error reads_only() { return {base::Errc::unavailable, "the store was opened for reading only"}; }

    std::shared_ptr<sqlite::ReaderPool> pool_;
};

class SqliteStore final : public ReadingStore {
public:
    SqliteStore(std::unique_ptr<sqlite::FileLock> lock, std::shared_ptr<sqlite::GroupCommit> commits,
                std::shared_ptr<sqlite::ReaderPool> pool)
        : ReadingStore{std::move(pool)}, lock_{std::move(lock)}, commits_{std::move(commits)} {}
    ~SqliteStore() override { commits_->abandon(); }

    Task<Result<Appended>> append(NewEvent event) override {
        return sqlite::GroupCommit::append(commits_, std::move(event));
    }
    Task<Result<void>> settle(Settlement settlement) override {
        return sqlite::GroupCommit::settle(commits_, std::move(settlement));
    }

    Task<> stop() override { return stop_in_order(pool(), commits_); }

private:
    /// The log can be emptied only when nobody reads it.
    static Task<> stop_in_order(std::shared_ptr<sqlite::ReaderPool> pool,
                                std::shared_ptr<sqlite::GroupCommit> commits) {
        co_await commits->stop();
        co_await pool->stop();
        co_await commits->empty_log();
    }

    std::unique_ptr<sqlite::FileLock> lock_; // first in, last out
    std::shared_ptr<sqlite::GroupCommit> commits_;
};

using Opener = std::shared_ptr<Connection> (*)(const SqliteSettings&);

std::shared_ptr<sqlite::ReaderPool> open_pool(const SqliteSettings& settings, Opener open,
                                              runtime::Workers& workers) {
    std::vector<std::shared_ptr<Connection>> connections;
    for (std::size_t i = 0; i < std::max<std::size_t>(settings.readers, 1); ++i)
        connections.push_back(open(settings));
    return std::make_shared<sqlite::ReaderPool>(std::move(connections), workers, settings.queue_max);
}

} // namespace

std::unique_ptr<Store> open_sqlite_store(SqliteSettings settings, runtime::Workers& writer, runtime::Workers& readers,
                                         runtime::Clock& clock, base::Metrics& metrics) {
    PAYSYNC_ASSERT(writer.width() == 1, "the store needs a writer with one worker");
    std::unique_ptr<sqlite::FileLock> lock;
    if (settings.vfs.empty()) {
        lock = std::make_unique<sqlite::FileLock>(settings.path);
        sqlite::create_private_file(settings.path);
    }
    try {
        auto connection = sqlite::open_writer(settings);
        auto checkpointer = sqlite::open_checkpointer(settings);
        auto pool = open_pool(settings, &sqlite::open_reader, readers);
        base::log::info("store", "opened", {{"path", settings.path}, {"schema", sqlite::latest_schema()}});
        auto commits = std::make_shared<sqlite::GroupCommit>(
            std::move(settings), sqlite::GroupCommit::Seams{writer, readers, clock, metrics}, std::move(connection),
            std::move(checkpointer));
        return std::make_unique<SqliteStore>(std::move(lock), std::move(commits), std::move(pool));
    } catch (const sqlite::Failure& failure) {
        sqlite::cannot_open(settings.path, failure);
    }
}

std::unique_ptr<Store> open_sqlite_store_for_reading(SqliteSettings settings, runtime::Workers& readers) {
    if (settings.vfs.empty() && !std::filesystem::exists(settings.path))
        throw std::runtime_error("There is no store at " + settings.path + ": the daemon creates it when it starts.");
    try {
        return std::make_unique<ReadingStore>(open_pool(settings, &sqlite::open_visitor, readers));
    } catch (const sqlite::Failure& failure) {
        sqlite::cannot_open(settings.path, failure);
    }
}

} // namespace paysync::store
