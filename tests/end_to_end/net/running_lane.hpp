// A lane with a thread of its own: the server and the transport run there, the test's thread is their peer.
#pragma once

#include "paysync/base/metrics.hpp"
#include "paysync/net/server.hpp"
#include "paysync/runtime/clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <thread>

namespace paysync::net {

class RunningLane {
public:
    RunningLane() : work_{io_.get_executor()}, thread_{[this] { io_.run(); }} {}
    ~RunningLane() {
        work_.reset();
        thread_.join();
    }
    RunningLane(const RunningLane&) = delete;
    RunningLane& operator=(const RunningLane&) = delete;

    runtime::Lane lane() { return io_.get_executor(); }

    /// Starts `task` on the lane.
    template <class T>
    std::future<T> start(runtime::Task<T> task) {
        return boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future);
    }
    template <class T>
    T run(runtime::Task<T> task) {
        return start(std::move(task)).get();
    }
    /// Runs `call` on the lane and waits for it.
    template <class Call>
    auto call(Call call) {
        return boost::asio::post(io_, boost::asio::use_future(std::move(call))).get();
    }

private:
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

/// A server that is stopped when the test ends.
class RunningServer {
public:
    RunningServer(RunningLane& lane, ServerSettings settings, Handler& handler, runtime::Clock& clock)
        : lane_{lane},
          clock_{clock},
          server_{start_server(lane.lane(), std::move(settings), handler, clock, metrics_)} {}
    ~RunningServer() { stop(std::chrono::seconds{2}); }
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    Server& operator*() { return *server_; }
    unsigned short port() const { return server_->port(); }
    base::Metrics& metrics() { return metrics_; }
    double refused(const std::string& reason) {
        return metrics_.value("paysync_http_refused_total", {{"server", "http"}, {"reason", reason}});
    }
    double open() { return metrics_.value("paysync_connections", {{"server", "http"}}); }

    void begin_stop() {
        lane_.call([this] { server_->stop(); });
    }
    /// Returns when the last connection has ended, or was cut at the end of `grace`.
    void stop(runtime::Duration grace) {
        if (!server_) return;
        begin_stop();
        lane_.run(server_->join(clock_.steady() + grace));
        lane_.call([this] { server_.reset(); });
    }

private:
    RunningLane& lane_;
    runtime::Clock& clock_;
    base::Metrics metrics_;
    std::unique_ptr<Server> server_;
};

} // namespace paysync::net
