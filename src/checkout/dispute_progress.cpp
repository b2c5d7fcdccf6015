// The order of a dispute's life.
#include "dispute_progress.hpp"

namespace paysync::checkout {

namespace {

/// How far along: decides between events of one moment. Won and lost can be followed by arbitration.
int progress(std::string_view type) {
    const std::string_view state = dispute_state(type);
    if (state == "request_for_information_received") return 0;
    if (state == "received") return 1;
    if (state == "evidence_required") return 2;
    if (state == "evidence_submitted") return 3;
    if (state == "evidence_acknowledged_by_scheme") return 4;
    if (state == "arbitration_sent_to_scheme") return 6;
    if (state == "arbitration_evidence_submitted") return 7;
    if (state.starts_with("arbitration_")) return 8;
    return 5;
}

} // namespace

std::string_view dispute_state(std::string_view type) {
    constexpr std::string_view prefix = "dispute_";
    return type.starts_with(prefix) ? type.substr(prefix.size()) : type;
}

bool happens_before(const DisputeEvent& a, const DisputeEvent& b) {
    return a.at != b.at ? a.at < b.at : progress(a.type) < progress(b.type);
}

} // namespace paysync::checkout
