// One connection of the server, from its handshake to its end.
#pragma once

#include "byte_stream.hpp"
#include "paysync/net/server.hpp"
#include "read_buffer.hpp"
#include "request_reader.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace paysync::net {

/// What the connections of one server share. Held by each of them.
struct ServerState {
    ServerState(ServerSettings with, Handler& to, runtime::Clock& by, base::Metrics& counted)
        : settings{std::move(with)}, handler{to}, clock{by}, metrics{counted} {}

    ServerSettings settings; ///< Server::change() replaces limits and timeouts between two steps of a session
    Handler& handler;
    runtime::Clock& clock;
    base::Metrics& metrics;
    bool stopping = false;
    std::uint64_t failures = 0; ///< of handlers; makes correlation ids
};

/// Runs as one task; the other members are called from the same lane while it waits.
class Session {
public:
    Session(std::shared_ptr<ServerState> server, std::unique_ptr<ByteStream> stream);

    runtime::Task<> run();
    /// Ends the connection if it waits for a request or a handshake.
    void stop_waiting();
    void cut() { stream_->close(); }

private:
    enum class Receipt { complete, gone, refused };

    runtime::Task<bool> greet();
    runtime::Task<bool> serve_one();
    runtime::Task<bool> receive();
    runtime::Task<Receipt> receive_head(RequestReader& reader, Refusal& refusal);
    runtime::Task<Receipt> receive_body(RequestReader& reader, Refusal& refusal);
    using ReadPart = RequestReader::Progress (RequestReader::*)(ReadBuffer&);
    runtime::Task<Receipt> receive_part(RequestReader& reader, ReadPart read, const Refusal& too_slow,
                                        Refusal& refusal);
    runtime::Task<> refuse(Refusal refusal);
    runtime::Task<Response> ask_handler(Request request);
    /// An early answer, where the handler gives one; its exception becomes the 500.
    std::optional<Response> screened(const Request& head);
    Response failure_answer(const std::string& what, const Request& request);
    runtime::Task<bool> answer(const Response& response, std::string_view method, bool keep_alive);
    void count(const char* reason);

    std::shared_ptr<ServerState> server_;
    std::unique_ptr<ByteStream> stream_;
    ReadBuffer buffer_;
    bool waiting_ = false; ///< for a handshake or the first byte of a request: nothing is lost when it is closed now
};

} // namespace paysync::net
