// Sending a request and reading its answer.
#include "exchange.hpp"

#include "response_reader.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace paysync::net {

namespace {

using base::Errc;
using base::Error;
using boost::system::error_code;
using runtime::Task;

constexpr std::size_t read_bytes = 16U * 1024U;
/// How long an answer may take after the request could not be written whole: it must be there already.
constexpr auto late_answer = std::chrono::seconds{1};

bool is_cancellation(const ByteStream& stream, error_code failure) {
    return failure == asio::error::operation_aborted && !stream.expired();
}

Error stopped() {
    return {Errc::canceled, "stopped during a request"};
}

struct Reading {
    ResponseReader reader;
    ReadBuffer buffer;
    bool begun = false; ///< a byte of an answer came
    error_code failure; ///< of the connection
};

/// True when the answer is complete.
Task<bool> read_answer(ByteStream& stream, Reading& reading) {
    using Progress = ResponseReader::Progress;
    for (;;) {
        const Transfer got = co_await stream.read_some(reading.buffer.prepare(read_bytes), read_bytes);
        reading.failure = got.failure;
        if (got.failure == asio::error::eof) co_return reading.reader.read_end() == Progress::complete;
        if (got.failure) co_return false;
        reading.buffer.commit(got.bytes);
        reading.begun = reading.begun || got.bytes > 0;
        const Progress progress = reading.reader.read(reading.buffer);
        if (progress != Progress::more) co_return progress == Progress::complete;
    }
}

std::string why_no_answer(const ByteStream& stream, const Reading& reading) {
    if (!reading.reader.problem().empty()) return reading.reader.problem();
    if (stream.expired()) return "no answer before the deadline";
    return "the connection failed: " + reading.failure.message();
}

} // namespace

Task<Exchange> exchange(ByteStream& stream, const Outgoing& outgoing, const ExchangeLimits& limits,
                        runtime::Clock& clock) {
    Exchange result;
    const auto remaining = limits.deadline - clock.steady();
    stream.expires_after(std::min(limits.write_timeout, remaining));
    const Transfer sent = co_await stream.write(outgoing.head, outgoing.body);
    if (sent.failure) {
        const bool late = stream.expired();
        const std::string reason = late ? "it could not be written in time" : sent.failure.message();
        result.response =
            Error{sent.bytes > 0 ? Errc::unknown : Errc::not_sent, "the request was not sent whole: " + reason};
        if (is_cancellation(stream, sent.failure)) {
            result.response = stopped();
            co_return result;
        }
        result.stale = !late;
    }

    const auto span = limits.deadline - clock.steady();
    stream.expires_after(sent.failure ? std::min<runtime::Duration>(span, late_answer) : span);
    Reading reading{ResponseReader{outgoing.method, limits.response_bytes_max}, {}, false, {}};
    const bool complete = co_await read_answer(stream, reading);
    if (complete) {
        result.response = reading.reader.take();
        result.reusable = !sent.failure && reading.reader.keep_alive() && reading.buffer.empty() &&
                          reading.failure != asio::error::eof;
        result.stale = false;
    } else if (is_cancellation(stream, reading.failure)) {
        result.response = stopped();
    } else if (!sent.failure) {
        result.response = Error{Errc::unknown, why_no_answer(stream, reading)};
        result.stale = !reading.begun && !stream.expired();
    } else if (reading.begun) {
        result.stale = false;
        if (result.response.error().code == Errc::not_sent) {
            const std::string detail = result.response.error().detail;
            result.response = Error{Errc::unknown, detail}; // who answers has read something
        }
    }
    co_return result;
}

} // namespace paysync::net
