// Runs the `tests:` of flow files against an org in memory.
#pragma once

#include "paysync/flow/flow_set.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace paysync::flow {

struct TestResult {
    std::string flow;
    std::string name;
    yaml::Place place;
    bool passed = false;
    std::string report; ///< what was expected and what came, for people; empty when passed
};

/// Turns the raw events of a test, in the order in which they are heard, into the inputs of the engine: one a time,
/// each with the views as they stand after it. The app supplies it from room `checkout`, which flow may not use.
/// Returns for one more heard event all inputs to evaluate again, in order of occurrence.
class Views {
public:
    virtual ~Views() = default;
    virtual std::vector<Input> hear(const Json& raw_event, base::WallTime now) = 0;
    /// A heard event once more, with the views as they stand.
    virtual std::optional<Input> again(const std::string& event_id, base::WallTime now) = 0;
};
/// What Evaluator::groups_of() says, and the names of all groups.
struct GroupRules {
    std::vector<std::string> names;
    std::function<std::map<std::string, std::string>(const Json& payment)> ids_of;
};
using MakeViews = std::function<std::unique_ptr<Views>(const GroupRules&)>;
/// Reads an event file named by a test, relative to the flow file.
using ReadEvent = std::function<base::Result<Json>(const std::string& flow_file, const std::string& path)>;

/// In how many orders `any_order` hears the events of a stretch. Up to 4 events (24 orders) it is always all.
enum class Orders {
    some, ///< of more events 24 orders, evenly chosen among all
    all,  ///< 6 events have 720
};

/// Runs the tests of the flows named (all when empty), in file order.
std::vector<TestResult> run_tests(const std::shared_ptr<const FlowSet>& flows, const std::vector<std::string>& names,
                                  const MakeViews& make_views, const ReadEvent& read_event,
                                  Orders orders = Orders::some);

} // namespace paysync::flow
