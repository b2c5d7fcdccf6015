// What flows ask of paysync's own store: timers and people's decisions.
#pragma once

#include "paysync/flow/question.hpp"
#include "paysync/store/store.hpp"

#include <map>
#include <string>
#include <vector>

namespace paysync::sync {

store::OwnQuestions own_questions(const std::vector<flow::Question>& questions);

/// By the question's key, for every one of `questions`.
std::map<std::string, flow::Answer> own_answers(const std::vector<flow::Question>& questions,
                                                const store::OwnAnswers& known);

} // namespace paysync::sync
