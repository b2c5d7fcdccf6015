// The seam of blocking and heavy work: jq, SQLite, TLS keys. A lane never does these itself.
#pragma once

#include "paysync/runtime/awaitable.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace paysync::runtime {

/// Runs jobs away from the lane. With one worker the jobs run in the order in which they were handed in.
class Workers {
public:
    virtual ~Workers() = default;
    /// Runs `job` and resumes the caller on its own lane. What the job throws is thrown here. The caller is not
    /// cancellable while the job runs: a job that started has finished when this returns.
    virtual Task<> run(std::function<void()> job) = 0;
    /// How many jobs may run at once; at least 1.
    virtual std::size_t width() const = 0;
};

/// Threads named `name`-0, `name`-1, … (as a debugger and `top -H` show them). The destructor waits for what runs.
std::unique_ptr<Workers> make_thread_workers(std::string name, std::size_t threads);

} // namespace paysync::runtime
