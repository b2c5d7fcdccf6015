// The resources under /services/data/vXX.0, without the envelope of HTTP, tokens and limits.
#pragma once

#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sandbox/sandbox.hpp"
#include "sandbox/account_locks.hpp"
#include "sandbox/composite_request.hpp"
#include "sandbox/invocable_actions.hpp"
#include "sandbox/org.hpp"
#include "sandbox/resource.hpp"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace paysync::sandbox {

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
    SalesforceApi(Org& org, InvocableActions& actions, Faults& faults, runtime::Clock& clock, runtime::Chance& chance,
                  const SandboxSettings& settings)
        : org_{org},
          actions_{actions},
          faults_{faults},
          clock_{clock},
          chance_{chance},
          settings_{settings},
          started_{clock.wall()},
          locks_{clock} {}

    /// One HTTP call; `latency` is how long it takes.
    runtime::Task<Reply> call(ResourceRequest request, runtime::Duration latency);
    std::uint64_t daily_limit() const { return faults_.daily_limit.value_or(settings_.daily_limit); }
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

    runtime::Task<Reply> run(ResourceRequest request, Transaction& transaction);

    // Discovery
    std::optional<Reply> discover(const ResourceRequest& request, const std::vector<std::string>& parts);
    Reply resources(const std::string& version) const;
    static Reply composite_resources(const std::string& version);
    Reply limits() const;
    Reply global_describe(const ResourceRequest& request) const;
    Reply describe(const ResourceRequest& request, const ObjectDefinition& object) const;
    Reply replicate(const ResourceRequest& request, const ObjectDefinition& object, bool deleted) const;
    Reply recent(const std::string& version, const ObjectDefinition* only) const;

    // Single records
    runtime::Task<Reply> sobjects(ResourceRequest request, std::vector<std::string> parts, Transaction& transaction);
    Reply read_record(const ResourceRequest& request, const ObjectDefinition& object, const Row& row) const;
    runtime::Task<Reply> create_record(ResourceRequest request, const ObjectDefinition& object,
                                       Transaction& transaction);
    runtime::Task<Reply> change_record(ResourceRequest request, const ObjectDefinition& object, std::string id,
                                       Transaction& transaction);
    runtime::Task<Reply> by_external_id(ResourceRequest request, const ObjectDefinition& object, std::string field,
                                        std::string value, Transaction& transaction);
    runtime::Task<Reply> upsert_record(ResourceRequest request, const ObjectDefinition& object, std::string key,
                                       base::Json value, std::vector<std::string> found, Transaction& transaction);
    Reply related(const ResourceRequest& request, const ObjectDefinition& object, const Row& row,
                  const std::string& relationship);

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

    // Many requests in one
    runtime::Task<Reply> composite(ResourceRequest request, runtime::Duration latency);
    runtime::Task<Reply> graph(ResourceRequest request, runtime::Duration latency);
    runtime::Task<Reply> batch(ResourceRequest request, runtime::Duration latency);
    runtime::Task<Reply> tree(ResourceRequest request, const ObjectDefinition& object, runtime::Duration latency);
    runtime::Task<bool> run_subrequests(std::vector<Subrequest>& subrequests, std::vector<std::size_t> order,
                                        std::string version, Transaction& transaction);
    std::vector<std::size_t> order_of(const std::vector<Subrequest>& subrequests, bool collate);
    runtime::Task<Reply> run_subrequest(Subrequest& subrequest, const std::vector<Subrequest>& all,
                                        std::string version, Transaction& transaction);

    /// Takes locks, lets the time pass, writes. Rows that failed have their error set, created ones their id.
    runtime::Task<> write(std::vector<PlannedRow>& rows, bool all_or_none, WriteOptions options,
                          Transaction& transaction);
    runtime::Task<> take_locks(std::vector<PlannedRow>& rows, Transaction& transaction);

    Org& org_;
    InvocableActions& actions_;
    Faults& faults_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    const SandboxSettings& settings_;
    base::WallTime started_;
    std::uint64_t used_ = 0;
    AccountLocks locks_;
    std::deque<Cursor> cursors_;
    std::uint64_t next_cursor_ = 1;
};

} // namespace paysync::sandbox
