// Text as fields keep it.
#include "salesforce/field_text.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

TEST(StoredText, TrimsBothEndsAndUnifiesLineEnds) {
    EXPECT_EQ(stored_text(" \t a b \r\n"), "a b");
    EXPECT_EQ(stored_text("a\r\nb\rc\nd"), "a\nb\nc\nd");
    EXPECT_EQ(stored_text("a\r\r\nb"), "a\n\nb");
    EXPECT_EQ(stored_text("   "), "");
    EXPECT_EQ(stored_text(""), "");
}

TEST(StoredText, DropsControlCharactersButTabAndLineEnd) {
    EXPECT_EQ(stored_text(std::string_view("a\0b\x01\x1f\x7f"
                                           "c",
                                           7)),
              "abc");
    EXPECT_EQ(stored_text("a\tb"), "a\tb");
    EXPECT_EQ(stored_text("a\xC2\x85"
                          "b"),
              "ab"); // C1
    EXPECT_EQ(stored_text("a\xEF\xBF\xBF"
                          "b"),
              "ab"); // U+FFFF
    EXPECT_EQ(stored_text("a\xC2\xA0"
                          "b"),
              "a\xC2\xA0"
              "b"); // a no-break space is text
}

TEST(StoredText, ReplacesWhatIsNotUtf8) {
    EXPECT_EQ(stored_text("a\xFF"
                          "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(stored_text("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");                 // overlong
    EXPECT_EQ(stored_text("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); // a lone surrogate
    EXPECT_EQ(stored_text("\xF0\x9F\x98"), "\xEF\xBF\xBD");                         // cut in the middle
    EXPECT_EQ(stored_text("\xF4\x90\x80\x80").substr(0, 3), "\xEF\xBF\xBD");        // beyond Unicode
    EXPECT_EQ(stored_text("Zoë 😀 日本"), "Zoë 😀 日本");
}

TEST(Utf16Units, CountsTwoForCharactersBeyondTheBasicPlane) {
    EXPECT_EQ(utf16_units(""), 0U);
    EXPECT_EQ(utf16_units("abc"), 3U);
    EXPECT_EQ(utf16_units("ë日"), 2U);
    EXPECT_EQ(utf16_units("😀"), 2U);
}

TEST(Cut, NeverSplitsACharacter) {
    EXPECT_EQ(cut("abcdef", 3), "abc");
    EXPECT_EQ(cut("ab😀c", 3), "ab");
    EXPECT_EQ(cut("ab😀c", 4), "ab😀");
    EXPECT_EQ(cut("日本語", 2), "日本");
    EXPECT_EQ(cut("abc", 3), "abc");
    EXPECT_EQ(cut("abc", 0), "");
}

TEST(Cut, LeavesNoWhiteSpaceAtTheEndBecauseSalesforceWouldNot) {
    EXPECT_EQ(cut("ab cd", 3), "ab");
}

TEST(Email, IsTakenWhereSalesforceTakesIt) {
    for (const char* text :
         {"a@b.de", "a.b+c@mail.example.co.uk", "o'brien@x-y.com", "a_b@1.example.info", "x@xn--bcher-kva.example"})
        EXPECT_TRUE(is_email(text)) << text;
}

TEST(Email, IsRefusedRatherThanLosingTheRow) {
    for (const char* text :
         {"",         "a",       "@",          "a@",      "@b.de",     "a@b",      "a@@b.de",  "a@b@c.de",
          "a b@c.de", "a@b..de", ".a@b.de",    "a.@b.de", "a..b@c.de", "a@-b.de",  "a@b-.de",  "a@.de",
          "a@b.de.",  "a@b.d",   "a@1.2.3.44", "ä@b.de",  "a@bü.de",   "a,b@c.de", "<a@b.de>", "a@b_c.de"})
        EXPECT_FALSE(is_email(text)) << text;
    EXPECT_FALSE(is_email(std::string(65, 'a') + "@b.de"));
}

} // namespace
} // namespace paysync::salesforce
