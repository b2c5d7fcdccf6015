// gzip over zlib.
#include "paysync/net/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <new>

namespace paysync::net {

namespace {

constexpr int gzip_only = 16 + MAX_WBITS; ///< zlib's way to say: the gzip format, no other

base::Error broken(std::string_view how) {
    return {base::Errc::invalid, "the gzip stream " + std::string(how)};
}

/// What zlib takes at once is counted in 32 bits.
void feed(z_stream& stream, std::string_view& rest) {
    const auto size = std::min<std::size_t>(rest.size(), std::numeric_limits<uInt>::max());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
    stream.avail_in = static_cast<uInt>(size);
    rest.remove_prefix(size);
}

} // namespace

std::string gzip(std::string_view plain) {
    constexpr int memory_level = 8; // zlib's default
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_only, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc{};
    const std::unique_ptr<z_stream, int (*)(z_stream*)> ended{&stream, deflateEnd};

    std::string packed;
    std::array<char, 16384> piece; // NOLINT: written by zlib before it is read
    for (int state = Z_OK; state != Z_STREAM_END;) {
        if (stream.avail_in == 0) feed(stream, plain);
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        state = deflate(&stream, plain.empty() ? Z_FINISH : Z_NO_FLUSH);
        packed.append(piece.data(), piece.size() - stream.avail_out);
    }
    return packed;
}

base::Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
    z_stream stream{};
    if (inflateInit2(&stream, gzip_only) != Z_OK) throw std::bad_alloc{};
    const std::unique_ptr<z_stream, int (*)(z_stream*)> ended{&stream, inflateEnd};

    std::string unpacked;
    std::array<char, 16384> piece; // NOLINT: written by zlib before it is read
    bool member_ended = false;
    std::size_t members = 0;
    while (!member_ended || stream.avail_in > 0 || !packed.empty()) {
        if (stream.avail_in == 0) feed(stream, packed);
        if (member_ended && inflateReset(&stream) != Z_OK) return broken("is broken");
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        const int state = inflate(&stream, Z_NO_FLUSH);
        if (state == Z_BUF_ERROR) return broken("is cut off"); // no progress: nothing is left to read
        if (state != Z_OK && state != Z_STREAM_END)
            return broken(members == 0 ? "is broken" : "is followed by bytes that are no gzip");
        member_ended = state == Z_STREAM_END;
        members += member_ended ? 1 : 0;
        const std::size_t made = piece.size() - stream.avail_out;
        if (made > bytes_max - unpacked.size())
            return broken("unpacks to more than " + std::to_string(bytes_max) + " bytes");
        unpacked.append(piece.data(), made);
    }
    return unpacked;
}

} // namespace paysync::net
