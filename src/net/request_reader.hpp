// One request out of bytes as they come. Pure: no socket, no clock.
#pragma once

#include "paysync/net/message.hpp"
#include "read_buffer.hpp"

#include <memory>
#include <string_view>

namespace paysync::net {

/// Why a request is answered without asking a handler.
struct Refusal {
    unsigned status;
    const char* reason; ///< label of the metric, code in the answer
    const char* sentence;
};

namespace refusals {
constexpr Refusal malformed{400, "malformed", "This is not a well-formed HTTP/1.1 request."};
constexpr Refusal head_too_slow{408, "head_too_slow", "The head of the request took too long."};
constexpr Refusal body_too_slow{408, "body_too_slow", "The body of the request took too long."};
constexpr Refusal body_too_large{413, "body_too_large", "The body of the request is over the limit."};
constexpr Refusal expectation{417, "expectation", "Only the expectation 100-continue is understood."};
constexpr Refusal head_too_large{431, "head_too_large", "The head of the request is over the limit."};
} // namespace refusals

class RequestReader {
public:
    RequestReader(std::size_t header_bytes_max, std::size_t body_bytes_max);
    ~RequestReader();

    enum class Progress { more, complete, refused };

    /// Takes the head from the front of `buffer` and nothing behind it.
    Progress read_head(ReadBuffer& buffer);
    /// After the head: takes the body, of whatever framing. Bytes of the next request stay.
    Progress read_body(ReadBuffer& buffer);
    const Refusal& refusal() const { return refusal_; } ///< after Progress::refused

    Request& request() { return request_; } ///< its body is empty until read_body() is complete
    bool keep_alive() const;                ///< what the client asked for; never for HTTP/1.0
    bool awaits_continue() const;           ///< a body will come only after a 100

private:
    struct Parser;

    Progress refused(const Refusal& why);
    Progress check_head();

    std::size_t header_bytes_max_;
    std::size_t header_bytes_ = 0;
    std::unique_ptr<Parser> parser_;
    Request request_;
    Refusal refusal_ = refusals::malformed;
};

} // namespace paysync::net
