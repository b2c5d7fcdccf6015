// What an operator should look at when Salesforce refuses.
#include "paysync/salesforce/verdict.hpp"

#include "paysync/base/text.hpp"

namespace paysync::salesforce {

namespace {

struct Advice {
    std::string_view code; ///< lower case; empty: any
    std::string_view text; ///< in the message, lower case; empty: any
    std::string_view sentence;
};

// Of one code the first that fits. Sources: Salesforce help, remoteaccess_oauth_flow_errors and
// remoteaccess_oauth_jwt_flow; REST API guide, status codes; set-up documents of public clients.
constexpr Advice log_in[] = {
    {"invalid_grant", "already being processed", ""}, // passes by itself
    {"invalid_grant", "access/refresh token", "the authorisation was revoked: authorise the app again"},
    {"invalid_grant", "expired", "the assertion was too old: set this machine's clock right (chronyc tracking)"},
    {"invalid_grant", "audience",
     "salesforce.audience must be https://login.salesforce.com for a production org, https://test.salesforce.com for "
     "a sandbox, or the address of the Experience site; without it the login URL decides"},
    {"invalid_grant", "approved this consumer",
     "pre-authorise the user: in the app's policies choose \"Admin approved users are pre-authorized\" and add the "
     "user's profile or permission set"},
    {"invalid_grant", "not supported on this domain",
     "salesforce.login_url must be the org's My Domain, such as https://acme.my.salesforce.com"},
    {"invalid_grant", "no client credentials user",
     "name the run-as user in the app's policies, under the client credentials flow"},
    {"invalid_grant", "ip restricted",
     "let this machine's address through: login IP ranges of the user's profile, or IP relaxation in the app's "
     "policies; the login hours of the profile can be the reason, too"},
    {"invalid_grant", "login hours", "the login hours of the user's profile are over: widen them"},
    {"invalid_grant", "locked", "unlock the user (Setup, Users), then look who gives the wrong password"},
    {"invalid_grant", "user",
     "salesforce.username must be the full user name of an active user of this org; in a sandbox it ends in the "
     "sandbox's name"},
    {"invalid_grant", "assertion",
     "salesforce.private_key must belong to the certificate that was uploaded to the app, and salesforce.client_id "
     "be that app's consumer key"},
    {"invalid_grant", "", "look at the user's login history (Setup, Login History) for the reason"},
    {"invalid_client_id", "",
     "salesforce.client_id must be the consumer key of an app in this org; a new app needs up to 10 minutes"},
    {"invalid_client", "", "salesforce.client_secret must be the consumer secret of the app salesforce.client_id"},
    {"app_not_found", "", "the app is not installed in this org, or salesforce.login_url is another org's"},
    {"oauth_ec_app_not_found", "", "the app is not installed in this org, or salesforce.login_url is another org's"},
    {"invalid_app_access", "",
     "give the user access to the app: add the profile or permission set in the app's policies"},
    {"oauth_app_blocked", "", "an administrator has blocked the app (Setup, Connected Apps OAuth Usage): unblock it"},
    {"oauth_app_access_denied", "",
     "give the user access to the app: add the profile or permission set in the app's policies"},
    {"inactive_user", "", "activate the user that the app acts as, or name another"},
    {"inactive_org", "", "the org is locked, closed or suspended: ask Salesforce"},
    {"rate_limit_exceeded", "", "too many log-ins: look who else logs in as this user (Setup, Login History)"},
    {"login_rate_exceeded", "", "too many log-ins: look who else logs in as this user (Setup, Login History)"},
    {"unsupported_grant_type", "",
     "switch the flow on in the app: client credentials or JWT bearer, as salesforce.auth says"},
    {"unauthorized_client", "",
     "switch the flow on in the app: client credentials or JWT bearer, as salesforce.auth says"},
    {"invalid_scope", "", "give the app the scope \"Manage user data via APIs (api)\""},
};

constexpr Advice of_the_api[] = {
    {"", "connected app is not attached to agent", "the app may not use the API with this user: mend its policies"},
    {"", "not valid for use with the rest api",
     "give the app the scope \"Manage user data via APIs (api)\", and the user the permission API Enabled"},
    {"invalid_session_id", "",
     "Salesforce refuses sessions that it has just given: look at the session settings (locked to an IP address or "
     "domain?) and at the app's policies"},
    {"invalid_operation_with_expired_password", "", "set a new password for the user, and let it never expire"},
    {"password_lockout", "", "unlock the user (Setup, Users)"},
    {"login_during_restricted_domain", "",
     "let this machine's address through: login IP ranges of the user's profile"},
    {"login_during_restricted_time", "", "the login hours of the user's profile are over: widen them"},
    {"request_limit_exceeded", "concurrent", ""}, // passes by itself
    {"request_limit_exceeded", "",
     "the org's API calls of the last 24 hours are spent: look who else uses them (Setup, API Usage)"},
    {"api_disabled_for_org", "", "the org's edition or the user's profile has no API: enable it (API Enabled)"},
    {"apex_rest_services_disabled", "", "give the user's profile the permission Apex REST Services"},
    {"client_not_accessible_for_user", "", "API access control keeps this app out: allow it for the user"},
    {"txn_security_no_access", "", "a transaction security policy blocks the calls: except the user from it"},
    {"txn_security_end_a_session", "", "a transaction security policy ends the session: except the user from it"},
    {"txn_security_two_fa_required", "",
     "a transaction security policy asks for a second factor: except the user from it"},
    {"txn_security_fail_close", "", "a transaction security policy blocks the calls: except the user from it"},
    {"storage_limit_exceeded", "", "the org's data storage is full: free or buy some (Setup, Storage Usage)"},
    {"org_locked", "", "the org is locked: ask Salesforce"},
    {"unsupported_api_version", "", "salesforce.api_version must be one that GET /services/data lists"},
};

template <std::size_t Count>
const Advice* find(const Advice (&table)[Count], const std::string& code, const std::string& told) {
    for (const Advice& row : table) {
        const bool named = row.code.empty() || row.code == code;
        if (named && told.find(row.text) != std::string::npos) return &row;
    }
    return nullptr;
}

/// For answers without a code of Salesforce's.
std::string_view advice_by_status(int status) {
    if (status >= 300 && status < 400 && status != 300 && status != 304)
        return "salesforce.login_url must be the org's My Domain as it is now, such as "
               "https://acme.my.salesforce.com, not a page for people";
    if (status == 401) return "Salesforce refuses sessions that it has just given: look at the app's policies";
    if (status == 407) return "the proxy wants credentials";
    if (status == 410) return "salesforce.api_version is retired: write one that GET /services/data lists";
    if (status == 404) return "does salesforce.login_url name a Salesforce org?";
    return {};
}

} // namespace

std::string_view advice(int status, std::string_view code, std::string_view message) {
    const std::string named = base::lower(code);
    const std::string told = base::lower(message);
    if (const Advice* row = find(log_in, named, told)) return row->sentence;
    if (const Advice* row = find(of_the_api, named, told)) return row->sentence;
    return named.empty() ? advice_by_status(status) : std::string_view{};
}

} // namespace paysync::salesforce
