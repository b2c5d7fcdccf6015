// Questions of flows, asked of the real org.
#pragma once

#include "live_org.hpp"

#include "paysync/sync/look_up.hpp"

namespace paysync::app {

/// Asks as the engine does: values coerced by describe, questions packed into few statements.
class LiveAnswers {
public:
    LiveAnswers(const Configuration& configuration, const flow::FlowSet& flows)
        : org_{configuration}, flows_{flows} {}

    /// In the order of the questions. An error when the org does not answer.
    base::Result<std::vector<flow::Answer>> ask(const std::vector<flow::Question>& questions);

    /// For Input::org.
    base::Result<sync::Directory::Names> names();

private:
    base::Result<void> describe_all();

    LiveOrg org_;
    const flow::FlowSet& flows_;
    sync::Descriptions descriptions_;
};

} // namespace paysync::app
