// Making and unmaking of what a store needs.
#include "store_world.hpp"

#include <unistd.h>

namespace paysync::store {

namespace {

/// Tests of one program run one after the other; programs side by side have other process numbers.
std::filesystem::path new_folder() {
    static int made = 0;
    const auto folder = std::filesystem::temp_directory_path() /
                        ("paysync-store-" + std::to_string(getpid()) + "-" + std::to_string(++made));
    std::filesystem::create_directories(folder);
    return folder;
}

std::unique_ptr<runtime::Workers> workers(const Medium& medium, const std::string& name, std::size_t width) {
    if (medium.threads) return runtime::make_thread_workers(name, width);
    return std::make_unique<tests::InlineWorkers>(width);
}

} // namespace

StoreWorld::StoreWorld(const Medium& medium)
    : writer_{workers(medium, "db-writer", 1)}, readers_{workers(medium, "db-read", 2)} {
    if (medium.on_disk) {
        folder_ = new_folder();
        settings.path = (folder_ / "paysync.db").string();
    } else {
        disk_ = std::make_unique<tests::MemoryVfs>();
        settings.path = "paysync.db";
        settings.vfs = disk_->name();
    }
}

StoreWorld::~StoreWorld() {
    if (store_) close();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

void StoreWorld::open() {
    store_ = open_sqlite_store(settings, *writer_, *readers_, clock_, metrics_);
}

void StoreWorld::close() {
    await(store_->stop());
    store_.reset();
}

void StoreWorld::drop() {
    store_.reset();
    run(); // what waited in it is unwound on the lane
}

void StoreWorld::run() {
    lane_.restart();
    lane_.run();
}

void StoreWorld::run_steps(int steps) {
    lane_.restart();
    for (int i = 0; i < steps && lane_.poll_one() > 0; ++i) {
    }
}

void StoreWorld::await(Task<> task) {
    bool ended = false;
    boost::asio::co_spawn(lane_, std::move(task), [&ended](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
        ended = true;
    });
    run();
    if (!ended) throw std::runtime_error("a task never ended");
}

std::int64_t StoreContract::seq_of(const std::string& id) {
    const Story story = world.await(world.store().story(id)).value();
    return story.events.empty() ? 0 : story.events.front().seq;
}

NewEvent an_event(const std::string& id, const std::string& payment, WallTime when) {
    NewEvent event;
    event.id = id;
    event.type = "payment_captured";
    event.subject = payment;
    event.endpoint = "checkout";
    event.occurred_at = when;
    event.received_at = when + std::chrono::seconds{2};
    event.body = "{\"id\":\"" + id + "\"}";
    return event;
}

Run a_run(std::int64_t seq, const std::string& flow, RunState state, WallTime ready) {
    Run run;
    run.event_seq = seq;
    run.flow = flow;
    run.state = state;
    run.payment = "pay_1";
    run.step = "write";
    run.cause = "UNABLE_TO_LOCK_ROW";
    run.reason = "The record is locked by somebody else.";
    run.detail = Json{{"row", 3}};
    run.attempts = 2;
    run.since = at(1500);
    run.ready_at = ready;
    return run;
}

Effect an_effect(std::int64_t seq, const std::string& record, const std::string& outcome) {
    Effect effect;
    effect.event_seq = seq;
    effect.payment = "pay_1";
    effect.flow = "capture";
    effect.flow_version = "abc123";
    effect.step = "close";
    effect.object = "Thing__c";
    effect.record_id = record;
    effect.rule = "by key";
    effect.outcome = outcome;
    effect.values = Json{{"Amount", 12.5}};
    effect.old_values = Json{{"Amount", nullptr}};
    effect.at = at(1700);
    return effect;
}

} // namespace paysync::store
