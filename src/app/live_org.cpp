// Waiting calls over the real transport.
#include "live_org.hpp"

#include "run_to_end.hpp"

namespace paysync::app {

LiveOrg::LiveOrg(const Configuration& configuration)
    : transport_{net::make_transport(configuration.transport, clock_)},
      org_{salesforce::make_org(configuration.org, *transport_, clock_, metrics_)},
      directory_{*org_, clock_} {}

salesforce::Called<std::shared_ptr<const salesforce::ObjectDescription>>
LiveOrg::describe(const std::string& object) {
    return run_to_end<salesforce::Called<std::shared_ptr<const salesforce::ObjectDescription>>>(
        io_, [&] { return org_->describe(object); });
}

salesforce::Called<std::vector<salesforce::Org::QueryAnswer>>
LiveOrg::query(const std::vector<std::string>& statements) {
    return run_to_end<salesforce::Called<std::vector<salesforce::Org::QueryAnswer>>>(
        io_, [&] { return org_->query(statements); });
}

salesforce::Called<sync::Directory::Names> LiveOrg::names(flow::OrgNames wanted) {
    return run_to_end<salesforce::Called<sync::Directory::Names>>(io_, [&] { return directory_.names(wanted); });
}

} // namespace paysync::app
