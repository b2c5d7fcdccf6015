// `./dev demo`: sandbox and daemon as two processes, the day of a small shop between them.
#pragma once

#include "demo/child_process.hpp"
#include "demo/day.hpp"
#include "demo/terminal.hpp"
#include "paysync/demo/shop.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace paysync::demo {

struct DemoSettings {
    std::filesystem::path programs; ///< folder of paysync and paysync-sandbox
    std::filesystem::path folder; ///< for configuration, data and logs; empty: a new one below the system's temporary
    std::uint64_t seed = 1;
    ShopSize size{120, 240};
    bool keep = false;
};

/// Runs it; throws std::runtime_error with a sentence when a program does not start or answer.
class Demo {
public:
    explicit Demo(DemoSettings settings);
    ~Demo();

    /// 0 when the org holds exactly what it should, else 1.
    int run();

private:
    void start_sandbox();
    void start_daemon();
    void look_for_keys(int milliseconds); ///< waits so long for one
    void send_the_day();
    void wait_until_settled();
    void tell_results();
    void tell_one_story();
    void play_the_month();
    void tell_what_to_try();
    void stay();
    template <class T>
    T await(runtime::Task<T> task);

    DemoSettings settings_;
    boost::asio::io_context io_{1};
    runtime::SystemClock clock_;
    Shop shop_;
    Keys keys_;
    std::unique_ptr<ChildProcess> sandbox_;
    std::unique_ptr<ChildProcess> daemon_;
    std::unique_ptr<net::Transport> transport_;
    std::unique_ptr<Day> day_;
    Places places_;
    base::Json urls_;
    std::size_t kills_ = 0;
    std::vector<std::string> differences_;
    runtime::SteadyTime began_;
    double sending_seconds_ = 0;
};

} // namespace paysync::demo
