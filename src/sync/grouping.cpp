// Evaluating the expressions of groups.
#include "sync/grouping.hpp"

#include "paysync/base/log.hpp"

namespace paysync::sync {

namespace {

std::map<std::string, std::string> groups_in(flow::Evaluator& evaluator, const Views& views,
                                             const std::string& payment) {
    flow::Evaluator::Groups groups = evaluator.groups_of(views.group_input(payment));
    for (const std::string& problem : groups.problems)
        base::log::warning("sync", "a payment is of no group because its expression failed",
                           {{"payment", payment}, {"why", problem}});
    return std::move(groups.ids);
}

} // namespace

runtime::Task<void> set_groups(Views& views, const std::set<std::string>& payments,
                               std::shared_ptr<const flow::FlowSet> flows, runtime::Workers& workers,
                               std::unique_ptr<flow::Evaluator>& evaluator) {
    if (flows->groups().empty() || payments.empty()) co_return;
    std::function<void()> job = [&] {
        if (!evaluator) evaluator = std::make_unique<flow::Evaluator>(flows);
        for (const std::string& payment : payments) views.set_groups(payment, groups_in(*evaluator, views, payment));
    };
    co_await workers.run(std::move(job));
}

runtime::Task<std::vector<std::vector<std::string>>> group_keys(const std::vector<Work>& work,
                                                                const std::map<std::string, base::Json>& payments,
                                                                std::shared_ptr<const flow::FlowSet> flows,
                                                                runtime::Workers& workers,
                                                                std::unique_ptr<flow::Evaluator>& evaluator) {
    std::vector<std::vector<std::string>> keys(work.size());
    if (flows->groups().empty() || work.empty()) co_return keys;
    std::function<void()> job = [&] {
        if (!evaluator) evaluator = std::make_unique<flow::Evaluator>(flows);
        for (std::size_t i = 0; i < work.size(); ++i) {
            if (!work[i].event || work[i].event->payment_id.empty()) continue;
            const std::string& payment = work[i].event->payment_id;
            Views views;
            const auto stored = payments.find(payment);
            if (stored != payments.end() && !views.load_payment(payment, stored->second)) continue;
            views.hear(*work[i].event);
            for (const auto& [group, id] : groups_in(*evaluator, views, payment))
                keys[i].push_back("group|" + group + "|" + id);
        }
    };
    co_await workers.run(std::move(job));
    co_return keys;
}

} // namespace paysync::sync
