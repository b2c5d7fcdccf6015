// The resources under /services/data/vXX.0, without the envelope of HTTP, tokens and limits.
#pragma once

#include "paysync/net/message.hpp"
#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sandbox/faults.hpp"
#include "sandbox/account_locks.hpp"
#include "sandbox/org.hpp"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace paysync::sandbox {

/// One request to a resource: a call's own, or one of a composite's.
struct ResourceRequest {
    std::string method;
    std::string version; ///< "v64.0"
    std::string
        target; ///< after the version, without leading slash, with the query: "sobjects/Contact/003…?fields=Id"
    net::Headers headers;
    std::optional<base::Json> body; ///< nothing: none, or not JSON

    /// The path's parts, decoded.
    std::vector<std::string> parts() const;
};

struct Reply {
    unsigned status = 200;
    base::Json body; ///< null: none
    net::Headers headers;
};

Reply error_reply(unsigned status, const RowError& error);
Reply error_reply(unsigned status, std::string code, std::string message);

/// What the requests of one transaction share.
struct Transaction {
    AccountLocks::Holder& locks;
    runtime::Duration pause;    ///< how long each request takes
    Journal* journal = nullptr; ///< not null: all or none, changes are noted here and locks are kept
};

/// A record of a request, resolved to what is to be done before anything is.
struct PlannedRow {
    enum class Action { create, update, erase } action = Action::create;
    const ObjectDefinition* object = nullptr;
    std::string id; ///< of an update or erasure
    FieldValues values;
    std::optional<RowError> error;
};

class SalesforceApi {
public:
    SalesforceApi(Org& org, Faults& faults, runtime::Clock& clock, runtime::Chance& chance, std::uint64_t daily_limit)
        : org_{org}, faults_{faults}, clock_{clock}, chance_{chance}, daily_limit_{daily_limit}, locks_{clock} {}

    runtime::Task<Reply> run(ResourceRequest request, Transaction& transaction);
    runtime::Task<Reply> composite(ResourceRequest request, runtime::Duration latency);
    AccountLocks& locks() { return locks_; }
    std::uint64_t daily_limit() const { return faults_.daily_limit.value_or(daily_limit_); }
    void set_usage(std::uint64_t used) { used_ = used; } ///< told by `limits`
    /// Cursors of queries end with the records that they were over.
    void forget_cursors() { cursors_.clear(); }

private:
    struct Cursor {
        std::string id;
        std::size_t total = 0;
        std::size_t page = 0;
        std::vector<base::Json> rows;
    };
    struct Subrequest;

    // Single records
    runtime::Task<Reply> sobjects(ResourceRequest request, std::vector<std::string> parts, Transaction& transaction);
    Reply read_record(const ResourceRequest& request, const ObjectDefinition& object, const Row& row) const;
    runtime::Task<Reply> create_record(ResourceRequest request, const ObjectDefinition& object,
                                       Transaction& transaction);
    runtime::Task<Reply> change_record(ResourceRequest request, const ObjectDefinition& object, std::string id,
                                       Transaction& transaction);
    runtime::Task<Reply> by_external_id(ResourceRequest request, const ObjectDefinition& object, std::string field,
                                        std::string value, Transaction& transaction);
    Reply describe(const ObjectDefinition& object) const;

    // Collections
    runtime::Task<Reply> collection(ResourceRequest request, std::vector<std::string> parts,
                                    Transaction& transaction);
    runtime::Task<Reply> write_collection(ResourceRequest request, std::vector<std::string> parts,
                                          Transaction& transaction);
    std::optional<Reply> plan_collection(const ResourceRequest& request, const std::vector<std::string>& parts,
                                         std::vector<PlannedRow>& rows) const;
    PlannedRow plan_record(const base::Json& record, const ObjectDefinition& object, bool creating) const;
    PlannedRow plan_upsert(const base::Json& record, const ObjectDefinition& object,
                           const FieldDefinition& key) const;
    runtime::Task<Reply> erase_collection(ResourceRequest request, Transaction& transaction);
    Reply retrieve(const ResourceRequest& request, const std::vector<std::string>& parts) const;

    // Queries
    Reply query(const ResourceRequest& request, const std::vector<std::string>& parts);
    Reply page(Cursor& cursor, std::size_t begin, const std::string& version);

    // Composite
    std::optional<Reply> read_composite(const ResourceRequest& request, std::vector<Subrequest>& subrequests) const;
    std::vector<std::size_t> order_of(const std::vector<Subrequest>& subrequests, bool collate);
    runtime::Task<Reply> run_subrequest(Subrequest& subrequest, const std::vector<Subrequest>& all,
                                        std::string version, Transaction& transaction);

    /// Takes locks, lets the time pass, writes. Rows that failed have their error set, created ones their id.
    runtime::Task<> write(std::vector<PlannedRow>& rows, bool all_or_none, Transaction& transaction);
    runtime::Task<> take_locks(std::vector<PlannedRow>& rows, Transaction& transaction);

    Org& org_;
    Faults& faults_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    std::uint64_t daily_limit_;
    std::uint64_t used_ = 0;
    AccountLocks locks_;
    std::deque<Cursor> cursors_;
    std::uint64_t next_cursor_ = 1;
};

} // namespace paysync::sandbox
