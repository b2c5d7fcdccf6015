// The account's disputes: where each stands follows from its events; evidence is what the API was given.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"

#include <map>
#include <string>
#include <vector>

namespace paysync::sandbox {

struct Dispute {
    base::Json data; ///< the members of its webhooks
    std::string status;
    base::WallTime received_on;
    base::WallTime last_update;
    base::Json evidence = base::Json::object();
    std::string submitted_file; ///< file_… of what was submitted; empty: nothing was
    std::string arbitration_file;
    base::Json scheme_files = base::Json::array();
};

class DisputeBook {
public:
    /// An event whose subject is a dispute.
    void take(const base::Json& event);
    Dispute* find(const std::string& id);
    const std::map<std::string, Dispute>& all() const { return disputes_; }
    void clear() { disputes_.clear(); }

private:
    std::map<std::string, Dispute> disputes_; // by id
};

/// The status that an event type brings: not the event's own name (API reference: Disputes). "" for none.
std::string dispute_status_after(const std::string& event_type);

/// A row of GET /disputes. `payment`: as GET /payments/{id} answers, null when it is not known.
base::Json dispute_summary(const Dispute& dispute, const base::Json& payment);
/// GET /disputes/{id}.
base::Json dispute_details(const Dispute& dispute, const base::Json& payment, const std::string& url);

} // namespace paysync::sandbox
