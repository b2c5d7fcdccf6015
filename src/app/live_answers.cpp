// From questions to SOQL and back.
#include "live_answers.hpp"

namespace paysync::app {

base::Result<void> LiveAnswers::describe_all() {
    if (!descriptions_.empty()) return {};
    for (const auto& [object, fields] : flows_.fields_read()) {
        auto description = org_.describe(object);
        if (description)
            descriptions_[object] = *description;
        else if (!description.error().reached)
            return base::Error{base::Errc::unavailable, "Salesforce: " + description.error().text()};
        else
            descriptions_[object] = nullptr; // the rules that need it say so
    }
    return {};
}

base::Result<std::vector<flow::Answer>> LiveAnswers::ask(const std::vector<flow::Question>& questions) {
    if (auto described = describe_all(); !described) return described.error();
    std::map<std::string, flow::Answer> answers; // by the question's key
    std::vector<sync::Coerced> sendable;
    for (const flow::Question& question : questions) {
        auto coerced = sync::coerce(question, descriptions_);
        if (auto* one = std::get_if<sync::Coerced>(&coerced))
            sendable.push_back(std::move(*one));
        else
            answers[question.key()].unusable = std::get<sync::Refused>(coerced).why;
    }
    const auto statements = sync::pack(std::move(sendable), flows_.fields_read(), descriptions_);
    std::vector<std::string> texts;
    for (const sync::Statement& statement : statements) texts.push_back(statement.soql);
    if (!texts.empty()) {
        const auto replies = org_.query(texts);
        if (!replies) return base::Error{base::Errc::unavailable, "Salesforce: " + replies.error().text()};
        for (std::size_t i = 0; i < statements.size(); ++i) {
            if (const auto* refused = std::get_if<salesforce::Org::QueryFailure>(&replies->at(i)))
                return base::Error{base::Errc::invalid, "Salesforce refuses a query: " + refused->error.message};
            const auto& rows = std::get<std::vector<base::Json>>(replies->at(i));
            for (auto& [key, answer] : sync::sort_rows(statements[i], rows)) answers[key] = std::move(answer);
        }
    }
    std::vector<flow::Answer> ordered;
    for (const flow::Question& question : questions) ordered.push_back(answers[question.key()]);
    return ordered;
}

base::Result<sync::Directory::Names> LiveAnswers::names() {
    auto names = org_.names(flows_.org_names());
    if (!names) return base::Error{base::Errc::unavailable, "Salesforce: " + names.error().text()};
    return *names;
}

} // namespace paysync::app
