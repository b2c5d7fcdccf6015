// The shop's day against a running sandbox and daemon.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/demo/shop.hpp"
#include "paysync/net/transport.hpp"
#include "paysync/runtime/clock.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace paysync::demo {

/// The URLs at which sandbox and daemon listen.
struct Places {
    std::string control; ///< of the sandbox
    std::string admin;   ///< of the daemon; changes when it is started again
};

/// Talks HTTP to both. Throws std::runtime_error with a sentence when an answer is not what it must be.
class Day {
public:
    Day(const Shop& shop, net::Transport& transport, runtime::Clock& clock)
        : shop_{shop}, transport_{transport}, clock_{clock} {}

    /// The Contacts, Accounts and open Opportunities that sales had before.
    runtime::Task<> prepare(const Places& places);
    /// Sends the posts [first, last) and returns how many were answered 200 at the first attempt.
    runtime::Task<std::size_t> send(const Places& places, std::size_t first, std::size_t last);
    /// Posts that never got their 200: the receiver was down. Checkout.com would send them again for 30 hours; we do
    /// at once. Returns how many are left.
    runtime::Task<std::size_t> send_again(const Places& places);

    runtime::Task<base::Json> get(std::string url);
    runtime::Task<base::Json> post(std::string url, base::Json body);

private:
    runtime::Task<base::Json> call(std::string url, net::Request request);
    runtime::Task<std::vector<unsigned>> deliver(const Places& places, std::vector<std::string> bodies);

    const Shop& shop_;
    net::Transport& transport_;
    runtime::Clock& clock_;
    std::vector<std::string> unanswered_;
};

} // namespace paysync::demo
