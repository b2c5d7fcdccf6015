// One Salesforce org, as paysync talks to it.
#pragma once

#include "paysync/base/secret.hpp"
#include "paysync/net/transport.hpp"
#include "paysync/salesforce/describe.hpp"
#include "paysync/salesforce/log_in.hpp"
#include "paysync/salesforce/verdict.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace paysync::base {
class Metrics;
}

namespace paysync::salesforce {

using runtime::Task;

template <class T>
using Called = boost::system::result<T, CallFailure>;
[[noreturn]] void throw_exception_from_error(const CallFailure& failure, const boost::source_location& where);

struct OrgSettings {
    std::string login_url; ///< the org's My Domain, `https://acme.my.salesforce.com`
    Auth auth = Auth::client_credentials;
    std::string client_id;      ///< the app's consumer key
    base::Secret client_secret; ///< for client credentials
    base::Secret private_key;   ///< for jwt: PEM, see check_private_key
    std::string username;       ///< for jwt: of the user that the app acts as
    std::string audience;       ///< for jwt; empty: default_audience(login_url)
    std::string api_version = "64.0";
    std::string expected_org_id; ///< 15 or 18 characters; empty: any
    std::size_t max_in_flight = 4;
    bool compress = false; ///< send larger bodies in gzip, which the REST API takes ("Using Compression")
    runtime::Duration call_timeout = std::chrono::seconds{120};
    runtime::Duration token_timeout = std::chrono::seconds{30};
    runtime::Duration describe_lifetime = std::chrono::hours{1};
};

/// One row of a collection came back.
struct RowResult {
    bool success = false;
    bool created = false;
    std::string id;
    Remedy remedy = Remedy::none;
    ApiError error; ///< the first, when not a success
};

/// One sObject collection: at most 200 rows, at most 5 collections a call.
struct Collection {
    enum class Kind { create, update, upsert };
    Kind kind = Kind::upsert;
    std::string object;        ///< create and upsert; an update may mix objects
    std::string external_id;   ///< upsert: the key field, which stands in each record
    std::vector<Json> records; ///< upsert and create: `{field: value}`; update: with `attributes.type` and `Id`
};

/// Calls that Org::write makes at most for one request that fails as a whole.
inline constexpr std::size_t write_calls_max = 40;

struct Usage {
    std::int64_t used = 0;  ///< by whoever, rolling day, as the last answer said
    std::int64_t limit = 0; ///< 0: not known yet
};

/// Who we are, as the newest token says.
struct Identity {
    std::string instance_url; ///< where calls go; an org can move, so each token may name another
    std::string org_id;       ///< 18 characters
    std::string user_id;
    std::string scopes; ///< separated by blanks, `api id`; empty where Salesforce did not say
};

/// Keeps one access token (one renewal in flight at a time; two 401 in a row with fresh tokens are a pause, never a
/// loop), at most max_in_flight calls, and the descriptions. Used on one lane.
class Org {
public:
    virtual ~Org() = default;

    using Description = std::shared_ptr<const ObjectDescription>;

    /// Cached for describe_lifetime; then asked whether it changed since. That there is no such object is kept for a
    /// minute. One request at a time for an object.
    virtual Task<Called<Description>> describe(std::string object) = 0;

    /// Asks again in full because a value or an answer contradicts the description at hand. For one object not more
    /// than once a minute; else what is at hand.
    virtual Task<Called<Description>> describe_anew(std::string object) = 0;

    /// Answers in the order of the statements. Packs up to 5 into one composite call (one API call), follows
    /// nextRecordsUrl to the end. A statement that Salesforce refuses fails alone, also when it fails its whole call.
    /// Remedy::decide_anew: the org was described anew because of it, and is not what it was.
    struct QueryFailure {
        Remedy remedy;
        ApiError error;
    };
    using QueryAnswer = std::variant<std::vector<Json>, QueryFailure>;
    virtual Task<Called<std::vector<QueryAnswer>>> query(std::vector<std::string> statements) = 0;

    /// One composite call (allOrNone and collateSubrequests false): the collections run in the order given, so
    /// parents stand before children that name them by external id. Row results in the order of the rows, for every
    /// row. What fails as a whole is sent again in parts (by the sets of fields, then by halves) until the rows that
    /// are to blame stand alone and the others are written, in at most write_calls_max calls; rows that could not be
    /// told apart by then are to be tried again later. Remedy::decide_anew: the org was described anew because of
    /// this row, and is not what it was. An answer that does not match the rows is a failure that may have happened.
    /// More than 5 collections or 200 rows are a bug and stop the process.
    virtual Task<Called<std::vector<std::vector<RowResult>>>> write(std::vector<Collection> collections) = 0;

    /// Runs an invocable action once with one input ("Invocable Actions"): `Name` is an autolaunched flow,
    /// `apex/Name` an Apex action, `standard/Name` one of Salesforce's own. Gives its output values. One input a
    /// call, because what became of the others is not told when one fails.
    virtual Task<Called<Json>> invoke(std::string action, Json input) = 0;

    /// One cheap call that says whether the org answers us; for probes and `doctor`.
    virtual Task<Called<void>> probe() = 0;

    virtual Usage usage() const = 0;
    /// Nothing before the first log-in.
    virtual std::optional<Identity> identity() const = 0;
    virtual bool multi_currency() const = 0; ///< known after the first describe
    virtual std::size_t calls_made() const = 0;
};

/// `transport`, `clock`, `metrics` outlive the org.
std::unique_ptr<Org> make_org(OrgSettings settings, net::Transport& transport, runtime::Clock& clock,
                              base::Metrics& metrics);

} // namespace paysync::salesforce
