// What another set of flows would have done with events that were handled: old and new side by side. Pure.
#pragma once

#include "paysync/flow/flow_set.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace paysync::app {

/// What was known when an event was handled: the answers recorded for it, by Question::key(). What was asked in vain
/// is remembered.
class KnownThen final : public flow::Knowledge {
public:
    void add(const std::string& key, flow::Answer answer) { answers_.emplace(key, std::move(answer)); }
    bool empty() const { return answers_.empty(); }

    std::optional<flow::Answer> answer(const flow::Question& question) const override;

    /// Objects of which something was asked, and asked in vain; since the last call of forget_asked().
    const std::set<std::string>& asked() const { return asked_; }
    const std::set<std::string>& unknown() const { return unknown_; } ///< "Lead by Email"
    /// Fields that the asking flows read and that nobody read at the time: "Lead.Score".
    const std::set<std::string>& unread() const { return unread_; }
    /// Begins anew. `new_fields`: by object, those of which unread() tells.
    void forget_asked(const std::map<std::string, std::set<std::string>>& new_fields) const;

private:
    std::unordered_map<std::string, flow::Answer> answers_;
    mutable const std::map<std::string, std::set<std::string>>* new_fields_ = nullptr;
    mutable std::set<std::string> asked_;
    mutable std::set<std::string> unknown_;
    mutable std::set<std::string> unread_;
};

/// One thing that a flow does for an event.
struct Act {
    std::string what; ///< "create Lead", "update Lead 00Q…", "hold: …", "fails: …", "invoke Start (key)"
    base::Json fields = base::Json::object();
    bool operator==(const Act&) const = default;
};

/// What one flow makes of one event.
struct Doing {
    std::vector<Act> acts;
    std::set<std::string> not_known; ///< questions without a recorded answer: then nothing can be said
    std::set<std::string> unread;    ///< fields that were taken as empty, because nobody read them at the time
    std::size_t calls = 0;           ///< about, for this event alone
};

struct FlowChange {
    std::string flow;
    Doing before;
    Doing after;
};

struct DiffTotals {
    std::size_t events = 0;     ///< looked at
    std::size_t triggering = 0; ///< that begin a changed flow
    std::size_t differing = 0;
    std::size_t not_known = 0; ///< of which something was not known, in the old or the new flows
    struct Side {
        std::map<std::string, std::size_t> acts; ///< "create Lead", "update Lead", "hold", "fails", "invoke", …
        std::size_t calls = 0;
    };
    Side before;
    Side after;
    std::map<std::string, std::size_t> unknown_questions;
    std::map<std::string, std::size_t> unread_fields;
};

/// Evaluates only flows whose version differs. Both sides see the same views and the same answers, so that nothing
/// but the change shows. What a side has made or written itself it does not make or write again.
class FlowDiff {
public:
    FlowDiff(std::shared_ptr<const flow::FlowSet> before, std::shared_ptr<const flow::FlowSet> after);
    ~FlowDiff();

    /// `new-payer changed`, `refunds added`, …; empty: there is nothing to compare.
    const std::vector<std::string>& changes() const { return changes_; }
    /// Does an event of this type begin a changed flow?
    bool concerns(const std::string& type) const;

    /// The flows that do something else for this event.
    std::vector<FlowChange> compare(const flow::Input& input, const KnownThen& known);
    void pass_by() { ++totals_.events; } ///< an event that concerns no changed flow

    const DiffTotals& totals() const { return totals_; }

private:
    class Side;
    struct Pair {
        std::string flow;
        std::optional<std::size_t> before;
        std::optional<std::size_t> after;
    };

    std::unique_ptr<Side> before_;
    std::unique_ptr<Side> after_;
    std::vector<Pair> pairs_;
    std::vector<std::string> changes_;
    DiffTotals totals_;
};

} // namespace paysync::app
