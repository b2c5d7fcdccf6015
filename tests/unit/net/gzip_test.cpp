// Unpacking, its limit, and streams that are broken.
#include "net/gzip.hpp"

#include <gtest/gtest.h>

#include <zlib.h>

namespace paysync::net {
namespace {

std::string gzip(std::string text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

TEST(Gunzip, UnpacksWhatWasPacked) {
    for (const std::size_t size : {0U, 1U, 16384U, 100000U}) {
        const std::string text(size, 'x');
        const auto unpacked = gunzip(gzip(text), size);
        ASSERT_TRUE(unpacked) << size;
        EXPECT_EQ(*unpacked, text);
    }
}

TEST(Gunzip, UnpacksSeveralMembers) {
    EXPECT_EQ(*gunzip(gzip("one ") + gzip("two"), 100), "one two");
}

TEST(Gunzip, StopsAtItsLimit) {
    EXPECT_FALSE(gunzip(gzip(std::string(100, 'x')), 99));
    EXPECT_FALSE(gunzip(gzip(std::string(50'000'000, 'x')), 1000));
}

TEST(Gunzip, RefusesEveryCutOffStream) {
    const std::string packed = gzip("a text that is long enough to be cut");
    for (std::size_t size = 0; size < packed.size(); ++size)
        EXPECT_FALSE(gunzip(packed.substr(0, size), 1000)) << size;
}

TEST(Gunzip, RefusesWhatIsDamagedOrNoGzip) {
    std::string packed = gzip("a text that is long enough to be damaged");
    packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] + 1); // in the checksum
    EXPECT_FALSE(gunzip(packed, 1000));
    EXPECT_FALSE(gunzip("plain text", 1000));
}

} // namespace
} // namespace paysync::net
