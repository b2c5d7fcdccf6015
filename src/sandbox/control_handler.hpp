// /control: what tests, the demo and people may see and do that Salesforce and Checkout.com would not let them.
#pragma once

#include "paysync/net/handler.hpp"
#include "paysync/sandbox/sandbox.hpp"
#include "sandbox/checkout/checkout_control.hpp"
#include "sandbox/notifications.hpp"
#include "sandbox/org_control.hpp"

#include <string_view>

namespace paysync::sandbox {

/// GET  /control/records?object=Contact   all records, every field, in order of creation;
///                                        with &all=true deleted ones too
/// POST /control/records                  {"object": "Contact", "records": [{…}]}: inserts without API calls
/// GET  /control/calls[?all=true]         [{"resource", "method", "count"}]
/// POST /control/webhooks                 bodies, or {"bodies": […], "wait": true, "parallel": 16}: signs and sends
/// GET  /control/webhooks                 what became of each
/// POST /control/payments                 bodies that the Checkout.com API knows though they are not sent
/// GET, POST /control/faults              see faults.hpp
/// POST /control/reset                    empties everything
/// GET, POST /control/notifications       what came to /notify/NAME; how the next ones end, see notifications.hpp
/// POST /notify/NAME                      a notification
/// and those of org_control.hpp and checkout/checkout_control.hpp
class ControlHandler final : public net::Handler {
public:
    /// `connected`: whether there is a way out for webhooks.
    ControlHandler(Sandbox& sandbox, OrgControl& org, CheckoutControl& checkout, Notifications& notifications,
                   runtime::Clock& clock, const bool& connected)
        : sandbox_{sandbox},
          org_{org},
          checkout_{checkout},
          notifications_{notifications},
          clock_{clock},
          connected_{connected} {}

    /// Whether a path is one of these.
    static bool serves(std::string_view path);

    runtime::Task<net::Response> handle(net::Request request) override;

private:
    runtime::Task<net::Response> send_webhooks(base::Json body);
    net::Response answer(const net::Request& request, const base::Json& body);
    net::Response seed(const base::Json& body);
    net::Response know(const base::Json& body);

    Sandbox& sandbox_;
    OrgControl& org_;
    CheckoutControl& checkout_;
    Notifications& notifications_;
    runtime::Clock& clock_;
    const bool& connected_;
};

} // namespace paysync::sandbox
