// Fields over relationships, and functions of them: what an expression means on an object.
#pragma once

#include "sandbox/soql.hpp"

#include <string>
#include <vector>

namespace paysync::sandbox::soql {

/// A field reached over any number of references. `leaf` is a field of one of the objects the last may refer to.
struct Path {
    std::vector<const FieldDefinition*> references;
    const FieldDefinition* leaf = nullptr;
    bool type = false; ///< What.Type: the object's name
};

/// What stands on one side of a comparison, in a select list or an order.
struct Operand {
    Path path;
    std::string function;
    const FieldDefinition* kind = nullptr; ///< whose type its values have
    /// Of a grouped query: `aggregates[n]` of its row, else nothing.
    std::optional<std::size_t> aggregate = {};
};

/// Where names are looked up: an object, and what a query calls it.
struct Scope {
    const ObjectCatalog& catalog;
    const ObjectDefinition& object;
    std::string alias = {};
};

/// The steps of a name, without the object's own name or alias in front. Throws Refused.
std::vector<std::string> steps_of(const Scope& scope, const std::string& name);
/// Both throw Refused (INVALID_FIELD).
Path resolve(const Scope& scope, const std::string& name, std::size_t at);
Operand resolve(const Scope& scope, const Expression& expression);

base::Json value_of(const Org& org, const Row& row, const Operand& operand);
/// The value of a path, where it is stored; a null that lives for ever where there is none.
const base::Json& stored_value(const Org& org, const Row& row, const Path& path);

/// Below, equal or above 0. Neither is null.
int compare(const base::Json& a, const base::Json& b);

} // namespace paysync::sandbox::soql
