// The flows that paysync ships, inside the binary.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace paysync::flow {

/// By path relative to the source root: `config/flows/payer.yaml`, …, and `config/functions.jq`.
std::map<std::string, std::string_view> embedded_flows();

} // namespace paysync::flow
