// Questions about what waits, for a time or a person. All throw Failure.
#pragma once

#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"

#include <set>

namespace paysync::store::sqlite {

std::vector<DueRun> due_runs(Connection& connection, WallTime now, std::size_t limit);
std::optional<WallTime> next_due(Connection& connection);
OwnAnswers own(Connection& connection, const OwnQuestions& questions);
std::map<GroupKey, GroupMembers> group_members(Connection& connection, const std::vector<GroupKey>& groups);
std::vector<FlowHold> flow_holds(Connection& connection);
std::vector<KnownAnswers> known(Connection& connection, const std::vector<std::int64_t>& event_seqs);
std::vector<Timer> timers(Connection& connection, std::size_t limit);
std::vector<AuditEntry> audit(Connection& connection, std::int64_t after, std::size_t limit);

// Parts of greater answers, asked within their snapshot.
std::map<std::string, std::vector<GroupKey>> memberships(Connection& connection,
                                                         const std::set<std::string>& payments);
void add_waiting(Connection& connection, const std::string& id, Story& story);

} // namespace paysync::store::sqlite
