// The table of a time zone as expressions search it.
#include "flow/zone.hpp"

#include "paysync/base/time_zone.hpp"

namespace paysync::flow {

std::optional<base::Json> zone_offsets(const std::string& name) {
    const auto found = base::TimeZone::find(name);
    if (!found) return std::nullopt;
    base::Json zone{{"from", base::Json::array()}, {"offset", base::Json::array()}};
    for (const base::TimeZone::Offset& one : found->offsets()) {
        zone["from"].push_back(one.from);
        zone["offset"].push_back(one.offset);
    }
    return zone;
}

} // namespace paysync::flow
