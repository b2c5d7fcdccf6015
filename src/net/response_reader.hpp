// One answer out of bytes as they come. Pure: no socket, no clock.
#pragma once

#include "paysync/net/message.hpp"
#include "read_buffer.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace paysync::net {

class ResponseReader {
public:
    /// `method` of the request: an answer to HEAD has no body, and what follows one to CONNECT is not read here.
    ResponseReader(std::string_view method, std::size_t body_bytes_max, std::size_t header_bytes_max = 64U * 1024U);
    ~ResponseReader();

    enum class Progress { more, complete, refused };

    /// Takes what it understands from the front of `buffer`; interim answers (1xx) are passed over.
    Progress read(ReadBuffer& buffer);
    /// The peer has ended in good order: complete when this answer ends so.
    Progress read_end();
    const std::string& problem() const { return problem_; } ///< after Progress::refused
    bool keep_alive() const { return keep_alive_; }         ///< after Progress::complete
    Response take();                                        ///< after Progress::complete

private:
    struct Parser;

    Progress refused(std::string problem);
    Progress completed();
    void start();

    std::string method_;
    std::size_t body_bytes_max_;
    std::size_t header_bytes_max_;
    std::unique_ptr<Parser> parser_;
    std::string problem_;
    bool keep_alive_ = false;
};

} // namespace paysync::net
