// A day's figures as an event that flows are written for.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/checkout/event.hpp"
#include "paysync/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace paysync::revenue {

inline constexpr const char* day_event_type = "revenue_day";

/// `.data` of such an event: id, day, currency, dimensions {name: text or null}, captured, refunded, charged_back,
/// failed, recovered (minor units), count, attempted, approved.
base::Json day_data(const store::Figure& figure);

/// Which figure an event speaks of; nothing when its data is not that of one.
std::optional<store::FigureKey> figure_key(const base::Json& data);

/// The id follows from figure and version: telling one version twice is one event.
store::NewEvent day_event(const store::Figure& figure, base::WallTime now);

/// Gives each of these events that is one of ours the figures of now instead of those that it was made with. Flows
/// see state, not history: whichever of a figure's events is worked on last, after whatever retries, writes the same.
runtime::Task<base::Result<void>> renew(std::vector<checkout::Event*> events, store::Store& store);

/// What was told, to be compared: empty for sums that are all 0, like what was never told.
std::string told_text(const store::FigureSums& sums);

} // namespace paysync::revenue
