// The questions that the store answers, each on one connection. All throw Failure.
#pragma once

#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"

namespace paysync::store::sqlite {

std::vector<StoredEvent> unsettled(Connection& connection, std::int64_t after, std::size_t limit);
std::map<std::string, Json> payments(Connection& connection, const std::vector<std::string>& ids);
Surroundings surroundings(Connection& connection, const std::vector<std::string>& payments,
                          const std::vector<std::string>& customers);
std::map<std::string, Json> payments_above(Connection& connection, const std::string& after, std::size_t limit);
std::map<RunKey, int> claims(Connection& connection);
Counts counts(Connection& connection);
Story story(Connection& connection, const std::string& id);
std::vector<DueRun> runs(Connection& connection, const RunFilter& filter, std::size_t limit);
std::optional<DueRun> run_of(Connection& connection, const RunKey& key);
std::vector<StoredEvent> events_since(Connection& connection, WallTime received, std::int64_t after,
                                      std::size_t limit);
std::vector<StoredEvent> recent(Connection& connection, std::size_t limit);

} // namespace paysync::store::sqlite
