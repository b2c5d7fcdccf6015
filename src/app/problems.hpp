// Dead and held work, grouped by what it has in common.
#pragma once

#include "paysync/store/store.hpp"

#include <string>
#include <vector>

namespace paysync::app {

struct Problem {
    store::DueRun sample; ///< the newest
    std::size_t count = 0;
    base::WallTime first; ///< since when the oldest is in that state
    std::string cure;
    std::vector<std::string> commands; ///< for all of them where that is possible, else for the sample
};

/// By state, cause, flow and step: the dead before the held, the many before the few. `runs`: the newest first.
std::vector<Problem> problems_among(const std::vector<store::DueRun>& runs);

std::string to_words(const std::vector<Problem>& problems);
base::Json to_json(const std::vector<Problem>& problems);

} // namespace paysync::app
