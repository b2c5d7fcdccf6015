// Log lines: one event a line, a sentence and named values. spdlog does the work behind it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace paysync::base::log {

/// debug: for developers. info: normal life. warning: it heals itself, look when it repeats. error: somebody must
/// act.
enum class Level { debug, info, warning, error, off };

/// Chooses what is written. `json`: one JSON object a line (for a log collector), else text. Lines go to standard
/// error, so that standard output stays for what a program was asked to print. Thread-safe; call before threads
/// start.
void configure(Level least, bool json);

/// Chooses anew while threads run.
void set_level(Level least);

/// "debug", "info", "warning", "error", "off"; false when `text` is none of these.
bool parse_level(std::string_view text, Level& level);

struct Field {
    std::string_view name;
    std::string value;

    Field(std::string_view field_name, std::string_view field_value) : name{field_name}, value{field_value} {}
    Field(std::string_view field_name, const std::string& field_value) : name{field_name}, value{field_value} {}
    Field(std::string_view field_name, const char* field_value) : name{field_name}, value{field_value} {}
    template <class Number>
    Field(std::string_view field_name, Number number) : name{field_name}, value{std::to_string(number)} {}
};

using Fields = std::initializer_list<Field>;

/// `room` is where the line comes from ("ingest", "sync"). Never hand in secrets, card numbers or whole bodies.
void debug(std::string_view room, std::string_view sentence, Fields fields = {});
void info(std::string_view room, std::string_view sentence, Fields fields = {});
void warning(std::string_view room, std::string_view sentence, Fields fields = {});
void error(std::string_view room, std::string_view sentence, Fields fields = {});

} // namespace paysync::base::log
