// Only what the engine would have decided is brought up: no test events, no payouts, no flow that is switched off.
#include "replay_choice.hpp"

#include "paysync/checkout/event.hpp"

#include "story_words.hpp"

namespace paysync::app {

ReplayChoice::ReplayChoice(const flow::FlowSet& flows, std::optional<std::string> flow)
    : flows_{flows}, flow_{std::move(flow)} {}

void ReplayChoice::add(const store::StoredEvent& event, const std::map<store::RunKey, store::Run>& open) {
    const auto read = checkout::read_event(event.body, event.received_at);
    if (!read) {
        ++unreadable;
        return;
    }
    if (!event.settled) {
        ++on_their_way;
        return;
    }
    if (read->is_test || read->is_payout) return;
    for (const std::size_t position : flows_.triggered_by(read->type)) {
        const std::string& flow = flows_.flows()[position].name;
        const auto found = open.find({event.seq, flow});
        if (wanted(flow)) put(event, flow, found == open.end() ? nullptr : &found->second);
    }
}

void ReplayChoice::add(const store::DueRun& due) {
    if (due.run.flow.empty()) return add(due.event, {});
    if (!wanted(due.run.flow)) return;
    const auto flow = flows_.find(due.run.flow);
    if (!flow || !flows_.flows()[*flow].enabled) {
        ++without_flow;
        return;
    }
    put(due.event, due.run.flow, &due.run);
}

void ReplayChoice::put(const store::StoredEvent& event, const std::string& flow, const store::Run* open) {
    const store::RunKey key{event.seq, flow};
    if (!seen_.insert(key).second) return;
    Replayable& one = work.emplace_back();
    one.run = key;
    one.event = event.id;
    one.type = event.type;
    one.payment = event.subject;
    one.was = open == nullptr ? "done" : state_name(open->state);
    if (open != nullptr) one.cause = open->cause;
}

std::map<std::string, std::size_t> ReplayChoice::by_flow() const {
    std::map<std::string, std::size_t> counted;
    for (const Replayable& one : work) ++counted[one.run.flow];
    return counted;
}

std::vector<store::RunKey> ReplayChoice::keys() const {
    std::vector<store::RunKey> keys;
    for (const Replayable& one : work) keys.push_back(one.run);
    return keys;
}

} // namespace paysync::app
