// A month in this process: sandbox and daemon core on one thread and on virtual time.
#pragma once

#include "paysync/app/core.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/demo/month.hpp"
#include "paysync/demo/virtual_time.hpp"
#include "paysync/demo/wire.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace paysync::demo {

class MonthPlay {
public:
    /// The store is a file in `folder`. Throws std::runtime_error when flows or store cannot be opened.
    MonthPlay(const std::filesystem::path& folder, std::uint64_t seed);
    ~MonthPlay();
    MonthPlay(const MonthPlay&) = delete;
    MonthPlay& operator=(const MonthPlay&) = delete;

    const Month& month() const { return month_; }
    /// Everything up to that moment has happened when it returns.
    void until(base::WallTime moment);
    base::Json records(const std::string& object) const {
        return object == invocations ? sandbox_.invocations() : sandbox_.records(object);
    }
    std::uint64_t api_calls() const { return sandbox_.api_calls(); }

private:
    Task<> deliver();

    Lane lane_; // dies last
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    runtime::SeededChance chance_;
    VirtualClock clock_;
    sandbox::SandboxSettings org_;
    sandbox::Sandbox sandbox_;
    Month month_;
    WireFaults no_faults_;
    Wire to_salesforce_;
    Wire to_daemon_;
    VirtualWorkers workers_;
    base::Metrics metrics_;
    app::Configuration configuration_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<app::Core> core_;
};

} // namespace paysync::demo
