// A sign of life that is worth something: given only while every part has just shown that it still moves.
#pragma once

#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/wakeup.hpp"

#include <functional>
#include <string>
#include <vector>

namespace paysync::app {

/// Runs on the lane, so a lane that is stuck gives no sign either.
class Heartbeat {
public:
    /// A part of the daemon; `answers` returns when it moved, well or badly. A part that is stuck never lets it
    /// return.
    struct Part {
        std::string name;
        std::function<runtime::Task<>()> answers;
    };

    /// `beat` is called after all parts answered, at once and then every `every`.
    Heartbeat(runtime::Clock& clock, runtime::Duration every, std::vector<Part> parts, std::function<void()> beat);

    /// Until stop().
    runtime::Task<> run();
    /// Says in the log which part does not answer, while that lasts: whoever finds the process killed will ask. Until
    /// stop().
    runtime::Task<> complain();
    void stop();

private:
    runtime::Clock& clock_;
    runtime::Duration every_;
    std::vector<Part> parts_;
    std::function<void()> beat_;
    const Part* asked_ = nullptr;
    runtime::SteadyTime asked_at_;
    bool stopping_ = false;
    runtime::Wakeup stop_running_;
    runtime::Wakeup stop_complaining_;
};

} // namespace paysync::app
