// Reading requests with Beast's parser.
#include "request_reader.hpp"

#include "paysync/base/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>

namespace paysync::net {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

/// Beast 1.81 asserts that it sees five bytes when it looks at the end of a chunked body again. No chunked body has
/// fewer than these ("0", two line ends) left before its end, so waiting for them loses nothing.
constexpr std::size_t chunked_bytes_min = 5;

const Refusal& refusal_for(const error_code& failure) {
    if (failure == http::error::header_limit) return refusals::head_too_large;
    if (failure == http::error::body_limit) return refusals::body_too_large;
    return refusals::malformed;
}

} // namespace

struct RequestReader::Parser {
    http::request_parser<http::string_body> http;
};

RequestReader::RequestReader(std::size_t header_bytes_max, std::size_t body_bytes_max)
    : header_bytes_max_{header_bytes_max}, parser_{std::make_unique<Parser>()} {
    parser_->http.header_limit(static_cast<std::uint32_t>(header_bytes_max));
    parser_->http.body_limit(body_bytes_max);
}

RequestReader::~RequestReader() = default;

RequestReader::Progress RequestReader::refused(const Refusal& why) {
    refusal_ = why;
    return Progress::refused;
}

RequestReader::Progress RequestReader::read_head(ReadBuffer& buffer) {
    auto& http = parser_->http;
    while (header_bytes_ == 0 && buffer.bytes().starts_with("\r\n")) buffer.consume(2); // RFC 9112 2.2
    while (!http.is_header_done()) {
        if (buffer.empty()) return Progress::more;
        error_code failure;
        const std::size_t used = http.put(boost::asio::buffer(buffer.bytes()), failure);
        buffer.consume(used);
        header_bytes_ += used;
        if (failure && failure != http::error::need_more) return refused(refusal_for(failure));
        // Beast limits the request line and the fields, not their sum.
        if (header_bytes_ + (failure ? buffer.size() : 0) > header_bytes_max_)
            return refused(refusals::head_too_large);
        if (failure) return Progress::more;
    }
    return check_head();
}

RequestReader::Progress RequestReader::check_head() {
    const auto& head = parser_->http.get();
    request_.method = std::string(head.method_string());
    request_.target = std::string(head.target());
    std::size_t hosts = 0;
    bool coded = false;
    for (const auto& field : head) {
        request_.headers.add(std::string(field.name_string()), std::string(field.value()));
        if (field.name() == http::field::host) ++hosts;
        if (field.name() == http::field::transfer_encoding) coded = true;
    }
    // RFC 9112: 3.2 (one Host), 6.1 (a coding other than chunked has no length that proxy and we would agree on).
    if (head.version() == 11 ? hosts != 1 : hosts > 1) return refused(refusals::malformed);
    if (coded && (!parser_->http.chunked() || head.version() == 10)) return refused(refusals::malformed);
    if (coded && base::lower(base::trimmed(std::string(head[http::field::transfer_encoding]))) != "chunked")
        return refused(refusals::malformed);
    if (!request_.target.starts_with('/') && request_.target != "*") {
        const auto absolute = parse_url(request_.target); // the form that proxies use, 3.2.2
        if (!absolute) return refused(refusals::malformed);
        request_.target = absolute->target;
    }
    const auto expected = head[http::field::expect];
    if (!expected.empty() && base::lower(std::string(expected)) != "100-continue")
        return refused(refusals::expectation);
    return Progress::complete;
}

RequestReader::Progress RequestReader::read_body(ReadBuffer& buffer) {
    auto& http = parser_->http;
    while (!http.is_done()) {
        if (buffer.empty() || (http.chunked() && buffer.size() < chunked_bytes_min)) return Progress::more;
        error_code failure;
        const std::size_t used = http.put(boost::asio::buffer(buffer.bytes()), failure);
        buffer.consume(used);
        if (failure == http::error::need_more) {
            // What is left is a chunk's head or the trailer: neither may grow without end.
            if (buffer.size() > header_bytes_max_) return refused(refusals::malformed);
            return Progress::more;
        }
        if (failure) return refused(refusal_for(failure));
    }
    request_.body = std::move(http.get().body());
    return Progress::complete;
}

bool RequestReader::keep_alive() const {
    return parser_->http.get().version() == 11 && parser_->http.keep_alive();
}

bool RequestReader::awaits_continue() const {
    const auto& http = parser_->http;
    return http.get().version() == 11 && !http.is_done() && !http.get()[http::field::expect].empty();
}

} // namespace paysync::net
