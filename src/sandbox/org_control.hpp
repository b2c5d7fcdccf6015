// The part of /control that concerns the Salesforce org: what its administrator and other people do there.
#pragma once

#include "paysync/net/message.hpp"
#include "sandbox/admin_rules.hpp"
#include "sandbox/invocable_actions.hpp"
#include "sandbox/oauth.hpp"
#include "sandbox/object_catalog.hpp"
#include "sandbox/org.hpp"

#include <optional>
#include <string>

namespace paysync::sandbox {

/// GET, POST /control/rules        validation, duplicate and assignment rules, required fields
/// POST /control/fields            {"object": "Contact", "fields": [{…}]}: an administrator adds or changes fields
/// GET, POST /control/tokens       expire, revoke, rotate_secret, move_instance
/// POST /control/update            {"object": "Contact", "records": [{"Id": …, …}]}: a person edits records
/// POST /control/delete            {"ids": […]}
/// POST /control/undelete          {"ids": […]}
/// POST /control/merge             {"master": id, "losers": [id, …]}
/// GET, POST /control/actions      the flows and methods that can be invoked
/// GET /control/invocations        what was invoked
class OrgControl {
public:
    OrgControl(Org& org, ObjectCatalog& catalog, AdminRules& rules, OAuth& oauth, InvocableActions& actions,
               runtime::Clock& clock)
        : org_{org}, catalog_{catalog}, rules_{rules}, oauth_{oauth}, actions_{actions}, clock_{clock} {}

    /// Nothing where the resource is not one of these.
    std::optional<net::Response> answer(const net::Request& request, const base::Json& body);

private:
    net::Response add_fields(const base::Json& body);
    net::Response edit(const base::Json& body);
    net::Response each_id(const base::Json& body, bool restoring);
    net::Response merge(const base::Json& body);

    Org& org_;
    ObjectCatalog& catalog_;
    AdminRules& rules_;
    OAuth& oauth_;
    InvocableActions& actions_;
    runtime::Clock& clock_;
};

} // namespace paysync::sandbox
