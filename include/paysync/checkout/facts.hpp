// Named values of which the newest wins, whatever the order in which they were heard.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"

#include <compare>
#include <map>
#include <optional>
#include <string>

namespace paysync::checkout {

/// How much a statement weighs. Totally ordered: by rank, then by when it happened, then by the event's id, so that
/// two statements of one moment are decided alike in every order.
struct Stamp {
    int rank = 0;
    base::WallTime at;
    std::string event_id;

    auto operator<=>(const Stamp&) const = default;
};

struct Fact {
    Stamp stamp;
    base::Json value;

    bool operator==(const Fact&) const = default;
};

/// A map in which each name keeps the value with the greatest stamp (equal stamps: the greater text), whole. Offering
/// is commutative, associative and idempotent.
class Facts {
public:
    enum class Offer {
        kept,    ///< nothing changed
        changed, ///< a newer value, or a newer stamp for the same one
        gained,  ///< a name, or a member of an object, that was not there before
    };

    /// null says nothing and changes nothing.
    Offer offer(const std::string& name, const base::Json& value, const Stamp& stamp);

    /// null where nothing is known.
    const base::Json& value(const std::string& name) const;
    const Fact* find(const std::string& name) const;
    bool empty() const { return facts_.empty(); }
    const std::map<std::string, Fact>& all() const { return facts_; }

    bool operator==(const Facts&) const = default;

    /// {name: [rank, nanoseconds since 1970, event id, value]}
    base::Json to_json() const;
    /// Nothing when `stored` was not written by to_json().
    static std::optional<Facts> from_json(const base::Json& stored);

private:
    std::map<std::string, Fact> facts_;
};

} // namespace paysync::checkout
