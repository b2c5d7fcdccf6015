// Records as answers show them.
#pragma once

#include "sandbox/soql.hpp"
#include "sandbox/soql_path.hpp"

#include <string>

namespace paysync::sandbox::soql {

base::Json attributes_of(const ObjectDefinition& object, const std::string& id, std::string_view version);

/// Puts a field, own or of a parent, into a record's JSON. A parent that is not there becomes null.
void show_field(const Org& org, const Scope& scope, const Row& row, const std::string& name, std::string_view version,
                base::Json& into);
/// The fields of the branch of TYPEOF that the referred record's type selects.
void show_branches(const Org& org, const Scope& scope, const Row& row, const Selection& selection,
                   std::string_view version, base::Json& into);

} // namespace paysync::sandbox::soql
