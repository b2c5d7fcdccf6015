// An org against a scripted transport, on a lane and a clock that the test moves by hand.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/runtime/wakeup.hpp"
#include "paysync/salesforce/org.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace paysync::salesforce {

class ManualClock final : public runtime::Clock {
public:
    runtime::WallTime wall() const override { return runtime::WallTime{now_.time_since_epoch()}; }
    runtime::SteadyTime steady() const override { return now_; }
    runtime::Task<> sleep_until(runtime::SteadyTime) override { co_return; }
    void advance(runtime::Duration span) { now_ += span; }

private:
    runtime::SteadyTime now_{std::chrono::hours{1}};
};

/// Answers each request by `script`; holds calls back while `hold` is set, and token requests while `hold_tokens` is.
class ScriptedTransport final : public net::Transport {
public:
    struct Sent {
        net::Origin origin;
        net::Request request;
        runtime::SteadyTime deadline;
    };
    using Answer = base::Result<net::Response>;

    std::function<Answer(const net::Request&)> script;
    std::function<Answer(const net::Request&)> token_script;
    std::vector<Sent> sent;        ///< calls, in order
    std::vector<Sent> token_calls; ///< requests of the token endpoint
    bool hold = false;
    bool hold_tokens = false;
    std::size_t in_flight = 0;
    std::size_t in_flight_most = 0;

    runtime::Task<Answer> send(net::Origin origin, net::Request request, runtime::SteadyTime deadline) override {
        const bool token = request.path().ends_with("/services/oauth2/token");
        (token ? token_calls : sent).push_back({origin, request, deadline});
        ++in_flight;
        in_flight_most = std::max(in_flight_most, in_flight);
        co_await runtime::asio::post(runtime::asio::use_awaitable);
        if (token ? hold_tokens : hold) {
            const auto bell = std::make_shared<runtime::Wakeup>();
            held_.push_back(bell);
            co_await bell->wait();
            co_await runtime::asio::post(runtime::asio::use_awaitable); // throws when the wait ended by cancellation
        }
        --in_flight;
        if (token) co_return token_script(request);
        co_return script(request);
    }

    /// Lets the call that was held first go on.
    void release_one() {
        held_.front()->ring();
        held_.pop_front();
    }
    std::size_t held() const { return held_.size(); }

private:
    std::deque<std::shared_ptr<runtime::Wakeup>> held_;
};

inline net::Response answer(unsigned status, const Json& body) {
    return net::json_response(status, body.dump());
}

inline net::Response html(unsigned status) {
    net::Response made;
    made.status = status;
    made.headers.set("Content-Type", "text/html");
    made.body = "<html>Service unavailable</html>";
    return made;
}

inline net::Response expired() {
    return net::json_response(401, R"([{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}])");
}

class OrgBench {
public:
    OrgBench() : OrgBench(default_settings()) {}
    explicit OrgBench(OrgSettings settings) {
        transport.token_script = [this](const net::Request&) { return token(++tokens); };
        transport.script = [](const net::Request&) { return answer(200, Json::object()); };
        org = make_org(std::move(settings), transport, clock, metrics);
    }

    static OrgSettings default_settings() {
        OrgSettings settings;
        settings.login_url = "https://acme.my.salesforce.com";
        settings.client_id = "id&1";
        settings.client_secret = base::Secret{"s=cr+t"};
        return settings;
    }

    static net::Response token(int number) {
        return answer(200, Json{{"access_token", "T" + std::to_string(number)},
                                {"instance_url", "https://na1.my.salesforce.com"},
                                {"id", "https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS"},
                                {"token_type", "Bearer"}});
    }

    template <class T>
    using Pending = std::shared_ptr<std::optional<T>>;

    template <class T>
    Pending<T> start(runtime::Task<T> task, boost::asio::cancellation_signal* signal = nullptr) {
        auto pending = std::make_shared<std::optional<T>>();
        auto done = [pending](std::exception_ptr failure, T value) {
            if (!failure) *pending = std::move(value); // cancelled ones stay empty
        };
        if (signal == nullptr) {
            boost::asio::co_spawn(io, std::move(task), done);
        } else {
            boost::asio::co_spawn(io, std::move(task), boost::asio::bind_cancellation_slot(signal->slot(), done));
        }
        return pending;
    }

    /// Everything that can go on does; what waits for the test waits.
    void settle() {
        io.restart();
        while (io.poll() > 0) {
        }
    }

    template <class T>
    T run(runtime::Task<T> task) {
        const auto pending = start(std::move(task));
        settle();
        if (!*pending) throw std::logic_error("the call waits for something");
        return std::move(**pending);
    }

    boost::asio::io_context io{1};
    ManualClock clock;
    base::Metrics metrics;
    ScriptedTransport transport;
    int tokens = 0;
    std::unique_ptr<Org> org;
};

/// Answers the subrequests of a composite call, one by one.
inline net::Response composite_answer(const net::Request& request,
                                      const std::function<std::pair<int, Json>(const Json& part)>& answer_part) {
    const Json body = Json::parse(request.body);
    Json parts = Json::array();
    for (const Json& part : body["compositeRequest"]) {
        auto [status, told] = answer_part(part);
        parts.push_back(Json{{"body", std::move(told)},
                             {"httpHeaders", Json::object()},
                             {"httpStatusCode", status},
                             {"referenceId", part["referenceId"]}});
    }
    return answer(200, Json{{"compositeResponse", std::move(parts)}});
}

} // namespace paysync::salesforce
