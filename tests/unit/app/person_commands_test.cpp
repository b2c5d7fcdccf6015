// replay, release, hold and problems from their command line to the store; no daemon runs.
#include "paysync/app/command_line.hpp"

#include "app/exit_code.hpp"
#include "app/person.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/store/sqlite_store.hpp"
#include "scratch_folder.hpp"
#include "support/inline_workers.hpp"

#include "app/run_to_end.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* flow_text = "on: [payment_captured]\n"
                                  "steps:\n"
                                  "  - name: close\n"
                                  "    record: Thing__c\n"
                                  "    key: { Checkout_Payment_Id__c: \"${ .payment.id }\" }\n"
                                  "    set: { Name: \"${ .payment.id }\" }\n";

class PersonCommands : public ::testing::Test {
protected:
    PersonCommands() {
        folder.write("key", "the key");
        folder.write("flows/won.yaml", "flow: won\n" + std::string(flow_text));
        folder.write("flows/tell.yaml", "flow: tell\n" + std::string(flow_text));
        folder.write("flows/off.yaml", "flow: off\nenabled: false\n" + std::string(flow_text));
        folder.write("paysync.yaml", "webhooks:\n  address: 127.0.0.1\n  signature_keys: [ { file: key } ]\n"
                                     "admin: { port: 1 }\n" // where nobody answers
                                     "flows: { folder: flows }\n"
                                     "salesforce:\n  login_url: https://acme.my.salesforce.com\n  client_id: abc\n"
                                     "  client_secret: { file: key }\n"
                                     "store: { path: p.sqlite }\n");
        settings.path = (folder.path() / "p.sqlite").string();
    }

    /// Lets `work` have the store as a daemon has it, then closes it.
    template <class T>
    T with_store(std::function<runtime::Task<base::Result<T>>(store::Store&)> work) {
        boost::asio::io_context io{1};
        auto store = store::open_sqlite_store(settings, workers, workers, clock, metrics);
        auto result = run_to_end<base::Result<T>>(io, [&] { return work(*store); });
        run_to_end<bool>(io, [&]() -> runtime::Task<bool> {
            co_await store->stop();
            co_return true;
        });
        return std::move(result).value();
    }
    void append(const std::string& id, const std::string& more = "") {
        store::NewEvent event;
        event.id = id;
        event.type = "payment_captured";
        event.subject = "pay_" + id;
        event.received_at = event.occurred_at = *base::parse_time("2026-03-01T10:00:00Z");
        event.body = R"({"id":")" + id + R"(","type":"payment_captured","created_on":"2026-03-01T10:00:00Z",)" +
                     more + R"("data":{"id":"pay_)" + id + R"("}})";
        with_store<store::Appended>([&](store::Store& store) { return store.append(event); });
    }
    void settle(const store::Settlement& settlement) {
        boost::asio::io_context io{1};
        auto store = store::open_sqlite_store(settings, workers, workers, clock, metrics);
        const auto settled = run_to_end<base::Result<void>>(io, [&] { return store->settle(settlement); });
        EXPECT_TRUE(settled.has_value());
        run_to_end<bool>(io, [&]() -> runtime::Task<bool> {
            co_await store->stop();
            co_return true;
        });
    }
    static store::Run run(std::int64_t seq, const std::string& flow, store::RunState state,
                          const std::string& cause = "REQUIRED") {
        store::Run made;
        made.event_seq = seq;
        made.flow = flow;
        made.state = state;
        made.payment = "pay_evt_" + std::to_string(seq);
        made.cause = cause;
        made.reason = "the reason";
        made.since = *base::parse_time("2026-03-01T10:00:00Z");
        return made;
    }
    /// Events evt_1 to evt_3, the last of them not settled; evt_1 is dead in `won`.
    void prepare() {
        for (const char* id : {"evt_1", "evt_2", "evt_3"}) append(id);
        store::Settlement settlement;
        settlement.settled_events = {1, 2};
        settlement.put_runs = {run(1, "won", store::RunState::dead)};
        settle(settlement);
    }
    std::vector<store::RunKey> due() {
        std::vector<store::RunKey> keys;
        const auto found = with_store<std::vector<store::DueRun>>(
            [&](store::Store& store) { return store.due_runs(*base::parse_time("2100-01-01"), 100); });
        for (const store::DueRun& one : found) keys.push_back({one.run.event_seq, one.run.flow});
        return keys;
    }

    int paysync(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "paysync");
        arguments.push_back("--config");
        arguments.push_back((folder.path() / "paysync.yaml").string());
        std::vector<char*> argv;
        for (std::string& one : arguments) argv.push_back(one.data());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int code = run_command_line(static_cast<int>(argv.size()), argv.data());
        out = testing::internal::GetCapturedStdout();
        err = testing::internal::GetCapturedStderr();
        return code;
    }
    base::Json json() const { return base::parse_json(out).value(); }

    ScratchFolder folder;
    store::SqliteSettings settings;
    tests::InlineWorkers workers{1};
    runtime::SystemClock clock;
    base::Metrics metrics;
    std::string out;
    std::string err;
};

using Keys = std::vector<store::RunKey>;

TEST_F(PersonCommands, ReplayOfAnEventBringsUpEveryFlowThatItTriggers) {
    prepare();

    EXPECT_EQ(paysync({"replay", "evt_1", "--by", "anna", "--reason", "mended"}), exit_code::success) << err;

    EXPECT_THAT(out, HasSubstr("2 are ready"));
    EXPECT_THAT(out, HasSubstr("won  payment_captured  evt_1  pay_evt_1  (was dead: REQUIRED)"));
    EXPECT_THAT(out, HasSubstr("No daemon answered"));
    EXPECT_EQ(due(), (Keys{{1, "tell"}, {1, "won"}}));
    const auto audit = with_store<std::vector<store::AuditEntry>>([](store::Store& s) { return s.audit(0, 10); });
    ASSERT_EQ(audit.size(), 1U);
    EXPECT_EQ(audit[0].by, "anna");
    EXPECT_EQ(audit[0].detail.at("reason"), base::Json("mended"));
}

TEST_F(PersonCommands, ReplayOfOneFlowBringsUpThatOneAlone) {
    prepare();
    EXPECT_EQ(paysync({"replay", "pay_evt_2", "--flow", "tell"}), exit_code::success) << err;
    EXPECT_EQ(due(), (Keys{{2, "tell"}}));
}

TEST_F(PersonCommands, ReplayOfTheDeadTakesTheDeadAlone) {
    prepare();
    EXPECT_EQ(paysync({"replay", "--dead", "--cause", "other"}), exit_code::success);
    EXPECT_EQ(due(), Keys{});
    EXPECT_EQ(paysync({"replay", "--dead", "--cause", "REQUIRED", "--json"}), exit_code::success) << err;
    EXPECT_EQ(json().at("put"), base::Json(1));
    EXPECT_EQ(json().at("daemon_told"), base::Json(false));
    EXPECT_EQ(due(), (Keys{{1, "won"}}));
}

TEST_F(PersonCommands, ReplaySinceATimeTakesWhatCameSinceThenAndLeavesWhatIsOnItsWay) {
    prepare();
    EXPECT_EQ(paysync({"replay", "--since", "2026-03-01T10:00:01Z", "--dry-run"}), exit_code::success) << err;
    EXPECT_THAT(out, HasSubstr("0 would be sent again"));
    EXPECT_EQ(paysync({"replay", "--since", "2026-03-01T10:00:00Z"}), exit_code::success) << err;
    EXPECT_THAT(out, HasSubstr("left alone: 1 events that are on their way"));
    EXPECT_EQ(due(), (Keys{{1, "tell"}, {1, "won"}, {2, "tell"}, {2, "won"}}));
}

TEST_F(PersonCommands, ADryRunChangesNothing) {
    prepare();
    EXPECT_EQ(paysync({"replay", "evt_1", "--dry-run", "--json"}), exit_code::success) << err;
    EXPECT_EQ(json().at("work").size(), 2U);
    EXPECT_EQ(json().at("dry_run"), base::Json(true));
    EXPECT_EQ(due(), Keys{});
}

TEST_F(PersonCommands, ReplayLeavesTestEventsAndFlowsThatAreGoneAlone) {
    append("evt_1", R"("isTest":true,)");
    store::Settlement settlement;
    settlement.settled_events = {1};
    settlement.put_runs = {run(1, "gone", store::RunState::dead)};
    settle(settlement);
    EXPECT_EQ(paysync({"replay", "evt_1"}), exit_code::success);
    EXPECT_EQ(paysync({"replay", "--dead"}), exit_code::success);
    EXPECT_THAT(out, HasSubstr("left alone: 1 whose flow is gone or switched off"));
    EXPECT_EQ(due(), Keys{});
}

TEST_F(PersonCommands, ReplaySaysWhatIsWrongWithTheCommand) {
    prepare();
    EXPECT_EQ(paysync({"replay"}), exit_code::usage);
    EXPECT_THAT(err, HasSubstr("say what to send again"));
    EXPECT_EQ(paysync({"replay", "evt_1", "--flow", "wno"}), exit_code::usage);
    EXPECT_THAT(err, HasSubstr("there is no flow wno; there are off, tell, won"));
    EXPECT_EQ(paysync({"replay", "evt_1", "--flow", "off"}), exit_code::usage);
    EXPECT_THAT(err, HasSubstr("switched off"));
    EXPECT_EQ(paysync({"replay", "--since", "yesterday"}), exit_code::usage);
    EXPECT_THAT(err, HasSubstr("7d"));
    EXPECT_EQ(paysync({"replay", "evt_none"}), exit_code::no_input);
    EXPECT_THAT(err, HasSubstr("nothing is known of evt_none"));
}

TEST_F(PersonCommands, ReleaseDecidesAboutTheOneHeldRun) {
    prepare();
    store::Settlement settlement;
    settlement.put_runs = {run(2, "won", store::RunState::held)};
    settlement.put_runs[0].detail = base::Json{{store::detail_approval, "evt_2/ask"}};
    settle(settlement);

    EXPECT_EQ(paysync({"release", "pay_evt_2", "--stop", "--by", "anna"}), exit_code::success) << err;

    EXPECT_THAT(out, HasSubstr("Stopped: won"));
    EXPECT_EQ(due(), (Keys{{2, "won"}}));
    store::OwnQuestions questions;
    questions.approvals = {{"won", "evt_2/ask"}};
    const auto own = with_store<store::OwnAnswers>([&](store::Store& s) { return s.own(questions); });
    EXPECT_EQ(own.approvals.at({"won", "evt_2/ask"}).decision, store::Decision::stop);
    EXPECT_EQ(own.approvals.at({"won", "evt_2/ask"}).by, "anna");
    EXPECT_EQ(paysync({"release", "evt_2"}), exit_code::no_input) << "no longer held";
}

TEST_F(PersonCommands, ReleaseAsksWhichWhenSeveralAreHeld) {
    prepare();
    store::Settlement settlement;
    settlement.put_runs = {run(2, "won", store::RunState::held), run(2, "tell", store::RunState::held)};
    settle(settlement);
    EXPECT_EQ(paysync({"release", "evt_2"}), exit_code::usage);
    EXPECT_THAT(err, HasSubstr("paysync release evt_2 --flow tell"));
    EXPECT_THAT(err, HasSubstr("paysync release evt_2 --flow won"));
    EXPECT_EQ(paysync({"release", "evt_2", "--flow", "won"}), exit_code::success) << err;
    EXPECT_EQ(due(), (Keys{{2, "won"}}));
}

TEST_F(PersonCommands, ReleaseSaysWhatElseCanBeDone) {
    prepare();
    EXPECT_EQ(paysync({"release", "evt_1"}), exit_code::no_input);
    EXPECT_THAT(err, HasSubstr("paysync replay evt_1 --flow won"));
    EXPECT_EQ(paysync({"release", "evt_9"}), exit_code::no_input);
    EXPECT_EQ(paysync({"release"}), exit_code::usage);
    EXPECT_EQ(paysync({"release", "--stop", "--flow", "won"}), exit_code::usage);
    EXPECT_EQ(paysync({"release", "evt_1", "--stop"}), exit_code::success) << err;
    EXPECT_THAT(out, HasSubstr("Given up: won"));
    EXPECT_EQ(paysync({"problems"}), exit_code::success);
    EXPECT_THAT(out, HasSubstr("No problems"));
}

TEST_F(PersonCommands, HoldStopsAFlowUntilItIsReleased) {
    prepare();
    EXPECT_EQ(paysync({"hold", "--flow", "wno"}), exit_code::usage);
    EXPECT_EQ(paysync({"hold"}), exit_code::usage);
    EXPECT_EQ(paysync({"hold", "--flow", "won", "--reason", "wrong owner", "--by", "anna"}), exit_code::success)
        << err;
    EXPECT_EQ(paysync({"hold", "--list"}), exit_code::success);
    EXPECT_THAT(out, HasSubstr("by anna: wrong owner\n    paysync release --flow won"));
    EXPECT_EQ(paysync({"hold", "--list", "--json"}), exit_code::success);
    EXPECT_EQ(json().at(0).at("flow"), base::Json("won"));
    EXPECT_EQ(paysync({"replay", "evt_1"}), exit_code::success);
    EXPECT_THAT(err, HasSubstr("won is on hold"));
    EXPECT_EQ(due(), (Keys{{1, "tell"}}));

    EXPECT_EQ(paysync({"release", "--flow", "won"}), exit_code::success) << err;
    EXPECT_EQ(due(), (Keys{{1, "tell"}, {1, "won"}}));
    EXPECT_EQ(paysync({"release", "--flow", "won"}), exit_code::no_input);
}

TEST_F(PersonCommands, HoldWorksThoughTheFlowsCannotBeLoaded) {
    prepare();
    folder.write("flows/won.yaml", "steps: broken");
    EXPECT_EQ(paysync({"hold", "--flow", "anything"}), exit_code::success) << err;
    EXPECT_THAT(err, IsEmpty());
}

TEST_F(PersonCommands, ProblemsShowWhatIsDeadHeldAndOnHold) {
    prepare();
    paysync({"hold", "--flow", "tell"});
    EXPECT_EQ(paysync({"problems"}), exit_code::success) << err;
    EXPECT_THAT(out, HasSubstr("1 dead  REQUIRED  in won"));
    EXPECT_THAT(out, HasSubstr("paysync release --flow tell"));
    EXPECT_EQ(paysync({"problems", "--json"}), exit_code::success);
    EXPECT_EQ(json().at("problems").at(0).at("cause"), base::Json("REQUIRED"));
    EXPECT_EQ(json().at("on_hold").at(0).at("flow"), base::Json("tell"));
}

TEST_F(PersonCommands, AStoreThatIsNotThereIsSaidSo) {
    EXPECT_EQ(paysync({"problems"}), exit_code::io_error);
    EXPECT_THAT(err, HasSubstr("There is no store"));
    EXPECT_EQ(paysync({"hold", "--flow", "won"}), exit_code::io_error);
    EXPECT_THAT(err, Not(IsEmpty()));
}

TEST(Since, IsATimeOrASpan) {
    const auto now = *base::parse_time("2026-03-10T10:00:00Z");
    EXPECT_EQ(parse_since("90m", now), base::parse_time("2026-03-10T08:30:00Z"));
    EXPECT_EQ(parse_since("12h", now), base::parse_time("2026-03-09T22:00:00Z"));
    EXPECT_EQ(parse_since("7d", now), base::parse_time("2026-03-03T10:00:00Z"));
    EXPECT_EQ(parse_since("30s", now), base::parse_time("2026-03-10T09:59:30Z"));
    EXPECT_EQ(parse_since("2026-03-01", now), base::parse_time("2026-03-01T00:00:00Z"));
    for (const char* text : {"", "7", "d", "7w", "-7d", "7d ", "999999999d"})
        EXPECT_EQ(parse_since(text, now), std::nullopt) << text;
}

} // namespace
} // namespace paysync::app
