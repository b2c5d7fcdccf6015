// A store that answers nothing, to be overridden where a test needs an answer.
#pragma once

#include "paysync/store/store.hpp"

namespace paysync::tests {

/// Every operation is Errc::internal: who is tested must not ask it.
class SilentStore : public store::Store {
public:
    using Task = runtime::Task<>;
    template <class T>
    using Answer = runtime::Task<base::Result<T>>;
    using States = std::map<std::string, base::Json>;
    using Events = std::vector<store::StoredEvent>;
    using Runs = std::vector<store::DueRun>;
    using Groups = std::map<store::GroupKey, store::GroupMembers>;
    using Figures = std::vector<store::Figure>;
    using Claims = std::map<store::RunKey, int>;

    Answer<store::Appended> append(store::NewEvent) override { return none<store::Appended>(); }
    Answer<Events> unsettled(std::int64_t, std::size_t) override { return none<Events>(); }
    Answer<Runs> due_runs(base::WallTime, std::size_t) override { return none<Runs>(); }
    Answer<std::optional<base::WallTime>> next_due() override { return none<std::optional<base::WallTime>>(); }
    Answer<States> payments(std::vector<std::string>) override { return none<States>(); }
    Answer<store::Surroundings> surroundings(std::vector<std::string>, std::vector<std::string>) override {
        return none<store::Surroundings>();
    }
    Answer<States> payments_above(std::string, std::size_t) override { return none<States>(); }
    Answer<void> settle(store::Settlement) override { return none<void>(); }
    Answer<Claims> claims() override { return none<Claims>(); }
    Answer<store::Counts> counts() override { return none<store::Counts>(); }
    Answer<store::Story> story(std::string) override { return none<store::Story>(); }
    Answer<Runs> runs(store::RunFilter, std::size_t) override { return none<Runs>(); }
    Answer<std::optional<store::DueRun>> run_of(store::RunKey) override {
        return none<std::optional<store::DueRun>>();
    }
    Answer<store::OwnAnswers> own(store::OwnQuestions) override { return none<store::OwnAnswers>(); }
    Answer<Groups> group_members(std::vector<store::GroupKey>) override { return none<Groups>(); }
    Answer<std::vector<store::FlowHold>> flow_holds() override { return none<std::vector<store::FlowHold>>(); }
    Answer<std::vector<store::KnownAnswers>> known(std::vector<std::int64_t>) override {
        return none<std::vector<store::KnownAnswers>>();
    }
    Answer<Events> events_since(base::WallTime, std::int64_t, std::size_t) override { return none<Events>(); }
    Answer<std::vector<store::Timer>> timers(std::size_t) override { return none<std::vector<store::Timer>>(); }
    Answer<std::vector<store::AuditEntry>> audit(std::int64_t, std::size_t) override {
        return none<std::vector<store::AuditEntry>>();
    }
    Answer<Events> recent(std::size_t) override { return none<Events>(); }
    Answer<Figures> due_figures(base::WallTime, std::size_t) override { return none<Figures>(); }
    Answer<std::optional<base::WallTime>> next_figure() override { return none<std::optional<base::WallTime>>(); }
    Answer<Figures> figures(std::vector<store::FigureKey>) override { return none<Figures>(); }
    Answer<Figures> figures_of(std::string) override { return none<Figures>(); }
    Answer<store::FigureBook> figure_book() override { return none<store::FigureBook>(); }
    Task stop() override { co_return; }

private:
    template <class T>
    static Answer<T> none() {
        co_return base::Error{base::Errc::internal, "this test's store was not meant to be asked that"};
    }
};

} // namespace paysync::tests
