// Checkout.com's side of HTTP: who may call, how often, what goes wrong; the resources are resources.hpp's.
#pragma once

#include "paysync/net/handler.hpp"
#include "paysync/sandbox/checkout_faults.hpp"
#include "sandbox/checkout/access.hpp"
#include "sandbox/checkout/distributor.hpp"

#include <deque>

namespace paysync::sandbox {

class CheckoutHandler final : public net::Handler {
public:
    CheckoutHandler(MerchantAccount& account, CheckoutAccess& access, Distributor& distributor,
                    CheckoutFaults& faults, runtime::Clock& clock, runtime::Chance& chance, net::Handler& control)
        : account_{account},
          access_{access},
          distributor_{distributor},
          faults_{faults},
          clock_{clock},
          chance_{chance},
          control_{control} {}

    runtime::Task<net::Response> handle(net::Request request) override;
    /// Answers by idempotency keys, and the calls of this second.
    void forget();

private:
    /// A remembered answer (documentation: Idempotency: 24 hours, only when it succeeded).
    struct Remembered {
        ApiReply answer;
        runtime::SteadyTime until;
    };
    ApiReply answer(const net::Request& request);
    ApiReply once(const ApiCall& call, const std::string& key);
    ApiReply run(const ApiCall& call);
    std::optional<ApiReply> planned_failure();
    bool over_limit(const std::string& method);
    net::Response response_of(ApiReply made);
    std::string request_id();

    MerchantAccount& account_;
    CheckoutAccess& access_;
    Distributor& distributor_;
    CheckoutFaults& faults_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    net::Handler& control_;
    std::map<std::string, Remembered> remembered_; // by path and key
    std::deque<runtime::SteadyTime> reads_;        // of the last second
    std::deque<runtime::SteadyTime> writes_;
};

} // namespace paysync::sandbox
