// A sandbox, virtual time, and short ways to call it.
#pragma once

#include "manual_clock.hpp"
#include "paysync/sandbox/sandbox.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace paysync::sandbox {

class SandboxClient {
public:
    explicit SandboxClient(SandboxSettings settings = {}, std::uint64_t seed = 1)
        : chance{seed}, sandbox{std::move(settings), clock, chance}, token{sandbox.access_token()} {}

    runtime::Task<> call_into(net::Response& answer, std::string method, std::string target, base::Json body = {}) {
        net::Request request;
        request.method = std::move(method);
        request.target = "/services/data/v64.0/" + target;
        request.headers.set("Authorization", "Bearer " + token);
        if (!body.is_null()) {
            request.headers.set("Content-Type", "application/json");
            request.body = base::to_text(body);
        }
        answer = co_await sandbox.salesforce().handle(std::move(request));
    }

    net::Response send(net::Request request) {
        net::Response answer;
        clock.run(send_into(answer, std::move(request)));
        return answer;
    }

    net::Response call(std::string method, std::string target, base::Json body = {}) {
        net::Response answer;
        clock.run(call_into(answer, std::move(method), std::move(target), std::move(body)));
        return answer;
    }

    /// The body of an answer whose status must be as said.
    base::Json json(unsigned status, std::string method, std::string target, base::Json body = {}) {
        const net::Response answer = call(std::move(method), std::move(target), std::move(body));
        EXPECT_EQ(answer.status, status) << answer.body;
        return answer.body.empty() ? base::Json() : base::parse_json(answer.body).value();
    }

    base::Json query(const std::string& soql) {
        return json(200, "GET", "query?q=" + net::percent_encoded(soql)).at("records");
    }
    /// The code and message of a query that is refused.
    std::pair<std::string, std::string> refused_query(const std::string& soql) {
        const base::Json body = json(400, "GET", "query?q=" + net::percent_encoded(soql));
        return {body.at(0).at("errorCode").get<std::string>(), body.at(0).at("message").get<std::string>()};
    }

    std::string seed(std::string_view object, base::Json record) {
        base::Json records = base::Json::array();
        records.push_back(std::move(record));
        return sandbox.seed(object, records).value().front();
    }

    ManualClock clock;
    runtime::SeededChance chance;
    Sandbox sandbox;
    std::string token;

private:
    runtime::Task<> send_into(net::Response& answer, net::Request request) {
        answer = co_await sandbox.salesforce().handle(std::move(request));
    }
};

inline std::string text(const base::Json& object, const char* name) {
    return base::member_text(object, name).value_or("(none)");
}

inline base::Json collection(std::vector<base::Json> records) {
    return {{"allOrNone", false}, {"records", std::move(records)}};
}

} // namespace paysync::sandbox
