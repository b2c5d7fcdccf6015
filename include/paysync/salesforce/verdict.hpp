// What an error of Salesforce means for us: one pure table.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::salesforce {

/// What to do about an error. Source: the REST API guide's status codes and what public clients met.
enum class Remedy {
    none,          ///< success (OPERATION_ENQUEUED)
    retry,         ///< the same again later
    retry_at_once, ///< lost a race on a new key: the same again becomes an update
    renew_token,   ///< the session ended
    slow_down,     ///< too many long requests at once: fewer in flight
    pause,         ///< nothing will work until a person or a day passes: limit spent, user locked, wrong set-up
    resolve_anew,  ///< the id we hold is stale (deleted, merged): look up again
    decide_anew,   ///< the org is not as it was described: decide once more on its new description
    choose_record, ///< a duplicate rule or a non-unique key: which record is meant?
    give_up,       ///< this row will never be accepted as it is
};

std::string_view name(Remedy remedy);

/// Judges one error of a row or a request. `status` is the HTTP status (200 for a row of a collection). Codes nobody
/// knows: give_up below 500, retry from 500 on. Never decide_anew: that takes a look at the org.
Remedy judge(int status, std::string_view code, std::string_view message);

/// Can the error come from a description that is out of date: a field or object that is gone or new, a value of a
/// picklist, a length, a required field? Then it is worth asking again, once.
bool contradicts_description(std::string_view code, std::string_view message);

/// What the operator should look at, a sentence without a full stop; empty where there is nothing to be done or
/// nothing known. Texts of OAuth and of the API alike.
std::string_view advice(int status, std::string_view code, std::string_view message);

/// An error as Salesforce wrote it.
struct ApiError {
    std::string code;
    std::string message;
    std::vector<std::string> fields;
};

/// Why a whole call failed.
struct CallFailure {
    Remedy remedy = Remedy::retry;
    bool reached = false; ///< false: no answer of Salesforce's at all (network, TLS, time-out, HTML error page)
    bool may_have_happened = false; ///< sent without an answer
    int status = 0;
    ApiError error;
    std::optional<int> retry_after_seconds;

    std::string text() const; ///< a sentence for people, with advice where there is some
};

} // namespace paysync::salesforce
