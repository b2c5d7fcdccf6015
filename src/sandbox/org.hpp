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

struct Written {
    std::string id;
    bool created = false;
    std::optional<RowError> error;
};

struct OrgSettings {
    std::string currency;
    bool multi_currency = false;
    std::vector<std::string> currencies;
};

class Org {
public:
    Org(const ObjectCatalog& catalog, OrgSettings settings, base::WallTime now);

    /// Back to the empty org: a user, the organization, currencies.
    void reset(base::WallTime now);

    const ObjectCatalog& catalog() const { return catalog_; }
    const std::string& running_user() const { return running_user_; }
    const std::string& organization() const { return organization_; }

    /// Reads a record as JSON gives it: unknown and read-only fields, types, lengths, picklists, parents named by
    /// their external id. `attributes` is passed over.
    ReadRow read(const ObjectDefinition& object, const base::Json& record, bool creating) const;
    /// The same for seeds: read-only fields are taken.
    ReadRow read_seed(const ObjectDefinition& object, const base::Json& record) const;

    /// Rules that need the other rows are checked here: required fields, parents, uniqueness.
    Written insert(const ObjectDefinition& object, const FieldValues& values, base::WallTime now, Journal& journal);
    Written insert_seed(const ObjectDefinition& object, const FieldValues& values, base::WallTime now,
                        Journal& journal);
    Written update(const ObjectDefinition& object, const std::string& id, const FieldValues& values,
                   base::WallTime now, Journal& journal);
    Written erase(const std::string& id, base::WallTime now, Journal& journal);
    void roll_back(Journal& journal);

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
    Written create(const ObjectDefinition& object, const FieldValues& values, bool seed, base::WallTime now,
                   Journal& journal);
    std::optional<RowError> check_row(const ObjectDefinition& object, const Row& row,
                                      const FieldValues& changed) const;
    std::optional<RowError> check_unique(const ObjectDefinition& object, const FieldDefinition& field,
                                         const Row& row) const;
    std::optional<RowError> check_reference(const FieldDefinition& field, const base::Json& value) const;
    void put(const ObjectDefinition& object, Row row, Journal& journal);
    void index_row(Table& table, const ObjectDefinition& object, const Row& row, bool add);
    void erase_row(const ObjectDefinition& object, const Row& row, base::WallTime now, Journal& journal);
    void release_children(const std::string& id, base::WallTime now, Journal& journal);

    const ObjectCatalog& catalog_;
    OrgSettings settings_;
    std::map<std::string, Table> tables_; // by object
    std::string running_user_;
    std::string organization_;
};

/// What an index and a comparison without case use for a value.
std::string index_key(const base::Json& value);

/// Fields that the org derives from others, set in `fields`. `before`: the row as it was, null when it is created;
/// `given`: the values of the request.
void derive_fields(const Org& org, const ObjectDefinition& object, const FieldValues& given, const base::Json* before,
                   base::WallTime now, base::Json& fields);

} // namespace paysync::sandbox
