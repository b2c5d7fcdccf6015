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

    /// A call with headers of its own, in a version of its own.
    net::Response call_with(net::Headers headers, std::string method, std::string target, base::Json body = {},
                            const std::string& version = "v64.0") {
        net::Request request;
        request.method = std::move(method);
        request.target = "/services/data/" + version + "/" + target;
        request.headers = std::move(headers);
        request.headers.set("Authorization", "Bearer " + token);
        if (!body.is_null()) {
            request.headers.set("Content-Type", "application/json");
            request.body = base::to_text(body);
        }
        return send(std::move(request));
    }

    /// GET without a body, else POST; the answer's status must be as said.
    base::Json control(unsigned status, const std::string& resource, base::Json body = {}) {
        net::Request request;
        request.method = body.is_null() ? "GET" : "POST";
        request.target = "/control/" + resource;
        if (!body.is_null()) request.body = base::to_text(body);
        const net::Response answer = send(std::move(request));
        EXPECT_EQ(answer.status, status) << answer.body;
        return base::parse_json(answer.body).value();
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
