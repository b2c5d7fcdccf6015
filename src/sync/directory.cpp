// Asking the org for its queues, record types and users.
#include "paysync/sync/directory.hpp"

#include "paysync/base/log.hpp"

namespace paysync::sync {

namespace {

using flow::Json;
using salesforce::Called;
using salesforce::Org;

constexpr auto lifetime = std::chrono::hours{1};
constexpr auto asked_again_after = std::chrono::minutes{1};

struct Question {
    const char* member;
    const char* soql;
};
constexpr Question queues{"queues", "SELECT Id, DeveloperName FROM Group WHERE Type = 'Queue'"};
constexpr Question record_types{"record_types",
                                "SELECT Id, DeveloperName, SobjectType FROM RecordType WHERE IsActive = true"};
constexpr Question users{"users", "SELECT Id, Username FROM User WHERE IsActive = true"};

std::string text(const Json& record, const char* field) {
    return base::member_text(record, field).value_or("");
}

void take(const Question& question, const std::vector<Json>& records, Json& names) {
    Json& member = names[question.member];
    for (const Json& record : records) {
        const std::string id = text(record, "Id");
        if (question.member == record_types.member)
            member[text(record, "SobjectType")][text(record, "DeveloperName")] = id;
        else
            member[text(record, question.member == users.member ? "Username" : "DeveloperName")] = id;
    }
}

} // namespace

runtime::Task<Called<Directory::Names>> Directory::names(flow::OrgNames wanted) {
    if (!wanted.any()) co_return Names{};
    const bool fresh = asked_at_ && clock_.steady() - *asked_at_ < lifetime;
    if (fresh && known_.covers(wanted)) co_return names_;
    co_return co_await ask(wanted);
}

runtime::Task<Called<Directory::Names>> Directory::names_anew(flow::OrgNames wanted) {
    const bool just_asked = asked_at_ && clock_.steady() - *asked_at_ < asked_again_after;
    if (just_asked && known_.covers(wanted)) co_return names_;
    co_return co_await ask(wanted);
}

runtime::Task<Called<Directory::Names>> Directory::ask(flow::OrgNames wanted) {
    std::vector<Question> questions;
    if (wanted.queues) questions.push_back(queues);
    if (wanted.record_types) questions.push_back(record_types);
    if (wanted.users) questions.push_back(users);
    std::vector<std::string> statements;
    for (const Question& question : questions) statements.emplace_back(question.soql);
    auto answers = co_await org_.query(std::move(statements));
    if (!answers) co_return answers.error();
    auto names = std::make_shared<Json>(Json::object());
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const Org::QueryAnswer& answer = answers->at(i);
        (*names)[questions[i].member] = Json::object();
        if (const auto* records = std::get_if<std::vector<Json>>(&answer)) {
            take(questions[i], *records, *names);
            continue;
        }
        const auto& failure = std::get<Org::QueryFailure>(answer);
        base::log::warning("sync", "the org does not tell its names; flows that use one of them fail",
                           {{"of", questions[i].member}, {"why", failure.error.code + ": " + failure.error.message}});
    }
    names_ = std::move(names);
    known_ = wanted;
    asked_at_ = clock_.steady();
    co_return names_;
}

} // namespace paysync::sync
