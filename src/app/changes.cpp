// Comparing by key; which keys a running daemon takes over stands here, in one list.
#include "changes.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace paysync::app {

namespace {

/// These and what lies below them. Everything else needs a restart: sockets, the store, the login, threads.
constexpr std::array<std::string_view, 22> live_keys{
    "webhooks.path",
    "webhooks.signature_keys",
    "webhooks.authorization",
    "webhooks.endpoints",
    "webhooks.tls",
    "webhooks.body_max",
    "webhooks.header_max",
    "webhooks.connections_max",
    "webhooks.timeouts",
    "salesforce.currency",
    "sync.batch_events_max",
    "sync.batches_in_flight_max",
    "sync.buffered_events_max",
    "sync.retry",
    "sync.outage",
    "flows",
    "notify",
    "revenue.at",
    "revenue.settle",
    "revenue.every",
    "log.level",
    "shutdown",
};

bool is_or_below(std::string_view key, std::string_view above) {
    if (!key.starts_with(above)) return false;
    return key.size() == above.size() || key[above.size()] == '.' || key[above.size()] == '[';
}

bool is_live(const std::string& key, const Configuration& old, const Configuration& fresh) {
    const bool had_tls = !old.webhooks_server.certificate_file.empty();
    const bool has_tls = !fresh.webhooks_server.certificate_file.empty();
    if (is_or_below(key, "webhooks.tls") && had_tls != has_tls) return false; // another kind of listener
    return std::any_of(live_keys.begin(), live_keys.end(),
                       [&](std::string_view live) { return is_or_below(key, live); });
}

std::vector<std::string> changed_keys(const Configuration& old, const Configuration& fresh) {
    std::set<std::string> changed;
    for (const auto& [key, said] : fresh.said) {
        const auto before = old.said.find(key);
        if (before == old.said.end() || before->second.value != said.value) changed.insert(key);
    }
    for (const auto& [key, said] : old.said)
        if (!fresh.said.contains(key)) changed.insert(key);
    return {changed.begin(), changed.end()};
}

} // namespace

Changes changes_between(const Configuration& old, const flow::FlowSet& old_flows, const Configuration& fresh,
                        const flow::FlowSet& fresh_flows) {
    Changes changes;
    for (std::string& key : changed_keys(old, fresh))
        (is_live(key, old, fresh) ? changes.taken : changes.need_restart).push_back(std::move(key));
    for (const flow::Flow& flow : fresh_flows.flows()) {
        const auto before = old_flows.find(flow.name);
        if (!before)
            changes.flows.push_back(flow.name + " added");
        else if (old_flows.flows()[*before].version != flow.version)
            changes.flows.push_back(flow.name + " changed");
        else if (old_flows.flows()[*before].enabled != flow.enabled)
            changes.flows.push_back(flow.name + (flow.enabled ? " switched on" : " switched off"));
    }
    for (const flow::Flow& flow : old_flows.flows())
        if (!fresh_flows.find(flow.name)) changes.flows.push_back(flow.name + " removed");
    return changes;
}

Configuration in_use(const Configuration& old, Configuration fresh, const Changes& changes) {
    for (const std::string& key : changes.need_restart) {
        const auto before = old.said.find(key);
        if (before == old.said.end())
            fresh.said.erase(key);
        else
            fresh.said[key] = before->second;
    }
    if (old.webhooks_server.certificate_file.empty() != fresh.webhooks_server.certificate_file.empty()) {
        fresh.webhooks_server.certificate_file = old.webhooks_server.certificate_file;
        fresh.webhooks_server.key_file = old.webhooks_server.key_file;
    }
    return fresh;
}

} // namespace paysync::app
