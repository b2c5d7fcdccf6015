// Reading typed values out of one map of paysync.yaml.
#include "section.hpp"

#include "paysync/base/text.hpp"
#include "paysync/yaml/to_json.hpp"

#include "secret_source.hpp"

#include <array>
#include <charconv>

namespace paysync::app {

namespace {

struct Unit {
    std::string_view name;
    long long size;
};

constexpr std::array<Unit, 6> time_units{{{"w", 604'800'000'000'000},
                                          {"d", 86'400'000'000'000},
                                          {"h", 3'600'000'000'000},
                                          {"m", 60'000'000'000},
                                          {"s", 1'000'000'000},
                                          {"ms", 1'000'000}}};
constexpr std::array<Unit, 4> size_units{{{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}, {"B", 1}}};

template <std::size_t Count>
std::string in_largest_unit(long long value, const std::array<Unit, Count>& units) {
    for (const Unit& unit : units)
        if (value != 0 && value % unit.size == 0) return std::to_string(value / unit.size) + std::string(unit.name);
    return std::to_string(value / units.back().size) + std::string(units.back().name);
}

std::string joined(std::initializer_list<std::string> words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

} // namespace

bool is_plain_name(const std::string& name) {
    constexpr std::size_t name_max = 40;
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    return !name.empty() && name.size() <= name_max && name.find_first_not_of(allowed) == std::string::npos;
}

std::string duration_text(runtime::Duration span) {
    return in_largest_unit(span.count(), time_units);
}

std::string size_text(std::size_t bytes) {
    return in_largest_unit(static_cast<long long>(bytes), size_units);
}

std::optional<std::size_t> parse_size(std::string_view text) {
    std::size_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{}) return std::nullopt;
    const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const Unit& unit : size_units)
        if (rest == unit.name && number <= (1ULL << 50) / static_cast<std::size_t>(unit.size))
            return number * static_cast<std::size_t>(unit.size);
    return std::nullopt;
}

Section::Section(const yaml::Node* node, yaml::Place place, std::string path, Reading& reading)
    : node_{node}, place_{std::move(place)}, path_{std::move(path)}, reading_{reading} {
    if (node_ == nullptr || node_->is_null() || node_->is_map()) return;
    const std::string what = path_.empty() ? "the configuration" : path_;
    reading_.problems.error(node_->place, what + " must be a map, not " + node_->kind_name());
    node_ = nullptr;
}

std::string Section::full(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

bool Section::has(std::string_view key) const {
    const yaml::Node* value = node_ == nullptr ? nullptr : node_->find(key);
    return value != nullptr && !value->is_null();
}

yaml::Place Section::place(std::string_view key) const {
    return has(key) ? node_->find(key)->place : place_;
}

void Section::error(std::string_view key, std::string message, std::string advice) {
    reading_.problems.error(place(key), full(key) + " " + message, std::move(advice));
}

void Section::require(std::string_view key, std::string advice) {
    if (!has(key)) reading_.problems.error(place_, full(key) + " is missing", std::move(advice));
}

void Section::say(std::string_view key, std::string value) {
    reading_.said[full(key)] = Said{std::move(value), place(key)};
}

void Section::note(std::string_view key, std::string value) {
    say(key, std::move(value));
}

const yaml::Node* Section::named(std::string_view key, std::string standard) {
    known_.emplace_back(key);
    const yaml::Node* value = has(key) ? node_->find(key) : nullptr;
    if (value == nullptr)
        say(key, standard);
    else
        say(key, value->is_scalar() ? value->scalar : base::to_text(yaml::to_json(*value)));
    reading_.keys.push_back({full(key), std::move(standard)});
    return value;
}

const yaml::Node* Section::scalar(std::string_view key, std::string standard, std::string_view wanted) {
    const yaml::Node* value = named(key, std::move(standard));
    if (value == nullptr || value->is_scalar()) return value;
    error(key, "must be " + std::string(wanted) + ", not " + value->kind_name());
    return nullptr;
}

void Section::text(std::string_view key, std::string& target) {
    const yaml::Node* value = scalar(key, target, "text");
    if (value == nullptr) return;
    if (value->scalar.empty()) return error(key, "must not be empty", "leave the key out instead");
    target = value->scalar;
}

std::optional<long long> Section::integer(std::string_view key, std::string standard, long long least,
                                          long long most) {
    const yaml::Node* value = scalar(key, std::move(standard), "a whole number");
    if (value == nullptr) return std::nullopt;
    const auto number = value->as_integer();
    const std::string range = std::to_string(least) + " to " + std::to_string(most);
    if (!number) {
        error(key, "must be a whole number, not '" + value->scalar + "'",
              value->quoted ? "write it without quotes" : "its range is " + range);
        return std::nullopt;
    }
    if (*number < least || *number > most) {
        error(key, "must be " + range + ", not " + value->scalar);
        return std::nullopt;
    }
    return number;
}

void Section::whole(std::string_view key, std::size_t& target, long long least, long long most) {
    if (const auto number = integer(key, std::to_string(target), least, most))
        target = static_cast<std::size_t>(*number);
}

void Section::whole(std::string_view key, int& target, long long least, long long most) {
    if (const auto number = integer(key, std::to_string(target), least, most)) target = static_cast<int>(*number);
}

void Section::port(std::string_view key, unsigned short& target) {
    if (const auto number = integer(key, std::to_string(target), 0, 65535))
        target = static_cast<unsigned short>(*number);
}

void Section::duration(std::string_view key, runtime::Duration& target, runtime::Duration least,
                       runtime::Duration most) {
    const yaml::Node* value = scalar(key, duration_text(target), "a duration such as 10s");
    if (value == nullptr) return;
    const auto span = yaml::duration_nanoseconds(value->scalar);
    if (!span) {
        const std::string advice = value->as_integer() ? "write " + value->scalar + "s for seconds"
                                                       : "a whole number with ms, s, m, h, d or w, such as 10s";
        return error(key, "must be a duration, not '" + value->scalar + "'", advice);
    }
    if (*span < least.count() || *span > most.count())
        return error(key,
                     "must be " + duration_text(least) + " to " + duration_text(most) + ", not " + value->scalar);
    target = runtime::Duration{*span};
}

void Section::size(std::string_view key, std::size_t& target, std::size_t least, std::size_t most) {
    const yaml::Node* value = scalar(key, size_text(target), "a size such as 1MiB");
    if (value == nullptr) return;
    const auto bytes = parse_size(value->scalar);
    if (!bytes)
        return error(key, "must be a size, not '" + value->scalar + "'",
                     value->as_integer() ? "write " + value->scalar + "B for bytes"
                                         : "a whole number with B, KiB, MiB or GiB, such as 1MiB");
    if (*bytes < least || *bytes > most)
        return error(key, "must be " + size_text(least) + " to " + size_text(most) + ", not " + value->scalar);
    target = *bytes;
}

void Section::choice(std::string_view key, std::string& target, std::initializer_list<std::string> allowed) {
    const std::string wanted = "one of " + joined(allowed);
    const yaml::Node* value = scalar(key, target, wanted);
    if (value == nullptr) return;
    for (const std::string& word : allowed)
        if (word == value->scalar) {
            target = word;
            return;
        }
    const auto near = base::closest(value->scalar, allowed);
    error(key, "must be " + wanted + ", not '" + value->scalar + "'", near ? "did you mean '" + *near + "'?" : "");
}

void Section::path(std::string_view key, std::string& target) {
    const yaml::Node* value = scalar(key, target, "a path");
    if (value == nullptr) return;
    if (value->scalar.empty()) return error(key, "must not be empty", "leave the key out instead");
    target = (reading_.folder / value->scalar).lexically_normal().string();
}

void Section::flag(std::string_view key, bool& target) {
    const yaml::Node* value = scalar(key, target ? "true" : "false", "true or false");
    if (value == nullptr) return;
    const auto wanted = value->as_bool();
    if (!wanted) return error(key, "must be true or false, not '" + value->scalar + "'");
    target = *wanted;
}

void Section::texts(std::string_view key, std::vector<std::string>& target,
                    const std::function<std::optional<std::string>(const std::string&)>& mistake) {
    const yaml::Node* value = named(key, "");
    if (value == nullptr) return;
    if (!value->is_list()) return error(key, "must be a list, not " + value->kind_name(), "write [ one, other ]");
    for (std::size_t i = 0; i < value->items.size(); ++i) {
        const yaml::Node& item = value->items[i];
        const std::string name = full(key) + "[" + std::to_string(i) + "]";
        const auto wrong = item.is_scalar() ? mistake(item.scalar) : "must be text, not " + item.kind_name();
        if (wrong)
            reading_.problems.error(item.place, name + " " + *wrong);
        else
            target.push_back(item.scalar);
    }
}

void Section::secret(std::string_view key, base::Secret& target) {
    const yaml::Node* value = named(key, "");
    if (value == nullptr || !read_secret(*value, full(key), reading_, target)) return;
    say(key, base::sha256_hex(target.reveal())); // the characters may change while the file says the same
}

void Section::secrets(std::string_view key, std::vector<base::Secret>& target) {
    const yaml::Node* value = named(key, "");
    if (value == nullptr) return;
    if (!value->is_list()) return error(key, "must be a list, not " + value->kind_name(), "write [ { file: … } ]");
    std::string digests;
    for (std::size_t i = 0; i < value->items.size(); ++i) {
        base::Secret one;
        if (!read_secret(value->items[i], full(key) + "[" + std::to_string(i) + "]", reading_, one)) continue;
        digests += base::sha256_hex(one.reveal()) + " ";
        target.push_back(std::move(one));
    }
    say(key, digests);
}

void Section::list(std::string_view key, const std::function<void(Section&)>& use) {
    const yaml::Node* value = named(key, "[]");
    if (value == nullptr) return;
    if (!value->is_list()) return error(key, "must be a list, not " + value->kind_name(), "write - in front of each");
    for (std::size_t i = 0; i < value->items.size(); ++i) {
        const yaml::Node& item = value->items[i];
        Section section{&item, item.place, full(key) + "[" + std::to_string(i) + "]", reading_};
        use(section);
    }
}

void Section::each(std::string_view key, const std::function<void(const yaml::Node::Member&)>& use,
                   std::string standard) {
    const yaml::Node* value = named(key, std::move(standard));
    if (value == nullptr) return;
    if (!value->is_map()) return error(key, "must be a map, not " + value->kind_name());
    for (const yaml::Node::Member& member : value->members) use(member);
}

const yaml::Node* Section::any(std::string_view key) {
    return named(key, "");
}

Section Section::section(std::string_view key) {
    known_.emplace_back(key);
    const yaml::Node* value = node_ == nullptr ? nullptr : node_->find(key);
    yaml::Place at = place_;
    if (value != nullptr)
        for (const yaml::Node::Member& member : node_->members)
            if (member.key == key) at = member.place;
    return Section{value, at, full(key), reading_};
}

void Section::finish() {
    if (node_ != nullptr && node_->is_map())
        yaml::refuse_unknown_keys(*node_, known_, path_.empty() ? "the configuration" : path_, reading_.problems);
}

} // namespace paysync::app
