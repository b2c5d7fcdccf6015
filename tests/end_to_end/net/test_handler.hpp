// A handler whose behaviour the path chooses.
#pragma once

#include "paysync/net/handler.hpp"
#include "paysync/runtime/clock.hpp"

#include <atomic>
#include <stdexcept>
#include <string>

namespace paysync::net {

class TestHandler final : public Handler {
public:
    explicit TestHandler(runtime::Clock& clock) : clock_{clock} {}

    std::optional<Response> screen(const Request& head) override {
        if (head.path() == "/throw-early") throw std::runtime_error("a bug in screen");
        if (head.path() == "/unknown") return json_error(404, "not_found", "Nothing here.");
        return std::nullopt;
    }

    /// /echo gives method and body back, /throw throws, /silent ends the connection, /slow answers when released,
    /// /large gives a megabyte.
    runtime::Task<Response> handle(Request request) override {
        ++handled;
        ++busy;
        const Busy leaving{busy};
        if (request.path() == "/throw") throw std::runtime_error("a bug, with a secret");
        if (request.path() == "/silent") co_return Response{0, {}, {}};
        while (request.path() == "/slow" && !released) co_await clock_.sleep_for(std::chrono::milliseconds{5});
        Response response{200, answer_headers, request.method + " " + request.body};
        if (request.path() == "/large") response.body.assign(1'000'000, 'x');
        if (!answer_body.empty()) response.body = answer_body;
        co_return response;
    }

    std::atomic<int> handled = 0;
    std::atomic<int> busy = 0;
    std::atomic<bool> released = false;
    Headers answer_headers; ///< set before the server starts
    std::string answer_body;

private:
    struct Busy {
        std::atomic<int>& count;
        ~Busy() { --count; }
    };

    runtime::Clock& clock_;
};

} // namespace paysync::net
