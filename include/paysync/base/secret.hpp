// Text that must not appear in a log, an error or a dump.
#pragma once

#include <string>
#include <utility>

namespace paysync::base {

/// A key, token or password. Opaque: any characters, never trimmed, never decoded. It has no stream operator and no
/// conversion to text; the one place that needs the characters asks for them by `reveal()`.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string characters) : characters_{std::move(characters)} {}

    const std::string& reveal() const { return characters_; }
    bool empty() const { return characters_.empty(); }
    bool operator==(const Secret&) const = default;

private:
    std::string characters_;
};

} // namespace paysync::base
