// Opening tunnels by CONNECT.
#include "tunnel.hpp"

#include "paysync/base/text.hpp"
#include "response_reader.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/http/status.hpp>

#include <openssl/evp.h>

#include <algorithm>

namespace paysync::net {

namespace {

using base::Errc;
using base::Error;
using boost::system::error_code;
using runtime::Task;

constexpr std::size_t head_bytes_max = 16U * 1024U;
constexpr std::size_t shown_bytes_max = 100;

Error no_tunnel(const Origin& origin, const ProxySettings& proxy, const std::string& what) {
    return {Errc::not_sent,
            "the proxy " + proxy.origin.text() + " opened no tunnel to " + authority_of(origin) + ": " + what};
}

/// The ways to log in that a proxy offers: the first word of each field. Nothing when Basic is among them, or none.
std::string other_schemes(const Headers& headers) {
    std::string schemes;
    for (const auto& [name, value] : headers.all()) {
        if (base::lower(name) != "proxy-authenticate") continue;
        if (base::lower(value).find("basic") != std::string::npos) return {}; // one field may list several
        std::string scheme = value.substr(0, std::min(value.find_first_of(" ,\t"), shown_bytes_max));
        for (char& c : scheme)
            if (c < '!' || c > '~') c = '?';
        schemes += (schemes.empty() ? "" : ", ") + scheme;
        if (schemes.size() > shown_bytes_max) break;
    }
    return schemes;
}

std::string about_credentials(const ProxySettings& proxy, const Headers& headers) {
    const std::string schemes = other_schemes(headers);
    if (!schemes.empty())
        return "it wants a log-in by " + schemes + ", and paysync knows Basic only; ask for a Basic account";
    if (proxy.username.empty()) return "it wants credentials: give the proxy's username and password";
    return "it does not accept the username and password that are configured";
}

std::string advice(const Origin& origin, const ProxySettings& proxy, const Response& answer) {
    switch (answer.status) {
    case 407: return about_credentials(proxy, answer.headers);
    case 401:
    case 403:
    case 451: return "ask who runs the proxy to allow " + authority_of(origin);
    case 400:
    case 404:
    case 405:
    case 501: return "this does not look like a proxy that allows CONNECT; look at its URL and port";
    case 429: return "it is asked too often";
    case 500:
    case 502:
    case 503:
    case 504: return "the proxy itself could not reach that host; its log says why";
    default: return "see the log of the proxy";
    }
}

enum class Answer { complete, ended, refused };

/// Reads the head of the answer.
Task<Answer> read_head(ByteStream& stream, ResponseReader& reader, ReadBuffer& buffer, error_code& failure) {
    using Progress = ResponseReader::Progress;
    constexpr std::size_t read_bytes = 4096;
    for (;;) {
        const Transfer got = co_await stream.read_some(buffer.prepare(read_bytes), read_bytes);
        failure = got.failure;
        if (got.failure) co_return Answer::ended;
        buffer.commit(got.bytes);
        const Progress progress = reader.read(buffer);
        if (progress == Progress::complete) co_return Answer::complete;
        if (progress == Progress::refused) co_return Answer::refused;
    }
}

std::string why_ended(const ByteStream& stream, error_code failure) {
    if (stream.expired()) return "it did not answer in time";
    if (failure == asio::error::eof) return "it closed the connection without an answer";
    return "the connection to it failed: " + failure.message();
}

} // namespace

std::string authority_of(const Origin& origin) {
    const bool bracketed = origin.host.find(':') != std::string::npos;
    return (bracketed ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
}

std::string basic_credentials(const ProxySettings& proxy) {
    if (proxy.username.empty()) return {};
    const std::string pair = proxy.username + ":" + proxy.password.reveal();
    std::string text((pair.size() + 2) / 3 * 4 + 1, '\0'); // the last for EVP's zero
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(pair.data()), static_cast<int>(pair.size()));
    text.resize(static_cast<std::size_t>(size));
    return "Basic " + text;
}

std::string connect_head(const Origin& origin, const ProxySettings& proxy) {
    const std::string authority = authority_of(origin);
    std::string head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\nUser-Agent: paysync\r\n";
    const std::string credentials = basic_credentials(proxy);
    if (!credentials.empty()) head += "Proxy-Authorization: " + credentials + "\r\n";
    return head += "\r\n";
}

std::string proxy_refusal(const Origin& origin, const ProxySettings& proxy, const Response& answer) {
    namespace http = boost::beast::http;
    const std::string_view reason = http::obsolete_reason(http::int_to_status(answer.status));
    return "the proxy " + proxy.origin.text() + " refused " + authority_of(origin) + " with " +
           std::to_string(answer.status) + " " + std::string(reason) + ": " + advice(origin, proxy, answer);
}

Task<base::Result<void>> open_tunnel(ByteStream& stream, Origin origin, const ProxySettings& proxy) {
    const std::string head = connect_head(origin, proxy);
    const Transfer sent = co_await stream.write(head, {});
    error_code failure = sent.failure;
    ResponseReader reader{"CONNECT", 0, head_bytes_max};
    ReadBuffer buffer;
    auto came = Answer::ended;
    if (!failure) came = co_await read_head(stream, reader, buffer, failure);
    if (failure == asio::error::operation_aborted && !stream.expired())
        co_return Error{Errc::canceled, "stopped while connecting"};
    if (came == Answer::ended) co_return no_tunnel(origin, proxy, why_ended(stream, failure));
    if (came == Answer::refused)
        co_return no_tunnel(origin, proxy, reader.problem() + "; is it an HTTP proxy, and is its scheme right?");
    const Response answer = reader.take();
    if (answer.status / 100 != 2) co_return Error{Errc::not_sent, proxy_refusal(origin, proxy, answer)};
    // The server behind the tunnel speaks second. Whatever is here already is not its.
    if (!buffer.empty()) co_return no_tunnel(origin, proxy, "it sent bytes behind its answer");
    co_return base::Result<void>{};
}

} // namespace paysync::net
