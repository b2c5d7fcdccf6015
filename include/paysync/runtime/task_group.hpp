// The owner of coroutines: whatever is started in the background is started here, and waited for here.
#pragma once

#include "paysync/runtime/awaitable.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace paysync::runtime {

/// Owns every coroutine started through it. All members run on `lane`. Declare it last in its class, so that tasks
/// may use every other member. close() or cancel(), then join(), before it dies.
class TaskGroup {
public:
    explicit TaskGroup(Lane lane);
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Starts `start()` on the lane; false when the group is closing. Name a capturing lambda before handing it in,
    /// and let it return the awaitable of a named coroutine. An exception that leaves the task is a bug: it is logged
    /// with the task's name and ends the process, because what the task owned is in an unknown state.
    bool spawn(std::string name, std::function<Task<>()> start);

    void close();  ///< refuse new tasks, let running ones finish
    void cancel(); ///< refuse new tasks, ask running ones to stop at their next suspension
    Task<> join(); ///< returns when none runs
    std::size_t size() const;
    std::vector<std::string> names() const; ///< of the running tasks, for the log of a stop that takes too long

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace paysync::runtime
