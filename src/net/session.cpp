// Serving the requests of one connection.
#include "session.hpp"

#include "message_head.hpp"
#include "paysync/base/json.hpp"
#include "paysync/base/log.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/base/time.hpp"

#include <boost/asio/this_coro.hpp>

#include <exception>

namespace paysync::net {

namespace {

using runtime::Task;

constexpr std::size_t read_bytes = 16U * 1024U;
/// How long a peer may take to read the last answer, and to stop sending what nobody reads.
constexpr auto linger = std::chrono::seconds{1};
/// The same where no answer is on its way.
constexpr auto farewell = std::chrono::milliseconds{50};

} // namespace

Session::Session(std::shared_ptr<ServerState> server, std::unique_ptr<ByteStream> stream)
    : server_{std::move(server)}, stream_{std::move(stream)} {}

void Session::stop_waiting() {
    if (waiting_) stream_->expires_after(runtime::Duration::zero());
}

void Session::count(const char* reason) {
    server_->metrics.count("paysync_http_refused_total", {{"server", server_->settings.name}, {"reason", reason}});
}

Task<> Session::run() {
    // The named bool matters: where a coroutine without a local variable of its outermost block awaits in the
    // condition of an if or while, g++ 12.2 lays its frame out wrongly (not beginning with the resume pointer) and it
    // crashes.
    bool open = co_await greet();
    while (open) open = co_await serve_one();
    stream_->close();
}

Task<bool> Session::greet() {
    waiting_ = true;
    stream_->expires_after(server_->settings.handshake_timeout);
    const auto failure = co_await stream_->accept_handshake();
    waiting_ = false;
    if (!failure) co_return true;
    if (!server_->stopping) {
        count("handshake");
        base::log::debug("net", "a TLS handshake failed",
                         {{"server", server_->settings.name}, {"failure", failure.message()}});
    }
    co_return false;
}

Task<bool> Session::receive() {
    const Transfer got = co_await stream_->read_some(buffer_.prepare(read_bytes), read_bytes);
    if (got.failure) co_return false;
    buffer_.commit(got.bytes);
    co_return true;
}

Task<Session::Receipt> Session::receive_head(RequestReader& reader, Refusal& refusal) {
    if (buffer_.empty()) {
        if (server_->stopping) co_return Receipt::gone;
        waiting_ = true;
        stream_->expires_after(server_->settings.idle_timeout);
        const bool came = co_await receive();
        waiting_ = false;
        if (!came) co_return Receipt::gone;
    }
    stream_->expires_after(server_->settings.header_timeout);
    co_return co_await receive_part(reader, &RequestReader::read_head, refusals::head_too_slow, refusal);
}

Task<Session::Receipt> Session::receive_body(RequestReader& reader, Refusal& refusal) {
    stream_->expires_after(server_->settings.body_timeout);
    if (buffer_.empty() && reader.awaits_continue()) {
        const Transfer sent = co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n", "");
        if (sent.failure) co_return Receipt::gone;
    }
    co_return co_await receive_part(reader, &RequestReader::read_body, refusals::body_too_slow, refusal);
}

Task<Session::Receipt> Session::receive_part(RequestReader& reader, ReadPart read, const Refusal& too_slow,
                                             Refusal& refusal) {
    for (;;) {
        const auto progress = (reader.*read)(buffer_);
        if (progress == RequestReader::Progress::complete) co_return Receipt::complete;
        if (progress == RequestReader::Progress::refused) {
            refusal = reader.refusal();
            co_return Receipt::refused;
        }
        const bool came = co_await receive();
        if (came) continue;
        refusal = too_slow;
        if (stream_->expired()) co_return Receipt::refused;
        co_return Receipt::gone;
    }
}

Task<bool> Session::serve_one() {
    RequestReader reader{server_->settings.header_bytes_max, server_->settings.body_bytes_max};
    Refusal refusal = refusals::malformed;
    Receipt receipt = co_await receive_head(reader, refusal);
    if (receipt == Receipt::complete) {
        const std::optional<Response> early = screened(reader.request());
        if (early) {
            co_await answer(*early, reader.request().method, false);
            co_return false;
        }
        receipt = co_await receive_body(reader, refusal);
    }
    if (receipt == Receipt::refused) co_await refuse(refusal);
    if (receipt == Receipt::gone) co_await stream_->finish(farewell);
    if (receipt != Receipt::complete) co_return false;

    const std::string method = reader.request().method;
    const bool asked_to_stay = reader.keep_alive();
    stream_->expires_never(); // the handler has its own deadline
    const Response response = co_await ask_handler(std::move(reader.request()));
    co_return co_await answer(response, method, asked_to_stay && !server_->stopping);
}

Task<> Session::refuse(Refusal refusal) {
    count(refusal.reason);
    const Response response = json_error(refusal.status, refusal.reason, refusal.sentence);
    co_await answer(response, "GET", false);
}

std::optional<Response> Session::screened(const Request& head) {
    try {
        return server_->handler.screen(head);
    } catch (const std::exception& failure) { // the request boundary
        return failure_answer(failure.what(), head);
    } catch (...) {
        return failure_answer("unknown exception", head);
    }
}

Task<Response> Session::ask_handler(Request request) {
    Request head; // for the log line; the request itself is gone by then
    head.method = request.method;
    head.target = std::string(request.path());
    std::string what;
    try {
        co_return co_await server_->handler.handle(std::move(request));
    } catch (const std::exception& failure) { // the request boundary
        what = failure.what();
    } catch (...) {
        what = "unknown exception";
    }
    const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != boost::asio::cancellation_type::none)
        co_return Response{0, {}, {}}; // cut at the stop
    co_return failure_answer(what, head);
}

Response Session::failure_answer(const std::string& what, const Request& request) {
    const std::string now = std::to_string(base::to_nanoseconds(server_->clock.wall()));
    const std::string id = now + "-" + std::to_string(++server_->failures);
    base::log::error("net", "a handler failed, a bug",
                     {{"server", server_->settings.name},
                      {"correlation_id", id},
                      {"method", request.method},
                      {"path", request.path()},
                      {"failure", what}});
    const base::Json body{{"error", "internal"},
                          {"message", "Something went wrong here. Give the correlation id when you ask about it."},
                          {"correlation_id", id}};
    return json_response(500, base::to_text(body));
}

Task<bool> Session::answer(const Response& response, std::string_view method, bool keep_alive) {
    if (response.status == 0) co_return false;
    const auto after =
        keep_alive && !response.headers.find("Connection") ? AfterAnswer::keep_alive : AfterAnswer::close;
    const std::string head = response_head(response, after, server_->clock.wall());
    const std::string_view body = carries_body(response.status, method) ? std::string_view(response.body) : "";
    stream_->expires_after(server_->settings.write_timeout);
    const Transfer sent = co_await stream_->write(head, body);
    if (sent.failure) co_return false;
    if (after == AfterAnswer::close) co_await stream_->finish(linger);
    co_return after == AfterAnswer::keep_alive;
}

} // namespace paysync::net
