// Salesforce's side of HTTP: tokens, versions, limits, faults; the resources are salesforce_api's.
#pragma once

#include "paysync/net/handler.hpp"
#include "sandbox/api_usage.hpp"
#include "sandbox/oauth.hpp"
#include "sandbox/salesforce_api.hpp"
#include "sandbox/sessions.hpp"

#include <list>
#include <memory>

namespace paysync::sandbox {

class SalesforceHandler final : public net::Handler {
public:
    SalesforceHandler(SalesforceApi& api, OAuth& oauth, Sessions& sessions, ApiUsage& usage, Faults& faults,
                      runtime::Clock& clock, runtime::Chance& chance, net::Handler& control)
        : api_{api},
          oauth_{oauth},
          sessions_{sessions},
          usage_{usage},
          faults_{faults},
          clock_{clock},
          chance_{chance},
          control_{control} {}

    runtime::Task<net::Response> handle(net::Request request) override;

private:
    runtime::Task<net::Response> identify(net::Request request, std::string path);
    runtime::Task<net::Response> data(net::Request request, std::string version, std::string target);
    runtime::Task<net::Response> call(net::Request request, std::string version, std::string target,
                                      runtime::Duration latency);
    std::optional<net::Response> refusal(const net::Request& request);
    std::optional<net::Response> over_limit();
    std::optional<net::Response> read_body(const net::Request& request, ResourceRequest& resource) const;
    std::string limit_info();
    std::optional<net::Response> planned_failure();
    runtime::Duration latency();

    SalesforceApi& api_;
    OAuth& oauth_;
    Sessions& sessions_;
    ApiUsage& usage_;
    Faults& faults_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    net::Handler& control_;
    /// When each call came that has no answer yet. Shared: a call that is cut may outlive the handler.
    std::shared_ptr<std::list<runtime::SteadyTime>> running_ = std::make_shared<std::list<runtime::SteadyTime>>();
};

} // namespace paysync::sandbox
