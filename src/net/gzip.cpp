// gzip over zlib.
#include "gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>

namespace paysync::net {

base::Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
    constexpr int gzip_only = 16 + MAX_WBITS;
    const base::Error broken{base::Errc::invalid, "the gzip stream is broken"};
    z_stream stream{};
    if (inflateInit2(&stream, gzip_only) != Z_OK) return broken;
    const std::unique_ptr<z_stream, int (*)(z_stream*)> ended{&stream, inflateEnd};

    std::string unpacked;
    std::array<char, 16384> piece; // NOLINT: written by zlib before it is read
    int state = Z_OK;
    if (packed.size() > std::numeric_limits<uInt>::max()) return broken;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    while (state != Z_STREAM_END || stream.avail_in > 0) {
        if (state == Z_STREAM_END && inflateReset(&stream) != Z_OK) return broken;
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        state = inflate(&stream, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END) return broken;
        const std::size_t made = piece.size() - stream.avail_out;
        if (made > bytes_max - unpacked.size())
            return base::Error{base::Errc::invalid,
                               "the gzip stream unpacks to more than " + std::to_string(bytes_max) + " bytes"};
        unpacked.append(piece.data(), made);
        if (state == Z_OK && stream.avail_in == 0 && made == 0) return broken; // cut off
    }
    return unpacked;
}

} // namespace paysync::net
