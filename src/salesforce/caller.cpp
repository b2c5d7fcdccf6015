// Sending of calls.
#include "salesforce/caller.hpp"

#include "paysync/base/log.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/net/gzip.hpp"

#include <algorithm>
#include <utility>

namespace paysync::salesforce {

namespace {

/// Smaller than this a body would hardly become less on the wire.
constexpr std::size_t packed_bytes_min = 1024;

net::Request request_for(const Call& call, const Session& session, bool compress) {
    net::Request request;
    request.method = call.method;
    request.target = call.target;
    request.headers.set("Authorization", "Bearer " + session.token.reveal());
    request.headers.set("Accept", "application/json");
    if (!call.body.empty()) request.headers.set("Content-Type", "application/json; charset=UTF-8");
    if (!call.if_modified_since.empty()) request.headers.set("If-Modified-Since", call.if_modified_since);
    const bool packed = compress && call.body.size() >= packed_bytes_min;
    if (packed) request.headers.set("Content-Encoding", "gzip");
    request.body = packed ? net::gzip(call.body) : call.body;
    return request;
}

Called<Reply> read_reply(const net::Response& response, const Call& call) {
    Reply reply;
    reply.status = static_cast<int>(response.status);
    if (response.status == 304 && !call.if_modified_since.empty()) return reply;
    if (response.status >= 300) return refused(response, call.effect);
    // What was told at a moment holds what was changed before it.
    reply.last_modified = response.headers.find("Last-Modified").value_or(response.headers.find("Date").value_or(""));
    if (response.body.empty()) return reply;
    auto body = base::parse_json(response.body);
    if (!body) return unreadable("the body of the answer is not JSON", call.effect);
    reply.body = std::move(*body);
    return reply;
}

} // namespace

Caller::Caller(const OrgSettings& settings, net::Transport& transport, runtime::Clock& clock, base::Metrics& metrics)
    : settings_{settings},
      transport_{transport},
      clock_{clock},
      metrics_{metrics},
      turns_{std::max<std::size_t>(1, settings.max_in_flight)},
      tokens_{settings, transport, clock, metrics} {}

Task<Called<Json>> Caller::call(Call call) {
    Called<Reply> reply = co_await exchange(std::move(call));
    if (!reply) co_return reply.error();
    co_return std::move(reply->body);
}

Task<Called<Reply>> Caller::exchange(Call call) {
    const Turns::Turn turn = co_await turns_.enter();
    for (bool again = false;; again = true) {
        const Called<SessionPtr> session = co_await tokens_.session();
        if (!session) co_return session.error();
        const SessionPtr held = *session;
        Called<Reply> answer = co_await send(call, *held);
        if (answer || answer.error().remedy != Remedy::renew_token) co_return answer;
        if (!again) {
            tokens_.drop(held->generation);
            continue;
        }
        // The token is kept: whoever asks next finds out whether it is taken by then, and if not, gets one more.
        CallFailure failure = answer.error();
        failure.remedy = Remedy::pause;
        base::log::warning("salesforce", "refused with a token fetched anew", {{"why", failure.text()}});
        co_return failure;
    }
}

Task<Called<Reply>> Caller::send(const Call& call, const Session& session) {
    const auto begun = clock_.steady();
    const auto deadline = begun + settings_.call_timeout;
    net::Request request = request_for(call, session, settings_.compress);
    const base::Result<net::Response> response =
        co_await transport_.send(session.origin, std::move(request), deadline);

    Called<Reply> answer =
        response ? read_reply(*response, call) : Called<Reply>{unreached(response.error(), call.effect)};
    if (response) note_usage(response->headers);
    if (response || response.error().code != base::Errc::not_sent) ++calls_made_;
    const std::string result = answer ? "ok" : std::string{name(answer.error().remedy)};
    const double seconds = std::chrono::duration<double>(clock_.steady() - begun).count();
    metrics_.count("paysync_salesforce_calls_total", {{"kind", call.kind}, {"result", result}});
    metrics_.observe("paysync_salesforce_call_seconds", seconds, {{"kind", call.kind}});
    co_return answer;
}

void Caller::note_usage(const net::Headers& headers) {
    const auto header = headers.find("Sforce-Limit-Info");
    if (!header) return;
    const auto told = read_usage(*header);
    if (!told) return;
    usage_ = *told;
    metrics_.set("paysync_salesforce_usage", static_cast<double>(usage_.used));
    metrics_.set("paysync_salesforce_limit", static_cast<double>(usage_.limit));
}

} // namespace paysync::salesforce
