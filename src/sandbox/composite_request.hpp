// The requests inside a composite request: reading them, and the references by which they quote each other's answers.
#pragma once

#include "sandbox/resource.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace paysync::sandbox {

struct Subrequest {
    ResourceRequest request;
    std::string id;
    bool has_headers = false;
    std::vector<std::size_t> needs; ///< earlier subrequests whose answers it quotes
    bool done = false;
    Reply reply;

    /// Collections and queries: at most five in a composite request.
    bool heavy() const {
        return request.target.starts_with("composite/sobjects") || request.target.starts_with("query");
    }
    bool failed() const { return reply.status >= 400; }
};

/// Reads `compositeRequest`. An answer of 400 when the envelope is not well made: then nothing may run.
std::variant<std::vector<Subrequest>, Reply> read_subrequests(const base::Json& list);

/// The request with each `@{ref.path}` replaced by what it quotes from the answers so far; the answer of a
/// subrequest that quotes what is not there.
std::variant<ResourceRequest, Reply> resolve_references(const Subrequest& subrequest,
                                                        const std::vector<Subrequest>& all);

/// Splits "/services/data/v64.0/sobjects/Contact" into version and target; false when it is no such URL.
bool split_url(std::string_view url, ResourceRequest& request);

} // namespace paysync::sandbox
