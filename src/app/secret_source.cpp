// Secrets from files, environment variables and systemd credentials.
#include "secret_source.hpp"

#include "file_access.hpp"
#include "file_text.hpp"

#include <cstdlib>

namespace paysync::app {

namespace {

constexpr std::string_view forms = "write { file: PATH }, { env: NAME } or { credential: NAME }";

std::string without_line_end(std::string text) {
    if (text.ends_with('\n'))
        text.pop_back();
    else
        return text;
    if (text.ends_with('\r')) text.pop_back();
    return text;
}

base::Result<std::string> from_file(const std::filesystem::path& file) {
    auto text = read_file_text(file);
    if (!text) return text.error();
    return without_line_end(std::move(*text));
}

base::Result<std::string> from_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr)
        return base::Error{base::Errc::not_found, "the environment variable " + name + " is not set"};
    return std::string(value);
}

base::Result<std::string> from_credential(const std::string& name) {
    if (name.find('/') != std::string::npos || name == "." || name == "..")
        return base::Error{base::Errc::invalid, "'" + name + "' is no name of a systemd credential"};
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr)
        return base::Error{base::Errc::not_found,
                           "systemd passes no credentials here (CREDENTIALS_DIRECTORY is not set); the unit needs "
                           "LoadCredential=" +
                               name + ":/path/of/the/secret"};
    return from_file(std::filesystem::path(folder) / name);
}

} // namespace

bool read_secret(const yaml::Node& node, const std::string& name, Reading& reading, base::Secret& target) {
    yaml::Problems& problems = reading.problems;
    if (!node.is_map()) {
        const std::string what = node.is_scalar() ? " must not stand in this file" : " must be a map with one key";
        problems.error(node.place, name + what, std::string(forms));
        return false;
    }
    const std::size_t errors_before = problems.all().size();
    yaml::refuse_unknown_keys(node, {"file", "env", "credential"}, name, problems);
    if (problems.all().size() != errors_before) return false;
    if (node.members.size() != 1 || !node.members[0].value.is_scalar() || node.members[0].value.scalar.empty()) {
        problems.error(node.place, name + " needs exactly one source", std::string(forms));
        return false;
    }
    if (reading.secrets == Secrets::skip) return true;

    const auto& [source, place, value] = node.members[0];
    base::Result<std::string> characters = std::string{};
    if (source == "file")
        characters = from_file(reading.folder / value.scalar);
    else if (source == "env")
        characters = from_environment(value.scalar);
    else
        characters = from_credential(value.scalar);
    if (!characters) {
        const std::string advice = source == "file" ? reading_advice(reading.folder / value.scalar) : std::string{};
        problems.error(value.place, name + ": " + characters.error().detail, advice);
        return false;
    }
    if (source == "file") warn_when_public(reading.folder / value.scalar, value.place, name, problems);
    if (characters->empty()) {
        problems.error(value.place, name + " is empty in its " + source + " '" + value.scalar + "'");
        return false;
    }
    target = base::Secret{std::move(*characters)};
    return true;
}

} // namespace paysync::app
