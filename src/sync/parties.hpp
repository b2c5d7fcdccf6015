// Who must not be worked on by two batches at once.
#pragma once

#include "paysync/checkout/event.hpp"
#include "paysync/store/store.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::sync {

/// One stored event to be handled, or one flow of it to be tried again.
struct Work {
    store::StoredEvent stored;
    std::optional<checkout::Event> event; ///< nothing: the body cannot be read
    std::optional<store::Run> run;        ///< set: only this flow
    std::int64_t order = 0;               ///< of arrival, for fairness
    /// A call for it may still be running somewhere in Salesforce: sent without an answer, now or in an earlier life.
    bool outcome_unknown = false;
};

/// Ready work, grouped into parties: the connected components over the keys (payments, customers, e-mails) of all
/// work that is buffered or in flight. A party is in flight in at most one batch. Pure bookkeeping, no I/O.
class Parties {
public:
    using PartyId = std::size_t;

    /// `keys` is not empty. Parties that share a key become one; if one of them is in flight, so is the whole.
    void add(std::vector<std::string> keys, Work work);

    struct Taken {
        PartyId party;
        std::vector<Work> work; ///< in order of occurrence
    };
    /// The ready work of the parties with the oldest work that are not in flight, at most `work_max` pieces: whole
    /// parties, unless the first alone has more. They are then in flight.
    std::vector<Taken> take(std::size_t work_max);

    /// The batch is over. Work that was not settled comes back.
    void done(PartyId party, std::vector<Work> unsettled);

    std::size_t ready() const { return ready_; }       ///< pieces of work that take() could give
    std::size_t buffered() const { return buffered_; } ///< ready, or behind a party in flight
    std::size_t in_flight() const { return in_flight_; }

private:
    struct Party {
        std::vector<std::string> keys;
        std::vector<Work> waiting;
        std::size_t flights = 0; ///< batches that hold a part of it
    };

    struct Listed {
        std::int64_t oldest = 0;
        std::size_t work = 0;
    };

    PartyId root(PartyId party) const;
    PartyId join(PartyId a, PartyId b);
    void list_again(PartyId party);
    void drop_if_empty(PartyId party);

    std::map<PartyId, Party> parties_;
    std::map<PartyId, PartyId> joined_; ///< party in flight that is no more → the one that took it in
    std::map<std::string, PartyId> by_key_;
    std::set<std::pair<std::int64_t, PartyId>> by_oldest_; ///< parties that can be taken
    std::map<PartyId, Listed> listed_;
    PartyId next_ = 1;
    std::size_t ready_ = 0;
    std::size_t buffered_ = 0;
    std::size_t in_flight_ = 0;
};

} // namespace paysync::sync
