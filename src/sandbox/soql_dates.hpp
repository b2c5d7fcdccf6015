// Date literals (TODAY, LAST_N_DAYS:7, …) and date functions (SOQL and SOSL Reference: Date Formats and Date
// Literals).
#pragma once

#include "paysync/base/time.hpp"
#include "sandbox/soql.hpp"

#include <optional>
#include <string>

namespace paysync::sandbox::soql {

/// The spans that date literals mean to a user in a time zone. Weeks begin on Monday, fiscal years in January.
class DateWords {
public:
    /// An unknown zone is UTC.
    DateWords(base::WallTime now, std::string zone) : now_{now}, zone_{std::move(zone)} {}

    /// `name` in upper case; nothing when it is no date literal.
    std::optional<Literal> span(const std::string& name) const;

private:
    base::WallTime now_;
    std::string zone_;
};

/// A date function of a stored date or date-time (which counts as UTC): CALENDAR_YEAR, DAY_ONLY, …; null of null.
base::Json date_part(const std::string& function, const base::Json& stored);

} // namespace paysync::sandbox::soql
