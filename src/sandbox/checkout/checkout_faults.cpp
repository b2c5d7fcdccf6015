// Faults of the Checkout.com side as JSON.
#include "paysync/sandbox/checkout_faults.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

base::Error wrong(const std::string& name, const char* wanted) {
    return {base::Errc::invalid, "checkout fault \"" + name + "\" must be " + wanted};
}

base::Result<std::deque<CheckoutFaults::Failure>> failures_of(const Json& list) {
    if (!list.is_array()) return wrong("fail_next", "an array of {\"status\": 503, \"body\": \"…\"}");
    std::deque<CheckoutFaults::Failure> failures;
    for (const Json& item : list) {
        const Json& status = base::member(item, "status");
        const Json& body = base::member(item, "body");
        if (!status.is_number_integer() || status.get<int>() < 200 || status.get<int>() > 599)
            return wrong("fail_next", "an array whose items have a status from 200 to 599");
        CheckoutFaults::Failure failure;
        failure.status = status.get<unsigned>();
        if (body.is_string()) failure.body = body.get<std::string>();
        if (body.is_structured()) failure.body = base::to_text(body);
        failures.push_back(std::move(failure));
    }
    return failures;
}

base::Result<void> apply_one(CheckoutFaults& faults, const std::string& name, const Json& value) {
    if (name == "fail_next") {
        auto failures = failures_of(value);
        if (!failures) return failures.error();
        faults.fail_next = std::move(*failures);
        return {};
    }
    if (name == "expire_tokens") {
        if (!value.is_boolean()) return wrong(name, "true or false");
        faults.expire_tokens = value.get<bool>();
        return {};
    }
    const bool limit = name == "reads_per_second" || name == "writes_per_second";
    if (limit && value.is_null()) {
        (name == "reads_per_second" ? faults.reads_per_second : faults.writes_per_second).reset();
        return {};
    }
    if (!value.is_number_integer() || value.get<std::int64_t>() < 0)
        return wrong(name, limit ? "a whole number from 0, or null" : "a whole number from 0");
    if (name == "reads_per_second")
        faults.reads_per_second = value.get<std::uint64_t>();
    else if (name == "writes_per_second")
        faults.writes_per_second = value.get<std::uint64_t>();
    else if (name == "latency_ms")
        faults.latency_ms = value.get<std::int64_t>();
    else if (name == "latency_jitter_ms")
        faults.latency_jitter_ms = value.get<std::int64_t>();
    else if (name == "drop_before")
        faults.drop_before = value.get<std::uint64_t>();
    else if (name == "drop_after")
        faults.drop_after = value.get<std::uint64_t>();
    else if (name == "truncate_next")
        faults.truncate_next = value.get<std::uint64_t>();
    else
        return base::Error{base::Errc::invalid, "there is no checkout fault \"" + name + "\""};
    return {};
}

} // namespace

Json CheckoutFaults::to_json() const {
    Json failures = Json::array();
    for (const Failure& failure : fail_next) failures.push_back({{"status", failure.status}, {"body", failure.body}});
    return {{"latency_ms", latency_ms},
            {"latency_jitter_ms", latency_jitter_ms},
            {"fail_next", std::move(failures)},
            {"drop_before", drop_before},
            {"drop_after", drop_after},
            {"truncate_next", truncate_next},
            {"reads_per_second", reads_per_second ? Json(*reads_per_second) : Json()},
            {"writes_per_second", writes_per_second ? Json(*writes_per_second) : Json()},
            {"expire_tokens", expire_tokens}};
}

base::Result<void> CheckoutFaults::apply(const Json& changes) {
    if (!changes.is_object()) return base::Error{base::Errc::invalid, "faults are a JSON object"};
    CheckoutFaults changed = *this;
    for (const auto& [name, value] : changes.items())
        if (auto applied = apply_one(changed, name, value); !applied) return applied;
    *this = std::move(changed);
    return {};
}

} // namespace paysync::sandbox
