// Compares as Salesforce does; what is planned over what is there.
#include "flow_fixture.hpp"

namespace paysync::flow {
namespace {

bool equal(const Json& record, const Json& value, const std::string& field = "F") {
    return meets({{field, record}}, {field, Op::equal, value, 0});
}

TEST(Comparison, TextHasNoCaseAndNoEnds) {
    EXPECT_TRUE(equal("Ann@X.de", " ann@x.DE"));
    EXPECT_TRUE(equal("MÜLLER Łódź ΑΒΓ ЖУК", "müller łódź αβγ жук"));
    EXPECT_FALSE(equal("Muller", "Müller"));
    EXPECT_FALSE(equal("a b", "ab"));
    EXPECT_FALSE(equal("01234", "1234")); // text fields keep their zeros
}

TEST(Comparison, NumbersCompareByValueEvenAsText) {
    EXPECT_TRUE(equal(10.5, "10.50"));
    EXPECT_TRUE(equal("10.50", 10.5));
    EXPECT_TRUE(equal(5, 5.0));
    EXPECT_TRUE(equal(0.1, "0.10"));
    EXPECT_FALSE(equal(10.5, "ten"));
    EXPECT_FALSE(equal(10.5, ""));
}

TEST(Comparison, IdsCompareOnFifteenCharactersWithCase) {
    EXPECT_TRUE(equal("001000000000001AAA", "001000000000001", "AccountId"));
    EXPECT_TRUE(equal("001000000000001", "001000000000001AAA", "Id"));
    EXPECT_FALSE(equal("00100000000000a", "00100000000000A", "Id"));
    EXPECT_TRUE(equal("customer-number1", "CUSTOMER-number1"));
    EXPECT_TRUE(equal("customernumber1", "CUSTOMERNUMBER1")); // 15 letters, but no field of ids
    EXPECT_FALSE(equal("001000000000001AAA", "001000000000002AAA", "Id"));
}

TEST(Comparison, MomentsAndTruths) {
    EXPECT_TRUE(equal("2026-01-01T10:00:00.000+0000", "2026-01-01T10:00:00Z"));
    EXPECT_TRUE(equal("2026-01-01T10:00:00.000+0000", "2026-01-01T11:00:00+01:00"));
    EXPECT_FALSE(equal("2026-01-01T10:00:00.000+0000", "2026-01-01T10:00:01Z"));
    EXPECT_TRUE(equal(false, "false"));
    EXPECT_TRUE(equal(true, "TRUE"));
    EXPECT_FALSE(equal(nullptr, "false"));
    EXPECT_FALSE(equal(true, "yes"));
}

TEST(Comparison, EmptyIsNull) {
    EXPECT_TRUE(equal(nullptr, ""));
    EXPECT_FALSE(equal(nullptr, "x"));
    EXPECT_TRUE(meets(Json::object(), {"F", Op::is_empty, true, 0}));
    EXPECT_FALSE(meets({{"F", 0}}, {"F", Op::is_empty, true, 0}));
    EXPECT_TRUE(meets({{"F", false}}, {"F", Op::is_empty, false, 0}));
    EXPECT_TRUE(meets(Json::object(), {"F", Op::differs, "x", 0}));
    EXPECT_FALSE(meets(Json::object(), {"F", Op::less, 5, 0}));
    EXPECT_FALSE(meets(Json::object(), {"F", Op::like, "%", 0}));
}

TEST(Comparison, OrderListsAndPatterns) {
    const auto holds = [](const Json& record, Op op, const Json& value) {
        return meets({{"F", record}}, {"F", op, value, 0});
    };
    EXPECT_TRUE(holds(10, Op::greater, "9"));
    EXPECT_TRUE(holds("2026-02-01", Op::at_least, "2026-01-31"));
    EXPECT_TRUE(holds("b", Op::at_most, "B"));
    EXPECT_FALSE(holds("b", Op::less, "B"));
    EXPECT_TRUE(holds("b", Op::in, Json::array({"a", "B"})));
    EXPECT_FALSE(holds("b", Op::in, Json::array()));
    EXPECT_TRUE(holds("Acme Ltd", Op::like, "acme%"));
    EXPECT_TRUE(holds("Acme Ltd", Op::like, "%LTD"));
    EXPECT_TRUE(holds("Acme Ltd", Op::like, "a_me%l%d"));
    EXPECT_FALSE(holds("Acme Ltd", Op::like, "acme"));
    EXPECT_TRUE(holds("50%", Op::like, "50\\%"));
    EXPECT_FALSE(holds("505", Op::like, "50\\%"));
}

TEST(Comparison, ParentsAreReachedByPath) {
    const Json record{{"Account", {{"Owner", {{"Name", "Kim"}}}}}, {"Other", nullptr}};
    EXPECT_TRUE(meets(record, {"Account.Owner.Name", Op::equal, "kim", 0}));
    EXPECT_TRUE(field_at(record, "Other.Name").is_null());
    EXPECT_TRUE(field_at(record, "Nothing.Name.At.All").is_null());
}

TEST(Comparison, AnOptionalFieldThatTheOrgLacksIsNoObstacle) {
    const Condition currency{"CurrencyIsoCode", Op::equal, "EUR", 0, true};
    EXPECT_TRUE(meets({{"Id", "x"}}, currency));
    EXPECT_FALSE(meets({{"CurrencyIsoCode", "USD"}}, currency));
    EXPECT_FALSE(meets({{"CurrencyIsoCode", nullptr}}, currency));
}

TEST(Comparison, LikenessIsEditDistanceOverLength) {
    const auto about = [](const std::string& a, const std::string& b, double least) {
        return meets({{"F", a}}, {"F", Op::about, b, least});
    };
    EXPECT_TRUE(about("Schmidt", "schmitd", 0.85)); // neighbours exchanged: one edit of seven
    EXPECT_TRUE(about("O'Neil-Smith", "ONEIL SMITH", 1.0));
    EXPECT_TRUE(about("Müller", "Muller", 0.8));
    EXPECT_FALSE(about("Meyer", "Maier", 0.9));
    EXPECT_FALSE(about("", "", 0.1));
    EXPECT_FALSE(about("--", "++", 0.1));
    EXPECT_TRUE(about(std::string(100'000, 'a'), std::string(100'000, 'a'), 1.0));
}

TEST(Question, HasAKeyAndKnowsWhetherOnlyPlansCanMeetIt) {
    const Question a{"Contact", {{"Email", Op::equal, "x", 0}}};
    Question b = a;
    EXPECT_EQ(a.key(), b.key());
    b.where[0].op = Op::differs;
    EXPECT_NE(a.key(), b.key());
    EXPECT_FALSE(a.only_planned());
    const std::string token = new_record_token("Account", {{"K", "v"}});
    EXPECT_TRUE((Question{"Contact", {{"AccountId", Op::equal, token, 0}}}).only_planned());
    EXPECT_TRUE((Question{"Contact", {{"AccountId", Op::in, Json::array({token}), 0}}}).only_planned());
    EXPECT_FALSE((Question{"Contact", {{"AccountId", Op::equal, "x" + token, 0}}}).only_planned());
}

TEST(Token, IsTheSameForTheSameKeyAndIsSeenInsideText) {
    const std::string token = new_record_token("Account", {{"K", "v"}});
    EXPECT_EQ(token, new_record_token("Account", {{"K", "v"}}));
    EXPECT_NE(token, new_record_token("Account", {{"K", "w"}}));
    EXPECT_NE(token, new_record_token("Contact", {{"K", "v"}}));
    EXPECT_TRUE(is_token(token));
    EXPECT_FALSE(is_token(token + "x"));
    EXPECT_FALSE(is_token("new:Account:12"));
    EXPECT_FALSE(contains_token(token));
    EXPECT_TRUE(contains_token("a " + token + " b"));
    EXPECT_TRUE(contains_token(Json::array({token})));
    EXPECT_FALSE(contains_token("a new:Account: b"));
}

RecordWrite planned(const std::string& id, const Json& key, const Json& fields,
                    const Json& current = Json::object()) {
    RecordWrite write;
    write.object = "Contact";
    write.id = id;
    write.key = key;
    write.fields = fields;
    write.current = current;
    if (id.empty()) write.token = new_record_token("Contact", key);
    return write;
}

TEST(Overlay, APlannedRecordAnswersAsIfItWereThere) {
    Overlay overlay;
    EXPECT_TRUE(overlay.empty());
    const RecordWrite write = planned("", {{"K", "k"}}, {{"Email", "A@x"}, {"Amount", "10.50"}});
    overlay.add(write);
    for (const Condition& condition : {Condition{"K", Op::equal, "K", 0}, Condition{"Email", Op::equal, "a@X", 0},
                                       Condition{"Amount", Op::equal, 10.5, 0}, Condition{"Email", Op::like, "a%", 0},
                                       Condition{"Id", Op::equal, write.token, 0}}) {
        const Answer answer = overlay.over({"Contact", {condition}}, {});
        ASSERT_EQ(answer.records.size(), 1U) << condition.field;
        EXPECT_EQ(answer.records[0]["Id"], write.token);
    }
    EXPECT_TRUE(overlay.over({"Account", {{"K", Op::equal, "k", 0}}}, {}).records.empty());
    EXPECT_TRUE(overlay.over({"Contact", {{"K", Op::equal, "l", 0}}}, {}).records.empty());
    overlay.clear();
    EXPECT_TRUE(overlay.over({"Contact", {{"K", Op::equal, "k", 0}}}, {}).records.empty());
}

TEST(Overlay, APlannedChangeChangesWhatIsFound) {
    Overlay overlay;
    const Json there{{"Id", "003000000000001AAA"}, {"Email", "old@x"}, {"Phone", "1"}};
    overlay.add(planned("003000000000001AAA", Json::object(), {{"Email", "new@x"}}, there));
    const Question old_mail{"Contact", {{"Email", Op::equal, "old@x", 0}}};
    const Question new_mail{"Contact", {{"Email", Op::equal, "new@x", 0}}};
    const Question phone{"Contact", {{"Phone", Op::equal, "1", 0}}};
    EXPECT_TRUE(overlay.over(old_mail, {{there}, {}}).records.empty());
    ASSERT_EQ(overlay.over(new_mail, {}).records.size(), 1U);
    EXPECT_EQ(overlay.over(new_mail, {}).records[0]["Phone"], "1");
    ASSERT_EQ(overlay.over(phone, {{there}, {}}).records.size(), 1U);
    EXPECT_EQ(overlay.over(phone, {{there}, {}}).records[0]["Email"], "new@x");
    EXPECT_TRUE(overlay.over(phone, {}).records.empty()); // the org knows best what the plan does not touch
}

TEST(Overlay, PlansOfOneRecordAddUpAndKeepTheirOrder) {
    Overlay overlay;
    const RecordWrite first = planned("", {{"K", "a"}}, {{"G", "g"}, {"X", "1"}});
    overlay.add(first);
    overlay.add(planned("", {{"K", "b"}}, {{"G", "g"}}));
    RecordWrite change = planned(first.token, Json::object(), {{"X", "2"}});
    overlay.add(change);
    const Answer answer = overlay.over({"Contact", {{"G", Op::equal, "g", 0}}}, {});
    ASSERT_EQ(answer.records.size(), 2U);
    EXPECT_EQ(answer.records[0]["K"], "a");
    EXPECT_EQ(answer.records[0]["X"], "2");
    EXPECT_EQ(answer.records[1]["K"], "b");
}

TEST(Overlay, ALongAndAShortIdAreOneRecord) {
    Overlay overlay;
    overlay.add(planned("003000000000001", Json::object(), {{"Email", "new@x"}}, {{"Id", "003000000000001"}}));
    Answer org;
    org.records.push_back({{"Id", "003000000000001AAA"}, {"Email", "old@x"}});
    EXPECT_EQ(overlay.over({"Contact", {{"Id", Op::equal, "003000000000001AAA", 0}}}, org).records[0]["Email"],
              "new@x");
}

TEST(Overlay, TwoEventsOfABatchMeanOneRecord) {
    const std::string text = "flow: f\non: x\nsteps:\n  - name: it\n    record: Contact\n    key: { K: '${ .k }' }\n "
                             "   find: [{ Email: '${ .e }' }]\n"
                             "    taken: take\n    create: { Email: '${ .e }' }\n    set: { N: '${ .n }' }\n";
    Evaluator evaluator{load(text)};
    FakeOrg org;
    Overlay overlay;
    org.overlay = &overlay;
    const RecordWrite first = drive(evaluator, 0, make_input({{"k", "1"}, {"e", "a@x"}, {"n", 1}}), org).write();
    overlay.add(first);
    const RecordWrite second = drive(evaluator, 0, make_input({{"k", "1"}, {"e", "a@x"}, {"n", 2}}), org).write();
    EXPECT_EQ(second.id, first.token);
    overlay.add(second);
    const RecordWrite third = drive(evaluator, 0, make_input({{"k", "2"}, {"e", "A@X"}, {"n", 3}}), org).write();
    EXPECT_EQ(third.id, first.token);
    EXPECT_EQ(third.current["N"], 2);
}

} // namespace
} // namespace paysync::flow
