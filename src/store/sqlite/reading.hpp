// The questions that the store answers, each on one connection. All throw Failure.
#pragma once

#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"

namespace paysync::store::sqlite {

std::vector<StoredEvent> unsettled(Connection& connection, std::int64_t after, std::size_t limit);
std::vector<DueRun> due_runs(Connection& connection, WallTime now, std::size_t limit);
std::optional<WallTime> next_due(Connection& connection);
std::map<std::string, Json> payments(Connection& connection, const std::vector<std::string>& ids);
Surroundings surroundings(Connection& connection, const std::vector<std::string>& payments,
                          const std::vector<std::string>& customers);
std::map<std::string, Json> payments_above(Connection& connection, const std::string& after, std::size_t limit);
std::map<RunKey, int> claims(Connection& connection);
Counts counts(Connection& connection);
Story story(Connection& connection, const std::string& id);
std::vector<DueRun> runs(Connection& connection, RunState state, std::size_t limit);
std::vector<StoredEvent> recent(Connection& connection, std::size_t limit);

} // namespace paysync::store::sqlite
