// Packing and unpacking, its limit, and streams that are broken.
#include "paysync/net/gzip.hpp"

#include <gtest/gtest.h>

namespace paysync::net {
namespace {

/// Bytes that do not pack well, so that the packed form is longer than any buffer.
std::string noise(std::size_t size) {
    std::string made;
    std::uint32_t state = 1;
    while (made.size() < size) {
        state = state * 1664525U + 1013904223U;
        made += static_cast<char>(state >> 24U);
    }
    return made;
}

TEST(Gzip, UnpacksToWhatWasPacked) {
    for (const std::size_t size : {0U, 1U, 16384U, 100'000U, 1'000'000U}) {
        for (const std::string& text : {std::string(size, 'x'), noise(size)}) {
            const auto unpacked = gunzip(gzip(text), size);
            ASSERT_TRUE(unpacked) << size;
            EXPECT_TRUE(*unpacked == text) << size;
        }
    }
}

TEST(Gzip, MakesRepetitiveTextSmallAndTheSameTextTheSame) {
    const std::string text(100'000, 'x');
    EXPECT_LT(gzip(text).size(), 1000U);
    EXPECT_EQ(gzip(text), gzip(text));
    EXPECT_EQ(gzip(text).substr(0, 3), "\x1f\x8b\x08") << "RFC 1952: its magic and the deflate method";
}

TEST(Gunzip, UnpacksSeveralMembers) {
    EXPECT_EQ(*gunzip(gzip("one ") + gzip("") + gzip("two"), 100), "one two");
}

TEST(Gunzip, StopsAtItsLimit) {
    EXPECT_FALSE(gunzip(gzip(std::string(100, 'x')), 99));
    const auto bomb = gunzip(gzip(std::string(50'000'000, 'x')), 1000);
    ASSERT_FALSE(bomb);
    EXPECT_NE(bomb.error().detail.find("more than 1000 bytes"), std::string::npos);
}

TEST(Gunzip, CountsAllMembersAgainstItsLimit) {
    const std::string member = gzip(std::string(60, 'x'));
    EXPECT_TRUE(gunzip(member + member, 120));
    EXPECT_FALSE(gunzip(member + member, 119));
}

TEST(Gunzip, RefusesEveryCutOffStream) {
    const std::string packed = gzip("a text that is long enough to be cut");
    for (std::size_t size = 0; size < packed.size(); ++size) {
        EXPECT_FALSE(gunzip(packed.substr(0, size), 1000)) << size;
        const bool whole = gunzip(packed + packed.substr(0, size), 1000).has_value();
        EXPECT_EQ(whole, size == 0) << "a second member, " << size;
    }
}

TEST(Gunzip, RefusesWhatIsDamagedOrNoGzip) {
    std::string packed = gzip("a text that is long enough to be damaged");
    packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] + 1); // in the checksum
    EXPECT_FALSE(gunzip(packed, 1000));
    EXPECT_FALSE(gunzip("plain text", 1000));
}

TEST(Gunzip, RefusesWhatFollowsTheStream) {
    for (const std::string& garbage : {std::string("garbage"), std::string("x"), std::string(512, '\0')}) {
        const auto unpacked = gunzip(gzip("text") + garbage, 1000);
        ASSERT_FALSE(unpacked);
    }
}

} // namespace
} // namespace paysync::net
