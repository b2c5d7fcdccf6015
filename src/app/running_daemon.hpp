// The daemon that runs beside a command, asked over its admin listener.
#pragma once

#include "paysync/app/configuration.hpp"
#include "paysync/base/json.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

namespace paysync::app {

class RunningDaemon {
public:
    explicit RunningDaemon(net::Origin admin);

    /// As its configuration says.
    static net::Origin admin_of(const Configuration& configuration);

    std::string place() const { return admin_.text(); }
    /// GET of a page; waits three seconds at most.
    base::Result<net::Response> get(const std::string& page);
    /// Tells it that there is work in the store. False when nobody answers: it finds the work when it starts.
    bool wake();
    /// /status as JSON.
    base::Result<base::Json> status();
    void wait(runtime::Duration span);

private:
    base::Result<net::Response> ask(const std::string& method, const std::string& page);

    net::Origin admin_;
    boost::asio::io_context io_{1};
    runtime::SystemClock clock_;
    std::unique_ptr<net::Transport> transport_;
};

} // namespace paysync::app
