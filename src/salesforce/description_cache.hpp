// What the org said of its objects, and when it is time to ask again.
#pragma once

#include "salesforce/caller.hpp"
#include "salesforce/single_flight.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace paysync::salesforce {

/// A description is asked for whole no more often than this because of a doubt, and that an object is missing is
/// believed as long.
inline constexpr std::chrono::minutes description_doubt_interval{1};
/// A description that changed so lately may not be what a failed row was decided on.
inline constexpr std::chrono::minutes description_news_life{2};
/// What the user may see can change without the org calling it a modification: once a day all is read again.
inline constexpr std::chrono::hours description_whole_interval{24};

/// Used on one lane; one request at a time for an object.
class DescriptionCache {
public:
    DescriptionCache(const OrgSettings& settings, runtime::Clock& clock, Caller& caller);

    /// As at hand; after describe_lifetime the org is asked whether it changed (If-Modified-Since).
    Task<Called<Org::Description>> get(std::string object);
    /// Asked whole, unless what is at hand is younger than description_doubt_interval.
    Task<Called<Org::Description>> refresh(std::string object);
    /// An answer contradicted the description. Asks anew and says whether the org is not what it was.
    Task<bool> changed(std::string object);

    bool multi_currency() const { return multi_currency_; }

private:
    struct Entry {
        Org::Description description;       ///< null: never read, or the org has no such object
        std::optional<CallFailure> missing; ///< the org has no such object
        std::string last_modified;
        std::optional<runtime::SteadyTime> read_at; ///< whole, or that it is missing
        std::optional<runtime::SteadyTime> changed_at;
        runtime::SteadyTime fresh_until;
        SingleFlight<Called<Org::Description>> flight;
    };
    using EntryPtr = std::shared_ptr<Entry>;

    EntryPtr entry_of(const std::string& object);
    static Called<Org::Description> at_hand(const Entry& entry);
    Task<Called<Org::Description>> share(EntryPtr entry, std::string object, bool whole);
    Task<Called<Org::Description>> fetch(EntryPtr entry, std::string object, bool whole);
    Called<Org::Description> take(Entry& entry, const Reply& reply);
    void take_missing(Entry& entry, const CallFailure& failure, const std::string& object);

    const OrgSettings& settings_;
    runtime::Clock& clock_;
    Caller& caller_;
    std::map<std::string, EntryPtr> entries_; // by lower-cased name
    bool multi_currency_ = false;
};

} // namespace paysync::salesforce
