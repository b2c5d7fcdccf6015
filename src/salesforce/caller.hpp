// Authorised calls of one org: turns, tokens, deadlines and counting.
#pragma once

#include "salesforce/answer.hpp"
#include "salesforce/token.hpp"
#include "salesforce/turns.hpp"

#include <string>

namespace paysync::salesforce {

struct Call {
    std::string kind; ///< for metrics: describe, query, page, write, split, probe
    std::string method = "GET";
    std::string target;
    std::string body;
    std::string if_modified_since; ///< an HTTP date; the answer may then be 304, which is a success without a body
    Effect effect = Effect::reads;
};

struct Reply {
    int status = 0;
    Json body;                 ///< null for an empty one
    std::string last_modified; ///< when what it tells was last changed, or when it was told; may be empty
};

/// Used on one lane.
class Caller {
public:
    Caller(const OrgSettings& settings, net::Transport& transport, runtime::Clock& clock, base::Metrics& metrics);

    /// Waits for its turn, sends, and returns a success. When the session ended it is renewed and the call sent once
    /// more, to the instance of the new token: a 401 had no effect. A second 401 is a pause.
    Task<Called<Reply>> exchange(Call call);
    /// The same, for whom only the body matters.
    Task<Called<Json>> call(Call call);

    /// A part of an answer said that the session ended.
    void session_ended() { tokens_.drop_current(); }

    Usage usage() const { return usage_; }
    const std::optional<Identity>& identity() const { return tokens_.identity(); }
    /// API calls that Salesforce may have counted.
    std::size_t calls_made() const { return calls_made_; }

private:
    Task<Called<Reply>> send(const Call& call, const Session& session);
    void note_usage(const net::Headers& headers);

    const OrgSettings& settings_;
    net::Transport& transport_;
    runtime::Clock& clock_;
    base::Metrics& metrics_;
    Turns turns_;
    TokenKeeper tokens_;
    Usage usage_;
    std::size_t calls_made_ = 0;
};

} // namespace paysync::salesforce
