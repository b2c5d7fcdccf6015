// Ids in their two forms.
#include "sandbox/record_id.hpp"

#include <gtest/gtest.h>

namespace paysync::sandbox {
namespace {

TEST(RecordId, TakesEighteenCharactersWithAChecksumOfTheCase) {
    // A pair that Salesforce's own documentation prints.
    EXPECT_EQ(full_record_id("001xx000003DGb1"), "001xx000003DGb1AAG");
    EXPECT_EQ(full_record_id("001xx000003DGb1AAG"), "001xx000003DGb1AAG");
}

TEST(RecordId, RestoresTheCaseThatAnEighteenCharacterIdLost) {
    EXPECT_EQ(full_record_id("001XX000003DGB1AAG"), "001xx000003DGb1AAG");
}

TEST(RecordId, RefusesWhatCannotBeAnId) {
    EXPECT_EQ(full_record_id(""), std::nullopt);
    EXPECT_EQ(full_record_id("001xx000003DGb"), std::nullopt);
    EXPECT_EQ(full_record_id("001xx000003DGb1A"), std::nullopt);
    EXPECT_EQ(full_record_id("001xx000003DG-1"), std::nullopt);
    EXPECT_EQ(full_record_id("001xx000003DGb1BAG"), std::nullopt) << "the checksum says that a digit is upper case";
}

TEST(RecordId, SortsByTheOrderOfCreation) {
    std::string before;
    for (std::uint64_t serial = 1; serial < 10'000; ++serial) {
        const std::string id = make_record_id("003", serial);
        ASSERT_EQ(id.size(), 18U);
        ASSERT_LT(before, id);
        ASSERT_EQ(full_record_id(id.substr(0, 15)), id);
        before = id;
    }
}

} // namespace
} // namespace paysync::sandbox
