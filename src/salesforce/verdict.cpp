// The table of Salesforce's errors.
#include "paysync/salesforce/verdict.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <iterator>

namespace paysync::salesforce {

namespace {

struct Rule {
    std::string_view code;
    std::string_view
        text; ///< in the message, lower case; empty: any message. Rules of one code: the first that fits.
    Remedy remedy;
};

// Source: as for judge().
constexpr Rule rules[] = {
    // Who we are
    {"INVALID_SESSION_ID", "", Remedy::renew_token},
    {"INVALID_AUTH_HEADER", "", Remedy::give_up},
    {"INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "", Remedy::pause},
    {"PASSWORD_LOCKOUT", "", Remedy::pause},
    {"LOGIN_DURING_RESTRICTED_DOMAIN", "", Remedy::pause},
    {"LOGIN_DURING_RESTRICTED_TIME", "", Remedy::pause},
    {"invalid_grant", "already being processed", Remedy::retry},
    {"invalid_grant", "expired authorization code", Remedy::retry},
    {"invalid_grant", "", Remedy::pause}, // expired refresh token, audience, not approved, wrong domain, locked, …
    {"invalid_client_id", "", Remedy::pause},
    {"invalid_client", "", Remedy::pause},
    {"invalid_app_access", "", Remedy::pause},
    {"inactive_user", "", Remedy::pause},
    {"inactive_org", "", Remedy::pause},
    {"rate_limit_exceeded", "", Remedy::pause},
    {"unsupported_grant_type", "", Remedy::pause},
    {"LOGIN_RATE_EXCEEDED", "", Remedy::pause},
    {"server_error", "", Remedy::retry}, // RFC 6749 4.1.2.1; Salesforce uses it of the token endpoint, too
    {"temporarily_unavailable", "", Remedy::retry},

    // Limits and outages of the whole org
    {"REQUEST_LIMIT_EXCEEDED", "totalrequests", Remedy::pause},
    {"REQUEST_LIMIT_EXCEEDED", "concurrent", Remedy::slow_down},
    {"REQUEST_LIMIT_EXCEEDED", "", Remedy::pause}, // another wording: the dearer mistake is to go on asking
    {"API_DISABLED_FOR_ORG", "", Remedy::pause},
    {"API_CURRENTLY_DISABLED", "", Remedy::retry},
    {"APEX_REST_SERVICES_DISABLED", "", Remedy::pause},
    {"CLIENT_NOT_ACCESSIBLE_FOR_USER", "", Remedy::pause},
    {"FUNCTIONALITY_NOT_ENABLED", "", Remedy::give_up},
    {"FUNCTIONALITY_TEMPORARILY_UNAVAILABLE", "", Remedy::retry},
    {"TXN_SECURITY_NO_ACCESS", "", Remedy::pause},
    {"TXN_SECURITY_END_A_SESSION", "", Remedy::pause},
    {"TXN_SECURITY_TWO_FA_REQUIRED", "", Remedy::pause},
    {"TXN_SECURITY_FAIL_CLOSE", "", Remedy::pause},
    {"TXN_SECURITY_RUNTIME_ERROR", "", Remedy::retry},
    {"TXN_SECURITY_METERING_ERROR", "", Remedy::retry},
    {"EXCEEDED_MAX_SIZE_REQUEST", "", Remedy::give_up},
    {"EXCEEDED_ID_LIMIT", "", Remedy::give_up},
    {"TOO_MANY_RECORDS", "", Remedy::give_up},
    {"STORAGE_LIMIT_EXCEEDED", "", Remedy::pause}, // told of one row, true of the org
    {"LIMIT_EXCEEDED", "", Remedy::retry},
    {"PLATFORM_EVENT_PUBLISHING_UNAVAILABLE", "", Remedy::retry},
    {"PLATFORM_EVENT_PUBLISH_FAILED", "", Remedy::retry},
    {"OPERATION_ENQUEUED", "", Remedy::none},
    {"SERVER_UNAVAILABLE", "", Remedy::retry},
    {"UNKNOWN_EXCEPTION", "", Remedy::retry},
    {"INTERNAL_ERROR", "", Remedy::retry},
    {"QUERY_TIMEOUT", "", Remedy::retry},
    {"REQUEST_RUNNING_TOO_LONG", "", Remedy::retry},
    {"ORG_IN_MAINTENANCE", "", Remedy::retry},
    {"ORG_LOCKED", "", Remedy::pause},
    {"ORG_NOT_OWNED_BY_INSTANCE", "", Remedy::renew_token}, // a fresh token names the new instance
    {"INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "", Remedy::retry},

    // Rows that lost a race
    {"UNABLE_TO_LOCK_ROW", "", Remedy::retry},
    {"COLLISION_DETECTED", "", Remedy::retry},
    {"RECORD_IN_USE_BY_WORKFLOW", "", Remedy::retry},
    {"ENTITY_IS_LOCKED", "", Remedy::give_up},
    {"TOO_MANY_APEX_REQUESTS", "", Remedy::retry},
    {"ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE", "", Remedy::retry},
    {"DUPLICATES_DETECTED", "", Remedy::choose_record},
    {"DUPLICATE_VALUE", "duplicate external id specified",
     Remedy::retry}, // one key twice in a request: apart it works
    {"DUPLICATE_VALUE", "already a campaign member", Remedy::none},
    {"DUPLICATE_VALUE", "", Remedy::retry_at_once}, // Org::write knows the key: of another field it is choose_record
    {"DUPLICATE_EXTERNAL_ID", "", Remedy::choose_record},
    {"DUPLICATE_USERNAME", "", Remedy::give_up},
    {"DUPLICATE_DEVELOPER_NAME", "", Remedy::give_up},
    {"ALL_OR_NONE_OPERATION_ROLLED_BACK", "", Remedy::retry},
    {"PROCESSING_HALTED", "", Remedy::retry},
    {"BATCH_PROCESSING_HALTED", "", Remedy::retry},

    // Rows and requests that are wrong
    {"REQUIRED_FIELD_MISSING", "", Remedy::give_up},
    {"FIELD_CUSTOM_VALIDATION_EXCEPTION", "", Remedy::give_up},
    {"FIELD_FILTER_VALIDATION_EXCEPTION", "", Remedy::give_up},
    {"FIELD_INTEGRITY_EXCEPTION", "", Remedy::give_up},
    {"INVALID_FIELD", "foreign key external id", Remedy::retry}, // the parent is not there yet
    {"INVALID_FIELD", "", Remedy::give_up},
    {"INVALID_FIELD_FOR_INSERT_UPDATE", "", Remedy::give_up},
    {"INVALID_TYPE", "", Remedy::give_up},
    {"INVALID_TYPE_ON_FIELD_IN_RECORD", "", Remedy::give_up},
    {"MALFORMED_ID", "", Remedy::give_up},
    {"MALFORMED_QUERY", "", Remedy::give_up},
    {"QUERY_TOO_COMPLICATED", "", Remedy::give_up},
    {"INVALID_QUERY_FILTER_OPERATOR", "", Remedy::give_up},
    {"INVALID_QUERY_LOCATOR", "", Remedy::retry},
    {"JSON_PARSER_ERROR", "", Remedy::give_up},
    {"NOT_FOUND", "", Remedy::give_up},
    {"METHOD_NOT_ALLOWED", "", Remedy::give_up},
    {"UNSUPPORTED_API_VERSION", "", Remedy::pause},
    {"UNSUPPORTED_MEDIA_TYPE", "", Remedy::give_up},
    {"NOT_ACCEPTABLE", "", Remedy::give_up},
    {"ENTITY_IS_DELETED", "", Remedy::resolve_anew},
    {"INVALID_CROSS_REFERENCE_KEY", "", Remedy::resolve_anew},
    {"INSUFFICIENT_ACCESS_OR_READONLY", "", Remedy::give_up},
    {"INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "", Remedy::give_up},
    {"INSUFFICIENT_ACCESS", "", Remedy::give_up},
    {"STRING_TOO_LONG", "", Remedy::give_up},
    {"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "", Remedy::give_up},
    {"INVALID_EMAIL_ADDRESS", "", Remedy::give_up},
    {"INVALID_CURRENCY_ISO", "", Remedy::give_up},
    {"NUMBER_OUTSIDE_VALID_RANGE", "", Remedy::give_up},
    {"INVALID_STATUS", "", Remedy::give_up},
    {"INACTIVE_OWNER_OR_USER", "", Remedy::give_up},
    {"UNAVAILABLE_RECORDTYPE_EXCEPTION", "", Remedy::give_up},
    {"INVALID_PERSON_ACCOUNT_OPERATION", "", Remedy::give_up},
    {"CANNOT_REPARENT_RECORD", "", Remedy::give_up},
    {"DEPENDENCY_EXISTS", "", Remedy::give_up},
    {"DELETE_FAILED", "", Remedy::give_up},
    {"MISSING_ARGUMENT", "", Remedy::give_up},
    {"MIXED_DML_OPERATION", "", Remedy::give_up},
    {"INVALID_BATCH_REQUEST", "", Remedy::give_up},
    {"INVALIDJOB", "", Remedy::give_up},

    // Code of the org's own: a trigger or flow quotes what went wrong beneath it. A lock passes; so does a limit of
    // Apex that a whole batch spent together and a smaller one will not.
    {"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "unable_to_lock_row", Remedy::retry},
    {"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "unable to obtain exclusive access", Remedy::retry},
    {"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "system.limitexception", Remedy::retry},
    {"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "", Remedy::give_up},
    {"CANNOT_EXECUTE_FLOW_TRIGGER", "unable_to_lock_row", Remedy::retry},
    {"CANNOT_EXECUTE_FLOW_TRIGGER", "unable to obtain exclusive access", Remedy::retry},
    {"CANNOT_EXECUTE_FLOW_TRIGGER", "system.limitexception", Remedy::retry},
    {"CANNOT_EXECUTE_FLOW_TRIGGER", "", Remedy::give_up},
    {"CUSTOM_APEX_ERROR", "unable_to_lock_row", Remedy::retry},
    {"CUSTOM_APEX_ERROR", "", Remedy::give_up},
    {"APEX_ERROR", "unable_to_lock_row", Remedy::retry},
    {"APEX_ERROR", "system.limitexception", Remedy::retry},
    {"APEX_ERROR", "", Remedy::give_up},
    {"FLOW_EXCEPTION", "unable_to_lock_row", Remedy::retry},
    {"FLOW_EXCEPTION", "", Remedy::give_up},
};

/// A 401 with one of these texts is no ended session; a new token would get the same answer for ever.
constexpr std::string_view not_expired[] = {
    "connected app is not attached to agent",
    "this session is not valid for use with the rest api",
};

struct StatusRule {
    int status;
    Remedy remedy;
};

// For answers without a code, or with one that nobody knows.
constexpr StatusRule status_rules[] = {
    {300, Remedy::choose_record},
    // An org that moved: a fresh token names the new instance. If it is a log-in page after all, the second answer
    // alike is a pause.
    {301, Remedy::renew_token},
    {302, Remedy::renew_token},
    {307, Remedy::renew_token},
    {308, Remedy::renew_token},
    {304, Remedy::none},
    {401, Remedy::renew_token},
    {408, Remedy::retry},
    {409, Remedy::retry},
    {410, Remedy::pause},
    {412, Remedy::retry},
    {413, Remedy::give_up},
    {414, Remedy::give_up},
    {420, Remedy::retry},
    {429, Remedy::retry},
    {431, Remedy::give_up},
};

Remedy judge_status(int status) {
    for (const StatusRule& rule : status_rules)
        if (rule.status == status) return rule.remedy;
    if (status >= 500) return Remedy::retry;
    // Other redirections lead to a log-in page: the address is not an org's.
    return status > 300 && status < 400 ? Remedy::pause : Remedy::give_up;
}

} // namespace

std::string_view name(Remedy remedy) {
    switch (remedy) {
    case Remedy::none: return "none";
    case Remedy::retry: return "retry";
    case Remedy::retry_at_once: return "retry_at_once";
    case Remedy::renew_token: return "renew_token";
    case Remedy::slow_down: return "slow_down";
    case Remedy::pause: return "pause";
    case Remedy::resolve_anew: return "resolve_anew";
    case Remedy::decide_anew: return "decide_anew";
    case Remedy::choose_record: return "choose_record";
    case Remedy::give_up: return "give_up";
    }
    return "unknown";
}

Remedy judge(int status, std::string_view code, std::string_view message) {
    const std::string told = base::lower(message);
    if (status == 401)
        for (const std::string_view text : not_expired)
            if (told.find(text) != std::string::npos) return Remedy::pause;
    for (const Rule& rule : rules)
        if (rule.code == code && told.find(rule.text) != std::string::npos) return rule.remedy;
    return judge_status(status);
}

bool contradicts_description(std::string_view code, std::string_view message) {
    constexpr std::string_view codes[] = {
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_TYPE",
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "INVALID_CURRENCY_ISO",
        "INVALID_STATUS",
        "JSON_PARSER_ERROR", // a value that is not of its field's type is told like this
        "NOT_FOUND",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "REQUIRED_FIELD_MISSING",
        "STRING_TOO_LONG",
        "UNAVAILABLE_RECORDTYPE_EXCEPTION",
    };
    if (code == "INVALID_FIELD" && base::lower(message).find("foreign key external id") != std::string::npos)
        return false; // a parent that is not there yet
    return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

std::string CallFailure::text() const {
    std::string what = error.code;
    if (!error.message.empty()) what += (what.empty() ? "" : ": ") + error.message;
    if (const auto look_at = advice(status, error.code, error.message); !look_at.empty())
        what += "; " + std::string{look_at};
    if (reached) return "Salesforce answered " + std::to_string(status) + (error.code.empty() ? ": " : " ") + what;
    if (status != 0) return "an answer that is not Salesforce's (HTTP " + std::to_string(status) + "): " + what;
    return "no answer from Salesforce: " + what;
}

} // namespace paysync::salesforce
