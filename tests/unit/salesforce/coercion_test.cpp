// Values as fields would store them.
#include "paysync/salesforce/describe.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

Field of(FieldType type) {
    Field field;
    field.name = "F";
    field.type = type;
    return field;
}

Field text(int length) {
    Field field = of(FieldType::text);
    field.length = length;
    return field;
}

Field number(int precision, int scale) {
    Field field = of(FieldType::number);
    field.precision = precision;
    field.scale = scale;
    return field;
}

Field picklist(bool restricted) {
    Field field = of(FieldType::picklist);
    field.restricted_picklist = restricted;
    field.picklist = {"Closed Won", "Closed Lost", "Prospecting"};
    return field;
}

Json ok(const Field& field, const Json& value) {
    const auto made = coerce(field, value);
    EXPECT_TRUE(made) << made.error().detail;
    return made ? *made : Json("error");
}

std::string why(const Field& field, const Json& value) {
    const auto made = coerce(field, value);
    EXPECT_FALSE(made) << made->dump();
    return made ? "" : made.error().detail;
}

TEST(Coercion, LeavesNullForEveryType) {
    for (const FieldType type :
         {FieldType::text, FieldType::email, FieldType::id, FieldType::boolean, FieldType::number, FieldType::date,
          FieldType::datetime, FieldType::picklist, FieldType::other})
        EXPECT_TRUE(ok(of(type), nullptr).is_null());
}

TEST(Coercion, TakesEmptyTextAsNull) {
    for (const FieldType type :
         {FieldType::text, FieldType::email, FieldType::reference, FieldType::boolean, FieldType::currency,
          FieldType::date, FieldType::time, FieldType::picklist, FieldType::multipicklist})
        EXPECT_TRUE(ok(of(type), "  \n ").is_null());
}

TEST(Coercion, KeepsTextAsSalesforceWouldStoreIt) {
    EXPECT_EQ(ok(text(0), "  a\r\nb "), "a\nb");
    EXPECT_EQ(ok(text(5), "abcdefgh"), "abcde");
    EXPECT_EQ(ok(text(3), "ab😀"), "ab");
    EXPECT_EQ(ok(text(4), "ab😀"), "ab😀");
    EXPECT_EQ(ok(text(3), "ab cd"), "ab");
    EXPECT_EQ(ok(text(0), 42), "42");
    EXPECT_EQ(ok(text(0), 12.5), "12.5");
    EXPECT_EQ(ok(text(0), 12.0), "12");
    EXPECT_EQ(ok(text(0), true), "true");
    why(text(0), Json::array({1}));
    why(text(0), Json::object());
}

TEST(Coercion, NeverCutsAKeyBecauseTwoRecordsWouldBecomeOne) {
    Field key = text(5);
    key.external_id = true;
    EXPECT_EQ(ok(key, " abcde "), "abcde");
    why(key, "abcdef");
}

TEST(Coercion, KeepsEmailAddressesInLowerCase) {
    Field email = of(FieldType::email);
    email.length = 80;
    EXPECT_EQ(ok(email, " Ada.Lovelace@Example.COM "), "ada.lovelace@example.com");
    why(email, "ada@example");
    why(email, 5);
    why(email, std::string(60, 'a') + "@" + std::string(30, 'b') + ".example");
    EXPECT_EQ(why(email, "ada lovelace").find("lovelace"), std::string::npos) << "no personal data in errors";
}

TEST(Coercion, GivesIdsEighteenCharacters) {
    EXPECT_EQ(ok(of(FieldType::reference), "001xx000003DGb1"), "001xx000003DGb1AAG");
    EXPECT_EQ(ok(of(FieldType::id), "001xx000003DGb1AAG"), "001xx000003DGb1AAG");
    why(of(FieldType::reference), "001xx000003DGb1AAA");
    why(of(FieldType::reference), "acme");
    why(of(FieldType::reference), 1);
}

TEST(Coercion, ReadsBooleans) {
    EXPECT_EQ(ok(of(FieldType::boolean), true), true);
    EXPECT_EQ(ok(of(FieldType::boolean), " True "), true);
    EXPECT_EQ(ok(of(FieldType::boolean), "false"), false);
    why(of(FieldType::boolean), "yes");
    why(of(FieldType::boolean), 1);
}

TEST(Coercion, RoundsNumbersExactly) {
    EXPECT_EQ(ok(number(18, 2), "12.30").dump(), "12.3");
    EXPECT_EQ(ok(number(18, 2), 12.3).dump(), "12.3");
    EXPECT_EQ(ok(number(18, 2), " 1.005 ").dump(), "1.01");
    EXPECT_EQ(ok(number(18, 2), 0.1 + 0.2).dump(), "0.3");
    EXPECT_EQ(ok(number(18, 2), "1050").dump(), "1050");
    EXPECT_EQ(ok(number(18, 0), "-2.5").dump(), "-3");
    EXPECT_EQ(ok(number(18, 2), "1234567890123456.78"), "1234567890123456.78");
    why(number(18, 2), "12,30");
    why(number(18, 2), "12.30 EUR");
    why(number(18, 2), true);
}

TEST(Coercion, RefusesNumbersWiderThanTheField) {
    EXPECT_EQ(ok(number(5, 2), "999.99").dump(), "999.99");
    why(number(5, 2), "1000");
    why(number(5, 2), "999.995"); // rounds up to four digits
    EXPECT_EQ(ok(number(2, 2), "0.99").dump(), "0.99");
    why(number(2, 2), "1");
    EXPECT_EQ(ok(number(0, 2), "12345678901234").dump(), "12345678901234"); // no precision told
}

TEST(Coercion, KeepsWholeNumbersWithinTheirRange) {
    EXPECT_EQ(ok(of(FieldType::integer), "2147483647").dump(), "2147483647");
    EXPECT_EQ(ok(of(FieldType::integer), 3.0).dump(), "3");
    why(of(FieldType::integer), "2147483648");
    why(of(FieldType::integer), "99999999999");
}

TEST(Coercion, KeepsDatesAndRefusesTimesForThem) {
    EXPECT_EQ(ok(of(FieldType::date), " 2026-02-28 "), "2026-02-28");
    why(of(FieldType::date), "2026-02-29");
    why(of(FieldType::date), "28.02.2026");
    EXPECT_NE(why(of(FieldType::date), "2026-02-28T23:30:00Z").find("day("), std::string::npos);
    why(of(FieldType::date), 20260228);
}

TEST(Coercion, KeepsDateTimesInUtcAndWholeSeconds) {
    EXPECT_EQ(ok(of(FieldType::datetime), "2026-01-01T00:00:00.999Z"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(ok(of(FieldType::datetime), "2026-01-01T01:30:00+01:30"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(ok(of(FieldType::datetime), "2026-01-01T00:00:00.000+0000"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(ok(of(FieldType::datetime), "2026-01-01"), "2026-01-01T00:00:00Z");
    why(of(FieldType::datetime), "yesterday");
}

TEST(Coercion, KeepsTimesOfDay) {
    EXPECT_EQ(ok(of(FieldType::time), "14:30"), "14:30:00.000Z");
    EXPECT_EQ(ok(of(FieldType::time), "14:30:05.5Z"), "14:30:05.500Z");
    for (const char* text : {"24:00", "14:60", "1:30", "14:30:61", "14:30:00.1234", "14-30", "14:30:00+01:00"})
        why(of(FieldType::time), text);
}

TEST(Coercion, FindsTheOrgsSpellingOfAPicklistValue) {
    EXPECT_EQ(ok(picklist(true), "closed won"), "Closed Won");
    EXPECT_EQ(ok(picklist(false), " CLOSED WON "), "Closed Won");
    EXPECT_EQ(ok(picklist(false), "Won at last"), "Won at last");
    EXPECT_NE(why(picklist(true), "Closed Wonn").find("\"Closed Won\" comes near"), std::string::npos);
    why(picklist(false), std::string(256, 'x'));
    why(picklist(true), Json::array({"Closed Won"}));
}

TEST(Coercion, JoinsSeveralChoices) {
    Field several = picklist(true);
    several.type = FieldType::multipicklist;
    EXPECT_EQ(ok(several, "closed won; prospecting;closed WON;"), "Closed Won;Prospecting");
    EXPECT_EQ(ok(several, Json::array({"prospecting", "closed lost"})), "Prospecting;Closed Lost");
    EXPECT_TRUE(ok(several, Json::array()).is_null());
    why(several, "Closed Won;Nonsense");
    why(several, Json::array({Json::array()}));
}

TEST(Coercion, RefusesFieldsThatAreNotWritten) {
    why(of(FieldType::other), "x");
}

TEST(Coercion, PutsTextOfAOneLineFieldIntoOneLine) {
    Field line = text(0);
    line.multiline = false;
    EXPECT_EQ(ok(line, "Lindenweg 3\r\n2. OG\tlinks"), "Lindenweg 3 2. OG links");
    EXPECT_EQ(ok(line, "a \n\n b"), "a  b");
    EXPECT_EQ(ok(text(0), "Lindenweg 3\r\n2. OG"), "Lindenweg 3\n2. OG");
}

TEST(Coercion, CutsToBytesWhereTheFieldCountsThem) {
    Field comment = text(4);
    comment.byte_length = 4;
    EXPECT_EQ(ok(comment, "äöü"), "äö");
    EXPECT_EQ(ok(comment, "abc€"), "abc");
    EXPECT_EQ(ok(comment, "a😀"), "a");
}

TEST(Coercion, NeverCutsAPhoneNumberOrUrlBecauseAPartIsAnother) {
    Field phone = text(10);
    phone.indivisible = true;
    EXPECT_EQ(ok(phone, "0123456789"), "0123456789");
    EXPECT_NE(why(phone, "+49 0123456789").find("phone number or URL longer than 10"), std::string::npos);
}

TEST(Coercion, KeepsOnlyYearsThatSalesforceKeeps) {
    EXPECT_EQ(ok(of(FieldType::date), "1700-01-01"), "1700-01-01");
    EXPECT_EQ(ok(of(FieldType::date), "4000-12-31"), "4000-12-31");
    EXPECT_NE(why(of(FieldType::date), "1699-12-31").find("1700 to 4000"), std::string::npos);
    why(of(FieldType::datetime), "0001-01-01T00:00:00Z");
    why(of(FieldType::date), "4001-01-01");
    why(of(FieldType::date), "2026-00-01");
    why(of(FieldType::date), "2026/01/01");
}

TEST(Coercion, RoundsPercentagesAndWholeNumbersToTheFieldsScale) {
    EXPECT_EQ(ok(number(5, 1), "12.345").dump(), "12.3");
    EXPECT_EQ(ok(number(5, 1), "12.35").dump(), "12.4");
    EXPECT_EQ(ok(number(5, 1), "-12.35").dump(), "-12.4");
    EXPECT_EQ(ok(of(FieldType::integer), "2.5").dump(), "3");
    Field money = number(18, 2);
    money.type = FieldType::currency;
    EXPECT_EQ(ok(money, "1.234").dump(), "1.23") << "dinars have three places, the field two";
}

TEST(Emptied, IsNullButForACheckbox) {
    ASSERT_TRUE(emptied(text(5)));
    EXPECT_TRUE(emptied(text(5))->is_null());
    Field checkbox = of(FieldType::boolean);
    checkbox.nillable = false;
    ASSERT_TRUE(emptied(checkbox));
    EXPECT_EQ(*emptied(checkbox), Json(false));
    Field required = text(5);
    required.nillable = false;
    EXPECT_FALSE(emptied(required));
}

ObjectDescription with_record_types() {
    ObjectDescription object;
    object.name = "Deal";
    object.record_types = {{"012000000000000AAA", "Master", "Master", true, true, false, true},
                           {"0125g000000Q1a1AAC", "New_Business", "New business", true, true, true, false},
                           {"0125g000000Q1a2AAC", "Renewal", "Renewal", false, true, false, false},
                           {"0125g000000Q1a3AAC", "Old", "Old", true, false, false, false}};
    for (RecordType& type : object.record_types) type.id = *long_id(type.id.substr(0, 15));
    return object;
}

Field record_type_field() {
    Field field = of(FieldType::reference);
    field.name = "RecordTypeId";
    return field;
}

TEST(RecordTypes, AreTakenByIdDeveloperNameOrLabel) {
    const ObjectDescription object = with_record_types();
    const std::string id = object.record_types[1].id;
    for (const std::string& text :
         {id, id.substr(0, 15), std::string("new_business"), std::string(" New Business ")}) {
        const auto made = coerce_for(object, record_type_field(), text);
        ASSERT_TRUE(made) << made.error().detail;
        EXPECT_EQ(*made, id) << text;
    }
    EXPECT_TRUE(coerce_for(object, record_type_field(), nullptr)->is_null());
}

TEST(RecordTypes, AreRefusedWhenTheyAreNotThereNotActiveOrNotAvailable) {
    const auto why_not = [](const std::string& text) {
        const auto made = coerce_for(with_record_types(), record_type_field(), text);
        return made ? std::string{} : made.error().detail;
    };
    EXPECT_NE(why_not("Renewall").find("Renewal comes near"), std::string::npos);
    EXPECT_NE(why_not("Renewal").find("not available to the integration user"), std::string::npos);
    EXPECT_NE(why_not("Old").find("not active"), std::string::npos);
    EXPECT_NE(why_not("0125g000000Q1a9").find("no record type"), std::string::npos);
}

TEST(RecordTypes, OfAnOrgThatDoesNotTellThemAreIds) {
    EXPECT_TRUE(coerce_for(ObjectDescription{}, record_type_field(), "0125g000000Q1a1"));
    EXPECT_FALSE(coerce_for(ObjectDescription{}, record_type_field(), "New_Business"));
}

TEST(CurrencyCodes, ThatAreNotActiveSayWhatToDo) {
    Field code = picklist(true);
    code.name = "CurrencyIsoCode";
    code.picklist = {"EUR", "USD"};
    EXPECT_EQ(*coerce_for(ObjectDescription{}, code, "eur"), "EUR");
    const auto unknown = coerce_for(ObjectDescription{}, code, "JPY");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().detail.find("no active currency"), std::string::npos);
    EXPECT_NE(unknown.error().detail.find("Manage Currencies"), std::string::npos);
}

TEST(Coercion, IsStableWhenRepeated) {
    const std::pair<Field, Json> cases[] = {{text(3), "ab cd"},
                                            {of(FieldType::email), "A@B.de"},
                                            {number(18, 2), "1234567890123456.78"},
                                            {of(FieldType::datetime), "2026-01-01T00:00:00.5+01:00"},
                                            {of(FieldType::time), "14:30"},
                                            {picklist(true), "closed won"}};
    for (const auto& [field, value] : cases) {
        const Json once = ok(field, value);
        EXPECT_EQ(ok(field, once), once);
    }
}

} // namespace
} // namespace paysync::salesforce
