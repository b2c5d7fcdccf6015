// Salesforce's side of HTTP: tokens, versions, limits, faults; the resources are salesforce_api's.
#pragma once

#include "paysync/net/handler.hpp"
#include "sandbox/salesforce_api.hpp"
#include "sandbox/sessions.hpp"

namespace paysync::sandbox {

class SalesforceHandler final : public net::Handler {
public:
    SalesforceHandler(Org& org, SalesforceApi& api, Sessions& sessions, ApiUsage& usage, Faults& faults,
                      runtime::Clock& clock, runtime::Chance& chance, net::Handler& control)
        : org_{org},
          api_{api},
          sessions_{sessions},
          usage_{usage},
          faults_{faults},
          clock_{clock},
          chance_{chance},
          control_{control} {}

    runtime::Task<net::Response> handle(net::Request request) override;

private:
    runtime::Task<net::Response> token(net::Request request);
    runtime::Task<net::Response> data(net::Request request, std::string version, std::string target);
    runtime::Task<net::Response> call(net::Request request, std::string version, std::string target,
                                      runtime::Duration latency);
    std::optional<net::Response> refusal(const net::Request& request);
    std::optional<net::Response> planned_failure();
    runtime::Duration latency();

    Org& org_;
    SalesforceApi& api_;
    Sessions& sessions_;
    ApiUsage& usage_;
    Faults& faults_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    net::Handler& control_;
};

} // namespace paysync::sandbox
