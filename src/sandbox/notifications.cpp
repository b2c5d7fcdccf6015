// Taking, remembering and refusing notifications.
#include "sandbox/notifications.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

base::Error wrong() {
    return {base::Errc::invalid, R"(give {"fail_next": [503], "drop_before": 1, "drop_after": 1}, each if you like)"};
}

net::Response cut() {
    net::Response response;
    response.status = 0;
    return response;
}

bool take_one(std::uint64_t& count) {
    if (count == 0) return false;
    --count;
    return true;
}

} // namespace

net::Response Notifications::take(const net::Request& request, base::WallTime now) {
    const std::string name{request.path().substr(std::min(prefix.size(), request.path().size()))};
    if (request.method != "POST") return net::json_error(405, "method_not_allowed", "notifications are posted");
    if (name.empty() || name.find('/') != std::string::npos)
        return net::json_error(404, "not_found", "give one name: /notify/NAME");
    if (take_one(drop_before_)) return cut();
    if (!fail_next_.empty()) {
        const unsigned status = fail_next_.front();
        fail_next_.pop_front();
        return net::json_error(status, "told_to", "this notification shall fail");
    }
    auto body = base::parse_json(request.body);
    if (!body) return net::json_error(400, "invalid", body.error().detail);
    Json headers = Json::object();
    Json signature;
    for (const auto& [header, value] : request.headers.all()) {
        headers[header] = value;
        if (base::lower(header).find("signature") != std::string::npos) signature = value;
    }
    const auto key = request.headers.find("Idempotency-Key");
    const bool repeat = key && !keys_.insert(name + '\n' + *key).second;
    received_.push_back({{"name", name},
                         {"at", base::format_utc(now)},
                         {"key", key ? Json(*key) : Json()},
                         {"repeat", repeat},
                         {"signature", signature},
                         {"headers", headers},
                         {"body", std::move(*body)}});
    if (take_one(drop_after_)) return cut();
    return net::json_response(200, R"({"taken":true})");
}

base::Result<void> Notifications::apply(const Json& changes) {
    if (!changes.is_object()) return wrong();
    Notifications changed;
    changed.fail_next_ = fail_next_;
    changed.drop_before_ = drop_before_;
    changed.drop_after_ = drop_after_;
    for (const auto& [name, value] : changes.items()) {
        if (name == "fail_next" && value.is_array()) {
            changed.fail_next_.clear();
            for (const Json& status : value) {
                if (!status.is_number_unsigned() || status < 400 || status > 599) return wrong();
                changed.fail_next_.push_back(status.get<unsigned>());
            }
        } else if (name == "drop_before" && value.is_number_unsigned()) {
            changed.drop_before_ = value.get<std::uint64_t>();
        } else if (name == "drop_after" && value.is_number_unsigned()) {
            changed.drop_after_ = value.get<std::uint64_t>();
        } else {
            return wrong();
        }
    }
    fail_next_ = std::move(changed.fail_next_);
    drop_before_ = changed.drop_before_;
    drop_after_ = changed.drop_after_;
    return {};
}

Json Notifications::faults() const {
    return {{"fail_next", fail_next_}, {"drop_before", drop_before_}, {"drop_after", drop_after_}};
}

void Notifications::forget() {
    *this = Notifications{};
}

} // namespace paysync::sandbox
