// Flows and Apex methods that a client invokes: they are only recorded, and answer as they were told to.
#pragma once

#include "paysync/base/result.hpp"
#include "sandbox/resource.hpp"

#include <map>
#include <string>
#include <vector>

namespace paysync::sandbox {

/// actions/custom/flow/X, actions/custom/apex/X, actions/standard/X (REST API guide: resources_actions_invocable).
/// The org has four autolaunched flows until others are defined.
class InvocableActions {
public:
    Reply answer(const ResourceRequest& request, const std::vector<std::string>& parts, base::WallTime now);

    /// `{"flow": {"Name": {"outputs": {…}, "fail": "sentence"}}, "apex": …, "standard": …}`: the actions of that kind
    /// that there are. Errc::invalid with a sentence.
    base::Result<void> define(const base::Json& actions);
    const base::Json& defined() const { return told_; }
    /// `[{"kind", "name", "at", "inputs"}]`, in order.
    const base::Json& invocations() const { return invocations_; }
    void forget() { invocations_ = base::Json::array(); }

private:
    struct Action {
        base::Json outputs = base::Json::object();
        std::string failure; ///< empty: it succeeds
    };

    Reply list(const std::string& version, const std::string& kind) const;
    Reply invoke(const ResourceRequest& request, const std::string& kind, const std::string& name,
                 const Action& action, base::WallTime now);

    std::map<std::string, std::map<std::string, Action>> actions_ = {
        {"flow",
         {{"Start_Onboarding", {}}, {"Recover_Payment", {}}, {"Subscription_At_Risk", {}}, {"Renewal_Reminder", {}}}},
        {"apex", {}},
        {"standard", {}}};
    base::Json told_ = {{"flow",
                         {{"Start_Onboarding", base::Json::object()},
                          {"Recover_Payment", base::Json::object()},
                          {"Subscription_At_Risk", base::Json::object()},
                          {"Renewal_Reminder", base::Json::object()}}}};
    base::Json invocations_ = base::Json::array();
};

} // namespace paysync::sandbox
