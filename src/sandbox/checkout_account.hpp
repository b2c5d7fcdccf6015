// Checkout.com's API side: what it tells about the payments whose webhooks it made.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/net/handler.hpp"

#include <map>
#include <string>
#include <vector>

namespace paysync::sandbox {

class CheckoutAccount final : public net::Handler {
public:
    CheckoutAccount(std::string key, net::Handler& control) : key_{std::move(key)}, control_{control} {}

    /// Remembers the event of a webhook body; what is no event is passed over.
    void know(const std::string& body);
    void forget();

    runtime::Task<net::Response> handle(net::Request request) override;

private:
    net::Response answer(const net::Request& request) const;
    base::Json payment(const std::string& id) const; ///< null where it is not known
    base::Json actions(const std::vector<const base::Json*>& events) const;
    std::vector<const base::Json*> events_of(const std::string& subject) const; ///< in order of occurrence

    std::string key_;
    net::Handler& control_;
    std::map<std::string, base::Json> events_;                   // by event id
    std::map<std::string, std::vector<std::string>> by_subject_; // payment or dispute -> event ids
};

} // namespace paysync::sandbox
