// The preferred form of a date, read and written.
#include "sandbox/http_date.hpp"

#include <array>
#include <ctime>

#include <time.h>

namespace paysync::sandbox {

namespace {

constexpr const char* form = "%a, %d %b %Y %H:%M:%S GMT";

} // namespace

std::optional<base::WallTime> read_http_date(const std::string& text) {
    std::tm parts{};
    const char* end = strptime(text.c_str(), form, &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return base::WallTime{std::chrono::seconds{timegm(&parts)}};
}

std::string http_date(base::WallTime time) {
    const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), form, &parts);
    return {text.data(), size};
}

} // namespace paysync::sandbox
