// Faults as JSON.
#include "paysync/sandbox/faults.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

base::Error wrong(const std::string& name, const char* wanted) {
    return {base::Errc::invalid, "fault \"" + name + "\" must be " + wanted};
}

base::Result<std::deque<Faults::Failure>> failures_of(const std::string& name, const Json& list) {
    if (!list.is_array()) return wrong(name, "an array of {\"status\": 503, \"body\": \"…\", \"html\": true}");
    std::deque<Faults::Failure> failures;
    for (const Json& item : list) {
        Faults::Failure failure;
        const Json& status = base::member(item, "status");
        const Json& body = base::member(item, "body");
        const Json& html = base::member(item, "html");
        if (!status.is_number_integer() || status.get<int>() < 200 || status.get<int>() > 599)
            return wrong(name, "an array whose items have a status from 200 to 599");
        failure.status = status.get<unsigned>();
        if (body.is_string()) failure.body = body.get<std::string>();
        if (body.is_structured()) failure.body = base::to_text(body);
        failure.html = html == Json(true);
        failures.push_back(std::move(failure));
    }
    return failures;
}

Json failures_json(const std::deque<Faults::Failure>& failures) {
    Json list = Json::array();
    for (const Faults::Failure& failure : failures) {
        Json item = {{"status", failure.status}, {"html", failure.html}};
        if (failure.body) item["body"] = *failure.body;
        list.push_back(std::move(item));
    }
    return list;
}

base::Result<void> apply_one(Faults& faults, const std::string& name, const Json& value) {
    const auto chance_of = [&]() -> double* {
        if (name == "drop_before_chance") return &faults.drop_before_chance;
        if (name == "drop_after_chance") return &faults.drop_after_chance;
        if (name == "fail_chance") return &faults.fail_chance;
        if (name == "lock_rows") return &faults.lock_rows;
        if (name == "result_fail_chance") return &faults.result_fail_chance;
        return nullptr;
    };
    if (double* chance = chance_of()) {
        if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1)
            return wrong(name, "a probability from 0 to 1");
        *chance = value.get<double>();
        return {};
    }
    if (name == "fail_next" || name == "fail_token_next") {
        auto failures = failures_of(name, value);
        if (!failures) return failures.error();
        (name == "fail_next" ? faults.fail_next : faults.fail_token_next) = std::move(*failures);
        return {};
    }
    if (name == "expire_tokens") {
        if (!value.is_boolean()) return wrong(name, "true or false");
        faults.expire_tokens = value.get<bool>();
        return {};
    }
    const bool empty = name == "daily_limit" && value.is_null();
    if (!empty && (!value.is_number_integer() || value.get<std::int64_t>() < 0))
        return wrong(name, "a whole number from 0");
    if (name == "daily_limit") {
        faults.daily_limit.reset();
        if (!empty) faults.daily_limit = value.get<std::uint64_t>();
    } else if (name == "latency_ms") {
        faults.latency_ms = value.get<std::int64_t>();
    } else if (name == "latency_jitter_ms") {
        faults.latency_jitter_ms = value.get<std::int64_t>();
    } else if (name == "concurrent_limit") {
        faults.concurrent_limit = value.get<std::uint64_t>();
    } else if (name == "long_call_ms") {
        faults.long_call_ms = value.get<std::int64_t>();
    } else if (name == "drop_before") {
        faults.drop_before = value.get<std::uint64_t>();
    } else if (name == "drop_after") {
        faults.drop_after = value.get<std::uint64_t>();
    } else {
        return base::Error{base::Errc::invalid, "there is no fault \"" + name + "\""};
    }
    return {};
}

} // namespace

Json Faults::to_json() const {
    return {{"latency_ms", latency_ms},
            {"latency_jitter_ms", latency_jitter_ms},
            {"fail_next", failures_json(fail_next)},
            {"fail_token_next", failures_json(fail_token_next)},
            {"drop_before", drop_before},
            {"drop_after", drop_after},
            {"drop_before_chance", drop_before_chance},
            {"drop_after_chance", drop_after_chance},
            {"fail_chance", fail_chance},
            {"lock_rows", lock_rows},
            {"result_fail_chance", result_fail_chance},
            {"expire_tokens", expire_tokens},
            {"concurrent_limit", concurrent_limit},
            {"long_call_ms", long_call_ms},
            {"daily_limit", daily_limit ? Json(*daily_limit) : Json()}};
}

base::Result<void> Faults::apply(const Json& changes) {
    if (!changes.is_object()) return base::Error{base::Errc::invalid, "faults are a JSON object"};
    Faults changed = *this;
    for (const auto& [name, value] : changes.items())
        if (auto applied = apply_one(changed, name, value); !applied) return applied;
    *this = std::move(changed);
    return {};
}

} // namespace paysync::sandbox
