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

/// `question` asks; the store is opened first, if it is not.
template <class T, class Question>
base::Result<T> Stored::ask(Question question) {
    const auto store = opened();
    if (!store) return store.error();
    return run_to_end<base::Result<T>>(io_, [&] { return question(**store); });
}

base::Result<store::Counts> Stored::counts() {
    return ask<store::Counts>([](store::Store& store) { return store.counts(); });
}

base::Result<store::Story> Stored::story(const std::string& id) {
    return ask<store::Story>([&](store::Store& store) { return store.story(id); });
}

base::Result<std::vector<store::DueRun>> Stored::runs(const store::RunFilter& filter, std::size_t limit) {
    return ask<std::vector<store::DueRun>>([&](store::Store& store) { return store.runs(filter, limit); });
}

base::Result<std::vector<store::StoredEvent>> Stored::recent(std::size_t limit) {
    return ask<std::vector<store::StoredEvent>>([&](store::Store& store) { return store.recent(limit); });
}

base::Result<std::vector<store::StoredEvent>> Stored::events_since(base::WallTime received, std::int64_t after,
                                                                   std::size_t limit) {
    return ask<std::vector<store::StoredEvent>>(
        [&](store::Store& store) { return store.events_since(received, after, limit); });
}

base::Result<std::vector<store::FlowHold>> Stored::flow_holds() {
    return ask<std::vector<store::FlowHold>>([](store::Store& store) { return store.flow_holds(); });
}

} // namespace paysync::app
