// /control: what tests, the demo and people may see and do that Salesforce and Checkout.com would not let them.
#pragma once

#include "paysync/net/handler.hpp"
#include "paysync/sandbox/sandbox.hpp"
#include "sandbox/checkout/checkout_control.hpp"

namespace paysync::sandbox {

/// GET  /control/records?object=Contact   all records, every field, in order of creation
/// POST /control/records                  {"object": "Contact", "records": [{…}]}: inserts without API calls
/// GET  /control/calls[?all=true]         [{"resource", "method", "count"}]
/// POST /control/webhooks                 bodies, or {"bodies": […], "wait": true, "parallel": 16}: signs and sends
/// GET  /control/webhooks                 what became of each
/// POST /control/payments                 bodies that the Checkout.com API knows though they are not sent
/// GET, POST /control/faults              see faults.hpp
/// POST /control/reset                    empties everything
/// and those of checkout/checkout_control.hpp
class ControlHandler final : public net::Handler {
public:
    /// `connected`: whether there is a way out for webhooks.
    ControlHandler(Sandbox& sandbox, const bool& connected, CheckoutControl& checkout)
        : sandbox_{sandbox}, connected_{connected}, checkout_{checkout} {}

    runtime::Task<net::Response> handle(net::Request request) override;

private:
    runtime::Task<net::Response> send_webhooks(base::Json body);
    net::Response answer(const net::Request& request, const base::Json& body);
    net::Response seed(const base::Json& body);
    net::Response know(const base::Json& body);

    Sandbox& sandbox_;
    const bool& connected_;
    CheckoutControl& checkout_;
};

} // namespace paysync::sandbox
