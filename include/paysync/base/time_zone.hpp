// Which day it is where the merchant is: time zones of the IANA database.
#pragma once

#include "paysync/base/time.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace paysync::base {

/// A table of offsets from 1970 to 2100, read once; before and after, the nearest one holds. Cheap to copy.
class TimeZone {
public:
    struct Offset {
        std::int64_t from = 0;   ///< seconds since 1970, UTC
        std::int64_t offset = 0; ///< seconds to add to UTC from then on
    };

    /// UTC.
    TimeZone();
    /// Nothing when the system's time zone files know no such name.
    static std::optional<TimeZone> find(const std::string& name);

    const std::string& name() const { return name_; }
    /// Ascending; the first is in force since ever.
    const std::vector<Offset>& offsets() const { return *offsets_; }

    /// The date there, `2026-11-23`.
    std::string day_of(WallTime time) const;
    /// The first moment at which a clock there shows `clock` (since midnight) or more on `day`; an hour that is
    /// skipped ends at once, one that comes twice begins the first time. Nothing when `day` is no date.
    std::optional<WallTime> at(const std::string& day, std::chrono::seconds clock) const;

private:
    std::string name_;
    std::shared_ptr<const std::vector<Offset>> offsets_;
};

/// The date after `day`; empty when that is no date.
std::string day_after(const std::string& day);

} // namespace paysync::base
