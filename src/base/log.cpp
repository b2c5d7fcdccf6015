// Log lines through spdlog.
#include "paysync/base/log.hpp"

#include "paysync/base/json.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

namespace paysync::base::log {

namespace {

std::atomic<bool> as_json{false};

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
    }
    return spdlog::level::info;
}

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> made = [] {
        auto fresh =
            std::make_shared<spdlog::logger>("paysync", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        fresh->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v", spdlog::pattern_time_type::utc);
        fresh->set_level(spdlog::level::info);
        fresh->flush_on(spdlog::level::warn);
        return fresh;
    }();
    return *made;
}

/// A value that would break a line apart is quoted as JSON text.
std::string quoted_where_needed(const std::string& value) {
    const bool plain = !value.empty() && value.find_first_of(" \t\r\n\"=\x1b") == std::string::npos;
    return plain ? value : to_text(Json(value));
}

void write(Level level, std::string_view room, std::string_view sentence, Fields fields) {
    const auto at = to_spdlog(level);
    if (!logger().should_log(at)) return;
    std::string line;
    if (as_json) {
        Json object{{"room", room}, {"message", sentence}};
        for (const Field& field : fields) object[std::string(field.name)] = field.value;
        line = to_text(object);
        line.erase(0, 1); // the pattern opens the object with time and level
    } else {
        line = std::string(room) + ": " + std::string(sentence);
        for (const Field& field : fields)
            line += " " + std::string(field.name) + "=" + quoted_where_needed(field.value);
    }
    logger().log(at, spdlog::string_view_t{line});
}

} // namespace

void configure(Level least, bool json) {
    as_json = json;
    logger().set_level(to_spdlog(least));
    if (json)
        logger().set_pattern("{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",\"level\":\"%l\",%v",
                             spdlog::pattern_time_type::utc);
}

void set_level(Level least) {
    logger().set_level(to_spdlog(least));
}

bool parse_level(std::string_view text, Level& level) {
    if (text == "debug")
        level = Level::debug;
    else if (text == "info")
        level = Level::info;
    else if (text == "warning")
        level = Level::warning;
    else if (text == "error")
        level = Level::error;
    else if (text == "off")
        level = Level::off;
    else
        return false;
    return true;
}

void debug(std::string_view room, std::string_view sentence, Fields fields) {
    write(Level::debug, room, sentence, fields);
}
void info(std::string_view room, std::string_view sentence, Fields fields) {
    write(Level::info, room, sentence, fields);
}
void warning(std::string_view room, std::string_view sentence, Fields fields) {
    write(Level::warning, room, sentence, fields);
}
void error(std::string_view room, std::string_view sentence, Fields fields) {
    write(Level::error, room, sentence, fields);
}

} // namespace paysync::base::log
