// What a person can do about work that is not done, in the words to type.
#pragma once

#include "paysync/store/store.hpp"

#include <string>
#include <vector>

namespace paysync::app {

struct Cure {
    std::string words;
    std::vector<std::string> commands;
};

/// `event`: the id of the run's event.
Cure cure_of(const store::Run& run, const std::string& event);

/// As a shell takes it for one word.
std::string shell_word(const std::string& text);

} // namespace paysync::app
