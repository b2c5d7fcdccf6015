// The keys of `salesforce` that say how paysync logs in.
#pragma once

#include "section.hpp"

namespace paysync::app {

/// Reads them; which keys are given says the flow, unless `auth` does.
void read_log_in(Section& section, salesforce::OrgSettings& org);

/// What the flow needs, and what belongs to the other; all mistakes at once.
void check_log_in(Section& section, const salesforce::OrgSettings& org, const Reading& reading);

} // namespace paysync::app
