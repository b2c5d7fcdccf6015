// The checks that Checkout.com's webhooks allow.
#include "paysync/checkout/signature.hpp"

#include "paysync/base/text.hpp"

namespace paysync::checkout {

bool signature_matches(std::string_view header_hex, std::string_view raw_body, std::span<const base::Secret> keys) {
    constexpr std::size_t digest_bytes = 32;
    // Refused before decoding: a header may be as long as the server's limit allows.
    if (header_hex.size() != digest_bytes * 2) return false;
    const auto claimed = base::from_hex(header_hex);
    if (!claimed) return false;
    bool matches = false;
    for (const base::Secret& key : keys) {
        if (key.empty()) continue;
        const bool fits = base::equal_in_constant_time(*claimed, base::hmac_sha256(key.reveal(), raw_body));
        matches = matches || fits;
    }
    return matches;
}

bool authorization_matches(std::string_view header, const base::Secret& configured) {
    return !configured.empty() && base::equal_in_constant_time(header, configured.reveal());
}

} // namespace paysync::checkout
