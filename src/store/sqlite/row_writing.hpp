// One row each, within the transaction of the caller. All throw Failure.
#pragma once

#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"

namespace paysync::store::sqlite {

void put_run(Connection& connection, const Run& run);
/// A run that was put as held, while the person's answer came: it goes on.
void heed_approval(Connection& connection, const Run& run);
void clear_timers(Connection& connection, const RunKey& key);
void put_timer(Connection& connection, const Timer& timer);
void put_call(Connection& connection, const OutboundCall& call);
void put_member(Connection& connection, const GroupMember& member);
void put_approval(Connection& connection, const Approval& approval);
void put_known(Connection& connection, const KnownAnswers& known);
/// Its hash follows from the newest row.
void add_audit(Connection& connection, const AuditEntry& entry);

} // namespace paysync::store::sqlite
