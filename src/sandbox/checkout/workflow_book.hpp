// Workflows: which events go where, and what became of each delivery.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/runtime/chance.hpp"

#include <map>
#include <string>
#include <vector>

namespace paysync::sandbox {

struct Workflow {
    std::string id;
    std::string name;
    bool active = true;
    base::Json conditions = base::Json::array(); ///< each with its wfc_… id
    base::Json actions = base::Json::array();    ///< each with its wfa_… id
    bool configured = false;                     ///< stands for the webhook URL that the sandbox was started with
};

class WorkflowBook {
public:
    explicit WorkflowBook(runtime::Chance& chance) : chance_{chance} {}

    Workflow& add(std::string name, bool active);
    /// The workflow of the configured webhook URL; its ids are the same in every sandbox.
    void set_configured(const std::string& url, const std::string& key, const std::string& authorization);
    Workflow* find(const std::string& id);
    bool remove(const std::string& id);
    const std::map<std::string, Workflow>& all() const { return workflows_; }
    /// Adds an item with an id of its own ("wfa_…" or "wfc_…") and returns the id.
    std::string add_item(base::Json& list, const char* prefix, base::Json item);
    /// Active, and all its conditions hold.
    static bool takes(const Workflow& workflow, const base::Json& event);

    /// One attempt to deliver an event by an action.
    void note_invocation(const std::string& event, const std::string& action, base::Json invocation);
    /// null: the action was never invoked for the event.
    const base::Json& invocations(const std::string& event, const std::string& action) const;
    void clear(); ///< all but the configured one

private:
    runtime::Chance& chance_;
    std::map<std::string, Workflow> workflows_;
    std::map<std::string, std::map<std::string, base::Json>> invocations_; // event -> action -> attempts
    std::string url_;
    std::string key_;
    std::string authorization_;
};

inline constexpr const char* configured_workflow = "wf_configuredwebhookurlworkfl";
inline constexpr const char* configured_action = "wfa_configuredwebhookurlaction";

/// pending, successful or failed: from its attempts.
std::string invocation_status(const base::Json& attempts);

} // namespace paysync::sandbox
