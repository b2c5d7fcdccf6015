// Reads the system's time zone files through Howard Hinnant's library.
#include "flow/zone.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace paysync::flow {

namespace {

constexpr std::int64_t before_all = -62'135'596'800;               // 0001-01-01
const date::sys_seconds last{std::chrono::seconds{4'102'444'800}}; // 2100-01-01

} // namespace

std::optional<base::Json> zone_offsets(const std::string& name) {
    base::Json zone{{"from", base::Json::array()}, {"offset", base::Json::array()}};
    const auto add = [&](std::int64_t from, std::int64_t offset) {
        zone["from"].push_back(from);
        zone["offset"].push_back(offset);
    };
    if (name == "UTC" || name == "Etc/UTC") {
        add(before_all, 0);
        return zone;
    }
    try {
        const date::time_zone* found = date::locate_zone(name);
        for (date::sys_seconds at{}; at < last;) {
            const date::sys_info info = found->get_info(at);
            add(zone["from"].empty() ? before_all : info.begin.time_since_epoch().count(), info.offset.count());
            if (info.end <= at) break;
            at = info.end;
        }
    } catch (const std::runtime_error&) { // the library's way to say "no such zone"
        return std::nullopt;
    }
    return zone;
}

} // namespace paysync::flow
