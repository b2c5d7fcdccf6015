// By what a payer is known again.
#include "paysync/checkout/customer_state.hpp"

#include "paysync/base/text.hpp"

#include <array>

namespace paysync::checkout {

namespace {

/// Unicode's White_Space in UTF-8: what jq's `\s` takes, so that both languages give one key.
constexpr std::array<std::string_view, 25> white_spaces{" ",
                                                        "\t",
                                                        "\n",
                                                        "\v",
                                                        "\f",
                                                        "\r",
                                                        "\xC2\x85",
                                                        "\xC2\xA0",
                                                        "\xE1\x9A\x80",
                                                        "\xE2\x80\x80",
                                                        "\xE2\x80\x81",
                                                        "\xE2\x80\x82",
                                                        "\xE2\x80\x83",
                                                        "\xE2\x80\x84",
                                                        "\xE2\x80\x85",
                                                        "\xE2\x80\x86",
                                                        "\xE2\x80\x87",
                                                        "\xE2\x80\x88",
                                                        "\xE2\x80\x89",
                                                        "\xE2\x80\x8A",
                                                        "\xE2\x80\xA8",
                                                        "\xE2\x80\xA9",
                                                        "\xE2\x80\xAF",
                                                        "\xE2\x81\x9F",
                                                        "\xE3\x80\x80"};

std::string_view without_white_space(std::string_view text) {
    for (bool found = true; found;) {
        found = false;
        for (const std::string_view space : white_spaces) {
            if (text.starts_with(space)) {
                text.remove_prefix(space.size());
                found = true;
            }
            if (text.ends_with(space)) {
                text.remove_suffix(space.size());
                found = true;
            }
        }
    }
    return text;
}

} // namespace

std::optional<std::string> email_key(std::string_view email) {
    std::string key = base::lower(without_white_space(email));
    if (key.find('@') == std::string::npos) return std::nullopt;
    const auto tag = key.find('+');
    const auto at = tag == std::string::npos ? tag : key.find('@', tag);
    if (at != std::string::npos) key.erase(tag, at - tag);
    return key;
}

std::string customer_key(std::string_view id, std::string_view email) {
    return id.empty() ? email_key(email).value_or("") : std::string{id};
}

std::string customer_key(const PaymentState& payment) {
    const Facts known = payer(payment);
    const auto text = [&](const char* name) {
        const base::Json& value = known.value(name);
        return value.is_string() ? value.get<std::string>() : std::string{};
    };
    return customer_key(text("id"), text("email"));
}

} // namespace paysync::checkout
