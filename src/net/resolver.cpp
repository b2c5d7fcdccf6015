// Looking up names with the machine's resolver.
#include "resolver.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace paysync::net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Errc;
using base::Error;
using boost::system::error_code;

/// A look-up cannot be interrupted while getaddrinfo runs: who waited goes on at the deadline, and this outlives him.
struct LookUp {
    explicit LookUp(const runtime::Lane& lane) : resolver{lane}, bell{lane} {}
    tcp::resolver resolver;
    asio::steady_timer bell; ///< rings at the deadline, cancelled when the look-up has ended
    bool ended = false;
    error_code failure;
    Endpoints found;
};

void start(const std::shared_ptr<LookUp>& look_up, const std::string& host, unsigned short port) {
    auto on_end = [look_up](error_code failure, const tcp::resolver::results_type& found) {
        look_up->ended = true;
        look_up->failure = failure;
        for (const auto& entry : found) look_up->found.push_back(entry.endpoint());
        look_up->bell.cancel();
    };
    look_up->resolver.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service, std::move(on_end));
}

class SystemResolver final : public Resolver {
public:
    runtime::Task<base::Result<Endpoints>> resolve(std::string host, unsigned short port,
                                                   runtime::Duration limit) override {
        error_code no_address;
        const auto address = asio::ip::make_address(host, no_address);
        if (!no_address) co_return Endpoints{tcp::endpoint{address, port}};
        const auto look_up = std::make_shared<LookUp>(co_await asio::this_coro::executor);
        look_up->bell.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(limit));
        start(look_up, host, port);
        auto [cancelled] = co_await look_up->bell.async_wait(asio::as_tuple(asio::use_awaitable));
        if (look_up->ended && !look_up->failure && !look_up->found.empty()) co_return look_up->found;
        look_up->resolver.cancel();
        if (cancelled && !look_up->ended) co_return Error{Errc::canceled, "stopped while looking up " + host};
        const std::string why = look_up->ended ? look_up->failure.message() : "no answer in time";
        co_return Error{Errc::not_sent, host + " cannot be looked up: " + why};
    }
};

} // namespace

std::shared_ptr<Resolver> make_system_resolver() {
    return std::make_shared<SystemResolver>();
}

} // namespace paysync::net
