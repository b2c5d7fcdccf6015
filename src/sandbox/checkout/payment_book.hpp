// The account's payments. What happened to one stands in its events; what only its request told is kept beside them.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "sandbox/checkout/event_log.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace paysync::sandbox {

class PaymentBook {
public:
    /// `url`: of the API, for links.
    PaymentBook(const EventLog& events, const std::string& url) : events_{events}, url_{url} {}

    /// A payment made through the API: members of GET /payments/{id} that its webhooks do not tell.
    void open(const std::string& id, base::Json facts);
    /// For POST captures and others: members that stay with the payment from now on.
    void add_facts(const std::string& id, const base::Json& facts);
    /// A new event of this subject is in the log.
    void touch(const std::string& id);

    /// As GET /payments/{id} answers; nullptr for one that is not known. Valid until the next change.
    const base::Json* find(const std::string& id) const;
    /// As GET /payments/{id}/actions answers: latest first.
    base::Json actions(const std::string& id) const;
    /// In order of first mention.
    const std::vector<std::string>& ids() const { return order_; }
    void clear();

private:
    struct Entry {
        base::Json facts = base::Json::object();
        mutable base::Json view; // null: to be made
    };
    base::Json make_view(const std::string& id, const Entry& entry) const;

    const EventLog& events_;
    const std::string& url_;
    std::map<std::string, Entry> entries_;
    std::vector<std::string> order_;
};

/// When a payment was asked for: requested_on.
base::WallTime requested_on(const base::Json& payment);

} // namespace paysync::sandbox
