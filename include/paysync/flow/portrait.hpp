// A flow as people look at it: a tree of its steps, drawn as a Mermaid flowchart or told in words. Pure.
#pragma once

#include "paysync/flow/flow_set.hpp"

#include <string>
#include <utility>
#include <vector>

namespace paysync::flow {

/// One step, with the texts that stand in its file: "Closed Won" for text, `.payment.id` for an expression.
struct PortraitStep {
    enum class Kind { record, use, choose, branch, otherwise, each, at, invoke, notify, hold };
    /// What a step does with some fields: {"set", {{"StageName", "\"Closed Won\""}}}.
    struct Part {
        std::string what; ///< the key in the file: "key", "find 1", "set", "fill", "create", "with", …
        std::vector<std::pair<std::string, std::string>> items;
    };

    Kind kind = Kind::record;
    std::string name;    ///< later steps read it as $name; may be empty
    std::string when;    ///< empty: always
    std::string subject; ///< object, fragment, list, time, action, endpoint or reason
    std::vector<Part> parts;
    std::vector<PortraitStep> steps; ///< inside; of `choose` its branches
};

struct Portrait {
    std::string flow;
    std::string description;
    bool enabled = true;
    std::vector<std::string> on;
    std::vector<std::string> needs;
    std::string max_age;
    std::string when;
    std::vector<std::pair<std::string, std::string>> vars; ///< with what paysync.yaml puts over them
    std::vector<PortraitStep> steps;
};

/// `flow`: a position in FlowSet::flows().
Portrait portrait_of(const FlowSet& flows, std::size_t flow);

/// A flowchart in Mermaid's language, as GitHub, Confluence and many wikis draw it.
std::string to_mermaid(const Portrait& portrait);
/// Numbered sentences, every expression whole.
std::string to_words(const Portrait& portrait);
Json to_json(const Portrait& portrait);

} // namespace paysync::flow
