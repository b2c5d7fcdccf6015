// What a person changes in the store, beside a running daemon or without one.
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/store/sqlite_store.hpp"
#include "paysync/store/store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace paysync::store {

/// Goes into the audit with all that is done.
struct Said {
    std::string by;
    std::string reason; ///< may be empty
    WallTime at;
};

struct Replayed {
    std::size_t put = 0;        ///< ready now
    std::size_t on_its_way = 0; ///< left alone: its event is not settled yet, or it is done but for its last look
    std::size_t unknown = 0;    ///< there is no such event (any more)
};

enum class Released {
    goes_on, ///< it is evaluated again, with the decision
    ended,   ///< it asked for no decision: it is gone, and nothing more is done
    none,    ///< no such run is held
};

/// For command-line tools: each call waits for the disk and for the daemon's commits, and is one short transaction or
/// several, with a line in the audit each. The daemon finds what was put when it looks at what is due. Errors are
/// those of Store. Used by one thread.
class Intervention {
public:
    virtual ~Intervention() = default;

    /// Each of these flows for these events becomes a waiting run that is ready now, whatever it was: done, waiting,
    /// held or dead.
    virtual base::Result<Replayed> replay(const std::vector<RunKey>& runs, const Said& said) = 0;

    /// A held run. Its approval, when it asks for one, is written too. A call whose outcome is unknown is sent once
    /// more with `go`, and counts as done with `stop`. What asks for nothing is tried again with `go`.
    virtual base::Result<Released> release(const RunKey& run, Decision decision, const Said& said) = 0;

    /// Dead and held runs are forgotten; nothing more is done for them. How many there were.
    virtual base::Result<std::size_t> discard(const std::vector<RunKey>& runs, const Said& said) = 0;

    /// Nothing of the flow is due from now on. False: it was on hold already, and stays so for the older reason.
    virtual base::Result<bool> hold_flow(const std::string& flow, const Said& said) = 0;

    /// False: it was not on hold.
    virtual base::Result<bool> release_flow(const std::string& flow, const Said& said) = 0;
};

/// Throws as open_sqlite_store_for_reading() does, and OpenFailure (no_place) when the file may not be written.
std::unique_ptr<Intervention> open_sqlite_for_intervention(const SqliteSettings& settings);

} // namespace paysync::store
