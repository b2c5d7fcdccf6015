// The bodies of composite calls, there and back.
#pragma once

#include "paysync/salesforce/org.hpp"

#include <optional>
#include <string>
#include <vector>

namespace paysync::salesforce {

/// Limits of one composite call (facts 2.3, 2.4).
inline constexpr std::size_t subrequests_max = 5; ///< of collections and queries together
inline constexpr std::size_t rows_max = 200;      ///< of one collection

/// `/services/data/v64.0`
std::string data_path(const std::string& api_version);

/// At most subrequests_max statements.
Json query_request(const std::string& api_version, const std::vector<std::string>& statements);

/// Collections without rows take no subrequest. null when none has rows.
Json write_request(const std::string& api_version, const std::vector<Collection>& collections);

/// One part of a composite answer.
struct Subanswer {
    int status = 0;
    Json body;
};

/// The parts by their referenceId, which is the index of the statement or collection; nothing when the answer is not
/// a composite answer or names one part twice.
std::optional<std::vector<Subanswer>> read_composite(const Json& body, std::size_t count);

/// The rows' results, as many as the collection has rows; nothing when the answer does not say so of every row.
std::optional<std::vector<RowResult>> read_rows(const Collection& collection, const Subanswer& answer);

} // namespace paysync::salesforce
