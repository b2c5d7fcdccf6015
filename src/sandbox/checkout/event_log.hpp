// Every event of the account, whether it was sent, lost or only told by the API.
#pragma once

#include "paysync/base/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace paysync::sandbox {

class EventLog {
public:
    /// The subject of the new event; nothing where it has no id or is known already. An event without data.id has
    /// the payment that it names as its subject, or none ("").
    std::optional<std::string> add(base::Json event);
    const base::Json* find(const std::string& id) const;
    /// In order of occurrence.
    std::vector<const base::Json*> of(const std::string& subject) const;
    void clear();

private:
    std::map<std::string, base::Json> events_;                   // by id
    std::map<std::string, std::vector<std::string>> by_subject_; // payment or dispute -> event ids
};

/// The name under which workflow conditions list a type: "gateway", "dispute", …
std::string source_of_event(const std::string& type);

/// The event types that workflows can name: `[{"id": "gateway", "display_name", "description", "events": […]}]`
/// (API reference: GET /workflows/event-types; the list is the part of it that public sources show).
const base::Json& event_type_catalog();

} // namespace paysync::sandbox
