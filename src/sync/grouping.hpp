// Which groups payments are of: reckoned on a worker, where expressions run.
#pragma once

#include "paysync/flow/flow_set.hpp"
#include "paysync/runtime/workers.hpp"
#include "paysync/sync/input.hpp"
#include "sync/parties.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace paysync::sync {

/// Sets the groups of these payments in `views`. Makes `evaluator` when there is none.
runtime::Task<void> set_groups(Views& views, const std::set<std::string>& payments,
                               std::shared_ptr<const flow::FlowSet> flows, runtime::Workers& workers,
                               std::unique_ptr<flow::Evaluator>& evaluator);

/// For each piece of work the keys of its payment's groups, as far as the stored state and its own event tell them:
/// what is found out later, the batch's own view knows.
runtime::Task<std::vector<std::vector<std::string>>> group_keys(const std::vector<Work>& work,
                                                                const std::map<std::string, base::Json>& payments,
                                                                std::shared_ptr<const flow::FlowSet> flows,
                                                                runtime::Workers& workers,
                                                                std::unique_ptr<flow::Evaluator>& evaluator);

} // namespace paysync::sync
