// All keys of flow files: what the loader takes, and what config/flow.schema.json tells editors.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace paysync::flow {

/// By kind of map: "flow", "fragment", "record", "use", … as the schema names them under `$defs`.
const std::map<std::string, std::vector<std::string>>& keys_of_files();

/// Of one kind.
const std::vector<std::string>& keys_of(const std::string& kind);

} // namespace paysync::flow
