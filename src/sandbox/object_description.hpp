// Describe: what the org tells of its objects and fields (REST API guide: resources_sobject_describe).
#pragma once

#include "sandbox/object_catalog.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox {

/// An object's entry in the list of sobjects. `version`: "v64.0", for its URLs.
base::Json object_summary(const ObjectDefinition& object, std::string_view version);

/// All of it. `record_types`: rows of RecordType for this object.
base::Json object_description(const ObjectCatalog& catalog, const ObjectDefinition& object,
                              const std::vector<base::Json>& record_types, std::string_view version);

} // namespace paysync::sandbox
