// Waiting questions to the store.
#include "stored.hpp"

#include "paysync/store/sqlite_store.hpp"

#include "run_to_end.hpp"

#include <stdexcept>

namespace paysync::app {

Stored::Stored(std::string path) : path_{std::move(path)} {}

Stored::~Stored() {
    if (!store_) return;
    run_to_end<bool>(io_, [this]() -> runtime::Task<bool> {
        co_await store_->stop();
        co_return true;
    });
}

base::Result<store::Store*> Stored::opened() {
    if (store_) return store_.get();
    store::SqliteSettings settings;
    settings.path = path_;
    settings.readers = 1;
    readers_ = runtime::make_thread_workers("db-read", 1);
    try {
        store_ = store::open_sqlite_store_for_reading(settings, *readers_);
    } catch (const std::runtime_error& failure) {
        return base::Error{base::Errc::unavailable, failure.what()};
    }
    return store_.get();
}

base::Result<store::Counts> Stored::counts() {
    const auto store = opened();
    if (!store) return store.error();
    return run_to_end<base::Result<store::Counts>>(io_, [&] { return (*store)->counts(); });
}

base::Result<store::Story> Stored::story(const std::string& id) {
    const auto store = opened();
    if (!store) return store.error();
    return run_to_end<base::Result<store::Story>>(io_, [&] { return (*store)->story(id); });
}

base::Result<std::vector<store::DueRun>> Stored::runs(store::RunState state, std::size_t limit) {
    const auto store = opened();
    if (!store) return store.error();
    return run_to_end<base::Result<std::vector<store::DueRun>>>(io_, [&] { return (*store)->runs(state, limit); });
}

base::Result<std::vector<store::StoredEvent>> Stored::recent(std::size_t limit) {
    const auto store = opened();
    if (!store) return store.error();
    return run_to_end<base::Result<std::vector<store::StoredEvent>>>(io_, [&] { return (*store)->recent(limit); });
}

} // namespace paysync::app
