// The records of the simulated org and the rules by which they change. Synchronous; time is handed in.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "sandbox/object_catalog.hpp"
#include "sandbox/row_error.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox {

using FieldValues = std::map<std::string, base::Json>; ///< by the field's own name, in stored form

struct Row {
    std::string id;    ///< 18 characters
    base::Json fields; ///< an object with every field of the definition
    bool deleted = false;
    std::string deleted_with = {}; ///< the record whose deletion took it along; empty: its own
};

/// What to put back when a transaction is rolled back, in the order of the changes.
struct Change {
    std::string object;
    std::string id;
    std::optional<Row> before; ///< nothing: the row was created
};
using Journal = std::vector<Change>;

/// A record of a request, read and checked before anything is written.
struct ReadRow {
    FieldValues values;
    std::optional<RowError> error;
};

/// What a request's headers say about its writes.
struct WriteOptions {
    bool auto_assign = true;        ///< Sforce-Auto-Assign
    bool save_duplicates = false;   ///< Sforce-Duplicate-Rule-Header: allowSave
    bool duplicate_details = false; ///< … includeRecordDetails
    std::string version = "v64.0";  ///< for the URLs of records that an error names
};

struct Written {
    std::string id;
    bool created = false;
    std::optional<RowError> error;
};

struct OrgSettings {
    std::string currency;
    bool multi_currency = false;
    std::vector<std::string> currencies;
    bool person_accounts = false;
    std::string username = {}; ///< of the running user; empty: integration@sandbox.example
};

class AdminRules;

class Org {
public:
    /// `rules` may be null: none.
    Org(const ObjectCatalog& catalog, OrgSettings settings, const AdminRules* rules, base::WallTime now);

    /// Back to the empty org: users, queues and record types (setup/default_org.json), the organization, currencies.
    void reset(base::WallTime now);

    const ObjectCatalog& catalog() const { return catalog_; }
    const std::string& running_user() const { return running_user_; }
    const std::string& organization() const { return organization_; }
    /// Of the running user: Europe/Berlin.
    std::string time_zone() const;

    /// Reads a record as JSON gives it: unknown and read-only fields, types, lengths, picklists, parents named by
    /// their external id. `attributes` is passed over.
    ReadRow read(const ObjectDefinition& object, const base::Json& record, bool creating) const;
    /// The same for seeds: read-only fields are taken.
    ReadRow read_seed(const ObjectDefinition& object, const base::Json& record) const;

    /// Rules that need the other rows are checked here: required fields, parents, uniqueness.
    Written insert(const ObjectDefinition& object, const FieldValues& values, const WriteOptions& options,
                   base::WallTime now, Journal& journal);
    Written insert_seed(const ObjectDefinition& object, const FieldValues& values, base::WallTime now,
                        Journal& journal);
    Written update(const ObjectDefinition& object, const std::string& id, const FieldValues& values,
                   const WriteOptions& options, base::WallTime now, Journal& journal);
    Written erase(const std::string& id, base::WallTime now, Journal& journal);
    /// Takes a record, and what went with it, out of the recycle bin.
    Written restore(const std::string& id, base::WallTime now, Journal& journal);
    /// Children of the losers become the master's; losers are deleted and name it in MasterRecordId.
    Written merge(const std::string& master, const std::vector<std::string>& losers, base::WallTime now,
                  Journal& journal);
    void roll_back(Journal& journal);
    /// Rows get the fields that their object was given since.
    void add_new_fields(const ObjectDefinition& object);

    /// Null where there is no such row; a deleted one is given too.
    const Row* find(const ObjectDefinition& object, std::string_view id) const;
    const Row* find(std::string_view id) const;
    /// Ids of the rows, not deleted, whose key field has this value, by the field's own rule of case.
    std::vector<std::string> find_by_key(const ObjectDefinition& object, const FieldDefinition& key,
                                         const base::Json& value) const;
    /// A superset of the rows whose indexed field equals `value` without case; includes deleted ones.
    const std::set<std::string>& candidates(const ObjectDefinition& object, const FieldDefinition& field,
                                            const base::Json& value) const;
    /// All rows in order of creation, deleted ones included.
    const std::map<std::string, Row>& rows(const ObjectDefinition& object) const;

    /// The Accounts that writing these values locks: the row itself, and those of its old and new parents.
    std::set<std::string> accounts_touched(const ObjectDefinition& object, const std::string& id,
                                           const FieldValues& values) const;
    std::vector<base::Json> record_types(const ObjectDefinition& object) const;

private:
    struct Table {
        std::map<std::string, Row> rows;
        std::map<std::string, std::map<std::string, std::set<std::string>>> index; // field -> folded value -> ids
        std::uint64_t next_serial = 1;
    };

    std::optional<RowError> read_relation(const ObjectDefinition& object, const FieldDefinition& reference,
                                          const base::Json& nested, FieldValues& values) const;
    ReadRow read_fields(const ObjectDefinition& object, const base::Json& record,
                        const std::function<bool(const FieldDefinition&)>& writable) const;
    friend class StandardEffects;

    Written create(const ObjectDefinition& object, const FieldValues& values, const WriteOptions* options,
                   base::WallTime now, Journal& journal);
    void seed_empty_org(base::WallTime now);
    std::optional<RowError> refusal(const ObjectDefinition& object, const Row& row, const base::Json* before,
                                    const FieldValues& values, const WriteOptions& options, base::WallTime now,
                                    const Journal& journal) const;
    void assign(const ObjectDefinition& object, Row& row, const WriteOptions& options, base::WallTime now) const;
    void set_defaults(const ObjectDefinition& object, const FieldValues& values, base::WallTime now, Row& row) const;
    std::optional<RowError> check_row(const ObjectDefinition& object, const Row& row,
                                      const FieldValues& changed) const;
    std::optional<RowError> check_unique(const ObjectDefinition& object, const FieldDefinition& field,
                                         const Row& row) const;
    std::optional<RowError> check_reference(const FieldDefinition& field, const base::Json& value) const;
    void put(const ObjectDefinition& object, Row row, Journal& journal);
    void index_row(Table& table, const ObjectDefinition& object, const Row& row, bool add);
    void erase_row(const ObjectDefinition& object, const Row& row, const std::string& root, base::WallTime now,
                   Journal& journal);
    void release_children(const std::string& id, const std::string& root, base::WallTime now, Journal& journal);

    const ObjectCatalog& catalog_;
    OrgSettings settings_;
    const AdminRules* rules_;
    std::map<std::string, Table> tables_; // by object
    std::string running_user_;
    std::string organization_;
};

/// What an index and a comparison without case use for a value.
std::string index_key(const base::Json& value);

/// Rules of single standard objects that a definition cannot say: campaign members, person accounts, …
std::optional<RowError> standard_refusal(const Org& org, const ObjectDefinition& object, const Row& row,
                                         const base::Json* before, const FieldValues& given);

/// Fields that the org derives from others, set in `fields`. `before`: the row as it was, null when it is created;
/// `given`: the values of the request.
void derive_fields(const Org& org, const ObjectDefinition& object, const FieldValues& given, const base::Json* before,
                   base::WallTime now, base::Json& fields);

} // namespace paysync::sandbox
