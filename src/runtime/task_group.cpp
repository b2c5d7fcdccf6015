// Structured concurrency over Asio.
#include "paysync/runtime/task_group.hpp"

#include "paysync/base/log.hpp"
#include "paysync/base/result.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <list>

namespace paysync::runtime {

struct TaskGroup::State {
    struct Running {
        std::string name;
        asio::cancellation_signal signal;
    };

    explicit State(Lane on) : lane{std::move(on)}, all_done{lane, asio::steady_timer::time_point::max()} {}

    Lane lane;
    bool closing = false;
    std::list<Running> running;
    asio::steady_timer all_done; // never expires; cancelled when the last task ends
};

namespace {

/// A cancelled coroutine leaves by operation_aborted: that is an end, not a failure.
bool is_cancellation(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

std::string text_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "unknown exception";
    }
}

} // namespace

TaskGroup::TaskGroup(Lane lane) : state_{std::make_shared<State>(std::move(lane))} {}

TaskGroup::~TaskGroup() {
    state_->closing = true;
}

bool TaskGroup::spawn(std::string name, std::function<Task<>()> start) {
    if (state_->closing) return false;
    auto self = state_->running.emplace(state_->running.end());
    self->name = std::move(name);
    auto on_exit = [state = std::weak_ptr<State>(state_), self](std::exception_ptr failure) {
        const auto alive = state.lock();
        if (!alive) return; // the program is going down with its lane
        if (failure && !is_cancellation(failure)) {
            base::log::error("runtime", "task failed, a bug", {{"task", self->name}, {"failure", text_of(failure)}});
            base::assertion_failed("task", "an exception left a task");
        }
        alive->running.erase(self);
        if (alive->running.empty()) alive->all_done.cancel();
    };
    asio::co_spawn(state_->lane, std::move(start),
                   asio::bind_cancellation_slot(self->signal.slot(), std::move(on_exit)));
    return true;
}

void TaskGroup::close() {
    state_->closing = true;
}

void TaskGroup::cancel() {
    state_->closing = true;
    for (auto it = state_->running.begin(); it != state_->running.end();)
        (it++)->signal.emit(asio::cancellation_type::terminal); // may end the task, which erases itself
}

Task<> TaskGroup::join() {
    const auto state = state_;
    while (!state->running.empty()) co_await state->all_done.async_wait(asio::as_tuple(asio::use_awaitable));
}

std::size_t TaskGroup::size() const {
    return state_->running.size();
}

std::vector<std::string> TaskGroup::names() const {
    std::vector<std::string> names;
    for (const auto& task : state_->running) names.push_back(task.name);
    return names;
}

} // namespace paysync::runtime
