// Whether a webhook comes from Checkout.com: the two checks that it offers.
#pragma once

#include "paysync/base/secret.hpp"

#include <span>
#include <string_view>

namespace paysync::checkout {

/// `Cko-Signature`: HMAC-SHA256 over the raw body, in base-16 of either case. Any of `keys` may have signed it, so
/// that keys can be rotated; all are tried, and the time taken does not tell which one fitted. A key is opaque text,
/// used as given; an empty one never matches, because anybody could sign with it.
/// Source: docs "set up your webhook receiver".
bool signature_matches(std::string_view header_hex, std::string_view raw_body, std::span<const base::Secret> keys);

/// The static `Authorization` header of Checkout.com's webhook settings, compared verbatim: no scheme is expected or
/// removed. An empty configured value never matches.
bool authorization_matches(std::string_view header, const base::Secret& configured);

} // namespace paysync::checkout
