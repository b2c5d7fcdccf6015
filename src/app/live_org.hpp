// The real org, for commands that ask and never write.
#pragma once

#include "paysync/app/configuration.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sync/directory.hpp"

#include <boost/asio/io_context.hpp>

namespace paysync::app {

/// Every call waits for its answer.
class LiveOrg {
public:
    explicit LiveOrg(const Configuration& configuration);

    salesforce::Called<std::shared_ptr<const salesforce::ObjectDescription>> describe(const std::string& object);
    salesforce::Called<std::vector<salesforce::Org::QueryAnswer>> query(const std::vector<std::string>& statements);
    /// What the flows call by name.
    salesforce::Called<sync::Directory::Names> names(flow::OrgNames wanted);
    std::size_t calls_made() const { return org_->calls_made(); }

private:
    boost::asio::io_context io_{1};
    runtime::SystemClock clock_;
    base::Metrics metrics_;
    std::unique_ptr<net::Transport> transport_;
    std::unique_ptr<salesforce::Org> org_;
    sync::Directory directory_;
};

} // namespace paysync::app
