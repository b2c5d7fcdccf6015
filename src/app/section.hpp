// One map of paysync.yaml while it is read.
#pragma once

#include "paysync/app/configuration.hpp"
#include "paysync/base/secret.hpp"
#include "paysync/runtime/clock.hpp"

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>

namespace paysync::app {

/// What the reading of one file shares.
struct Reading {
    yaml::Problems& problems;
    std::filesystem::path folder; ///< of the file
    Secrets secrets = Secrets::read;
    std::vector<KnownKey> keys = {};
    std::map<std::string, Said> said = {};
};

/// Each call names a key, its type and its range: the calls are the schema, so what is known and what is read cannot
/// differ. A key that is absent or null leaves its target, which holds the default, alone.
class Section {
public:
    /// `node` may be null (the section is absent). `path` is empty for the whole file.
    Section(const yaml::Node* node, yaml::Place place, std::string path, Reading& reading);

    void text(std::string_view key, std::string& target);
    void whole(std::string_view key, std::size_t& target, long long least, long long most);
    void whole(std::string_view key, int& target, long long least, long long most);
    void port(std::string_view key, unsigned short& target);
    /// With a unit: `10s`.
    void duration(std::string_view key, runtime::Duration& target, runtime::Duration least, runtime::Duration most);
    /// Bytes with a unit: `1MiB`.
    void size(std::string_view key, std::size_t& target, std::size_t least, std::size_t most);
    void choice(std::string_view key, std::string& target, std::initializer_list<std::string> allowed);
    /// Made absolute; a relative one starts at the file's folder.
    void path(std::string_view key, std::string& target);
    void flag(std::string_view key, bool& target);
    /// A list. `mistake` says what is wrong with one of its texts, if anything.
    void texts(std::string_view key, std::vector<std::string>& target,
               const std::function<std::optional<std::string>(const std::string&)>& mistake);
    void secret(std::string_view key, base::Secret& target);
    void secrets(std::string_view key, std::vector<base::Secret>& target);
    /// A map with names of the user's own choice. `standard` is its default as the file would say it.
    void each(std::string_view key, const std::function<void(const yaml::Node::Member&)>& use,
              std::string standard = "{}");
    /// A list of maps; `use` gets each of them as a section and must finish() it.
    void list(std::string_view key, const std::function<void(Section&)>& use);
    /// A key of several forms: its value, or null where it is absent.
    const yaml::Node* any(std::string_view key);
    Section section(std::string_view key);
    /// What a later reading is to be compared by, instead of the key's own text: such as what is in the file it
    /// names.
    void note(std::string_view key, std::string value);

    /// Reports keys that no call named. The last call.
    void finish();

    bool has(std::string_view key) const;
    /// Of the key's value, else of the section.
    yaml::Place place(std::string_view key) const;
    void error(std::string_view key, std::string message, std::string advice = {});
    /// An error at the section when the key is absent.
    void require(std::string_view key, std::string advice);

private:
    std::string full(std::string_view key) const;
    void say(std::string_view key, std::string value);
    const yaml::Node* named(std::string_view key, std::string standard);
    const yaml::Node* scalar(std::string_view key, std::string standard, std::string_view wanted);
    std::optional<long long> integer(std::string_view key, std::string standard, long long least, long long most);

    const yaml::Node* node_;
    yaml::Place place_;
    std::string path_;
    Reading& reading_;
    std::vector<std::string> known_;
};

/// 1 to 40 letters, digits, -, _ or .
bool is_plain_name(const std::string& name);

/// `10s`, `500ms`, `1h`: the largest unit that divides it.
std::string duration_text(runtime::Duration span);
/// `1MiB`, `16KiB`, `100B`.
std::string size_text(std::size_t bytes);
/// Bytes; nothing when the text is no whole number with B, KiB, MiB or GiB.
std::optional<std::size_t> parse_size(std::string_view text);

} // namespace paysync::app
