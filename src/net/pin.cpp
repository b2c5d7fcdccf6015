// The form of pins.
#include "paysync/net/pin.hpp"

#include <openssl/evp.h>

#include <array>

namespace paysync::net {

bool is_pin(std::string_view text) {
    constexpr std::string_view scheme = "sha256/";
    constexpr std::size_t characters = 44; // of 32 bytes
    if (!text.starts_with(scheme)) return false;
    text.remove_prefix(scheme.size());
    if (text.size() != characters || text.back() != '=') return false;
    std::array<unsigned char, 33> bytes{};
    if (EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size())) != static_cast<int>(bytes.size()))
        return false;
    // Compared as text later: of the ways to write the last byte only one may pass.
    std::array<unsigned char, characters + 1> again{};
    EVP_EncodeBlock(again.data(), bytes.data(), 32);
    return text == reinterpret_cast<const char*>(again.data());
}

} // namespace paysync::net
