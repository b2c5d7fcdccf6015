// Record ids and their checksum.
#include "paysync/salesforce/describe.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

TEST(LongId, AddsTheChecksumOfUpperCase) {
    EXPECT_EQ(long_id("00Dxx0000001gPL"), "00Dxx0000001gPLEAY");
    EXPECT_EQ(long_id("001xx000003DGb1"), "001xx000003DGb1AAG");
    EXPECT_EQ(long_id("000000000000000"), "000000000000000AAA");
}

TEST(LongId, KeepsARightOneAsItIs) {
    EXPECT_EQ(long_id("00Dxx0000001gPLEAY"), "00Dxx0000001gPLEAY");
    EXPECT_EQ(long_id("00Dxx0000001gPLeay"), "00Dxx0000001gPLEAY");
}

TEST(LongId, RestoresTheCaseThatSomethingFolded) {
    EXPECT_EQ(long_id("00dxx0000001gpleay"), "00Dxx0000001gPLEAY");
    EXPECT_EQ(long_id("00DXX0000001GPLEAY"), "00Dxx0000001gPLEAY");
}

TEST(LongId, RefusesAWrongChecksum) {
    EXPECT_FALSE(long_id("00Dxx0000001gPLEAA"));
    EXPECT_FALSE(long_id("00Dxx0000001gPlEAY"));
    EXPECT_FALSE(long_id("000000000000000AAB")); // a digit has no upper case
    EXPECT_FALSE(long_id("00Dxx0000001gPLEA9")); // no digit of a checksum
}

TEST(LongId, RefusesWhatIsNoId) {
    for (const char* text : {"", "001", "001xx000003DGb", "001xx000003DGb1A", "001xx000003DGb1AA",
                             "001xx000003DGb1AAGX", "001xx000003DG-1", "pay_mbabizu24mvu3mela5", "001xx000003DG 1"})
        EXPECT_FALSE(long_id(text)) << text;
}

} // namespace
} // namespace paysync::salesforce
