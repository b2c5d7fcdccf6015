// Names by which flows speak of what the org has: queues, record types and users.
#pragma once

#include "paysync/flow/flow_set.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/salesforce/org.hpp"

#include <memory>
#include <optional>

namespace paysync::sync {

/// One call of the org in an hour, and only where the flows ask for such names. Used on one lane.
class Directory {
public:
    using Names = std::shared_ptr<const flow::Json>;

    Directory(salesforce::Org& org, runtime::Clock& clock) : org_{org}, clock_{clock} {}

    /// What Input::org is to be. Null where no flow asks for it.
    runtime::Task<salesforce::Called<Names>> names(flow::OrgNames wanted);
    /// The same, asked anew because a name was not found; not more than once a minute, else what is at hand.
    runtime::Task<salesforce::Called<Names>> names_anew(flow::OrgNames wanted);

private:
    runtime::Task<salesforce::Called<Names>> ask(flow::OrgNames wanted);

    salesforce::Org& org_;
    runtime::Clock& clock_;
    flow::OrgNames known_;
    Names names_;
    std::optional<runtime::SteadyTime> asked_at_;
};

} // namespace paysync::sync
