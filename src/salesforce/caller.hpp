// Authorised calls of one org: turns, tokens, deadlines and counting.
#pragma once

#include "salesforce/answer.hpp"
#include "salesforce/token.hpp"
#include "salesforce/turns.hpp"

#include <string>

namespace paysync::salesforce {

struct Call {
    std::string kind; ///< for metrics: describe, query, page, write, probe
    std::string method = "GET";
    std::string target;
    std::string body;
    Effect effect = Effect::reads;
};

/// Used on one lane.
class Caller {
public:
    Caller(const OrgSettings& settings, net::Transport& transport, runtime::Clock& clock, base::Metrics& metrics);

    /// Waits for its turn, sends, and returns the body of a success (null for an empty one). When the session ended
    /// it is renewed and the call sent once more: a 401 had no effect. A second 401 is a pause.
    Task<Called<Json>> call(Call call);

    /// A part of an answer said that the session ended.
    void session_ended() { tokens_.drop_current(); }

    Usage usage() const { return usage_; }
    /// API calls that Salesforce may have counted.
    std::size_t calls_made() const { return calls_made_; }

private:
    Task<Called<Json>> send(const Call& call, const Session& session);
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
