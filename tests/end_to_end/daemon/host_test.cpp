#include "support/running_pair.hpp"

#include "paysync/net/self_signed.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>

#include <poll.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

namespace paysync {
namespace {

using base::Json;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::RunningPair;

const std::string paysync_program = RunningPair::program("paysync");

/// systemd's end of sd_notify(3): a datagram socket that the daemon finds by NOTIFY_SOCKET.
class NotifySocket {
public:
    explicit NotifySocket(const std::filesystem::path& file) : path_{file.string()} {
        descriptor_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
        if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error(path_ + ": " + std::strerror(errno));
    }
    ~NotifySocket() { close(descriptor_); }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    const std::string& path() const { return path_; }

    /// The next message that has `word` in it; those before it are counted and dropped. Empty after ten seconds.
    std::string next_with(const std::string& word) {
        for (;;) {
            const std::string message = next(10'000);
            if (message.empty() || message.find(word) != std::string::npos) return message;
        }
    }

    /// How many messages with `word` come within the time.
    int count(const std::string& word, int milliseconds) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{milliseconds};
        int found = 0;
        for (;;) {
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
            if (left.count() <= 0) return found;
            if (next(static_cast<int>(left.count())).find(word) != std::string::npos) ++found;
        }
    }

private:
    std::string next(int milliseconds) {
        pollfd waiting{descriptor_, POLLIN, 0};
        if (poll(&waiting, 1, milliseconds) <= 0) return {};
        char buffer[4096];
        const auto got = recv(descriptor_, buffer, sizeof buffer, 0);
        return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string{};
    }

    std::string path_;
    int descriptor_ = -1;
};

/// One thread of another process, held still while this lives.
class HeldThread {
public:
    /// Throws when there is none of that name, or this machine allows no ptrace(2).
    HeldThread(pid_t process, const std::string& name) : thread_{find(process, name)} {
        if (ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) != 0 ||
            ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr) != 0)
            throw std::runtime_error(std::string("ptrace: ") + std::strerror(errno));
        int status = 0;
        waitpid(thread_, &status, __WALL);
    }
    ~HeldThread() { ptrace(PTRACE_DETACH, thread_, nullptr, nullptr); }
    HeldThread(const HeldThread&) = delete;
    HeldThread& operator=(const HeldThread&) = delete;

private:
    static pid_t find(pid_t process, const std::string& name) {
        for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
            std::ifstream in{task.path() / "comm"};
            std::string comm;
            std::getline(in, comm);
            if (comm == name) return std::stoi(task.path().filename().string());
        }
        throw std::runtime_error("no thread " + name);
    }

    pid_t thread_;
};

void append_to(const std::string& file, const std::string& text) {
    std::ofstream{file, std::ios::app} << text;
}

void post(RunningPair& pair, const std::string& path, const Json& body) {
    net::Request request;
    request.method = "POST";
    request.headers.set("Content-Type", "application/json");
    request.body = body.dump();
    const auto answer = pair.send(pair.places.control + path, std::move(request));
    ASSERT_TRUE(answer) << answer.error().detail;
    ASSERT_EQ(answer->status, 200U) << answer->body;
}

void send_approval(RunningPair& pair, const std::string& id) {
    const Json body{{"id", "evt_" + id},
                    {"type", "payment_approved"},
                    {"created_on", "2026-03-01T10:00:00Z"},
                    {"data",
                     {{"id", "pay_" + id},
                      {"action_id", "act_" + id},
                      {"amount", 100},
                      {"currency", "EUR"},
                      {"processed_on", "2026-03-01T10:00:00Z"},
                      {"customer", {{"id", "cus_" + id}, {"email", id + "@example.org"}, {"name", "Ada " + id}}},
                      {"source", {{"type", "card"}, {"last_4", "4242"}}}}}};
    const auto answer = pair.send(pair.webhooks, pair.signed_webhook(body.dump()));
    ASSERT_TRUE(answer) << answer.error().detail;
    ASSERT_EQ(answer->status, 200U);
}

bool wait_for(const std::function<bool()>& condition) {
    for (int i = 0; i < 500; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return false;
}

bool wait_for_call_in_flight(RunningPair& pair) {
    return wait_for(
        [&] { return pair.get(pair.places.admin + "/status").at("engine").at("in_flight").get<int>() > 0; });
}

TEST(Supervisor, IsToldOfServingReloadingAndStopping) {
    RunningPair pair;
    NotifySocket systemd{pair.folder() / "notify"};
    pair.environment = {"NOTIFY_SOCKET=" + systemd.path()};
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    EXPECT_THAT(systemd.next_with("READY=1"), HasSubstr("STATUS=Serving webhooks on https://"));

    ::kill(pair.daemon->pid(), SIGHUP);
    EXPECT_THAT(systemd.next_with("RELOADING=1"), HasSubstr("MONOTONIC_USEC="));
    EXPECT_THAT(systemd.next_with("READY=1"), Not(HasSubstr("refused")));

    append_to(pair.config(), "log: { level: loud }\n");
    ::kill(pair.daemon->pid(), SIGHUP);
    systemd.next_with("RELOADING=1");
    const std::string refused = systemd.next_with("READY=1");
    EXPECT_THAT(refused, HasSubstr("was refused: " + pair.config() + ":"));
    EXPECT_THAT(refused, HasSubstr("log.level"));

    ::kill(pair.daemon->pid(), SIGTERM);
    EXPECT_THAT(systemd.next_with("STOPPING=1"), HasSubstr("STATUS=Stopping"));
    ASSERT_TRUE(wait_for([&] { return !pair.daemon->running(); })) << "and a second signal would cut the stop short";
    EXPECT_EQ(pair.daemon->end(), 0);
}

TEST(Supervisor, GetsSignsOfLifeWhileSalesforceIsAway) {
    RunningPair pair;
    NotifySocket systemd{pair.folder() / "notify"};
    pair.environment = {"NOTIFY_SOCKET=" + systemd.path(), "WATCHDOG_USEC=300000"}; // a sign every 100 ms
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    EXPECT_GE(systemd.count("WATCHDOG=1", 1000), 4);

    post(pair, "/faults", Json{{"fail_chance", 1.0}});
    send_approval(pair, "away");
    ASSERT_TRUE(wait_for(
        [&] { return pair.get(pair.places.admin + "/status").at("salesforce").at("reachable") == Json(false); }));
    systemd.count("", 50);
    EXPECT_GE(systemd.count("WATCHDOG=1", 1000), 4);
    EXPECT_THAT(systemd.next_with("STATUS="), HasSubstr("Salesforce is away"));

    ::kill(pair.daemon->pid(), SIGSTOP); // stuck as a whole
    systemd.count("", 200);
    EXPECT_EQ(systemd.count("WATCHDOG=1", 700), 0);
    ::kill(pair.daemon->pid(), SIGCONT);
}

struct Stuck {
    std::string what;
    std::vector<std::string> threads;
    std::string named; ///< in the log; nothing where nobody is left to write it
};

class WatchdogOf : public ::testing::TestWithParam<Stuck> {};
INSTANTIATE_TEST_SUITE_P(A, WatchdogOf,
                         ::testing::Values(Stuck{"Writer", {"db-writer-0"}, "the store's writer"},
                                           Stuck{"Reader", {"db-read-0", "db-read-1"}, "the store's readers"},
                                           Stuck{"Lane", {"paysync"}, ""}),
                         [](const auto& stuck) { return stuck.param.what; });

TEST_P(WatchdogOf, ThreadThatIsStuckGetsNoSignOfLifeUntilItMovesAgain) {
    RunningPair pair;
    NotifySocket systemd{pair.folder() / "notify"};
    pair.environment = {"NOTIFY_SOCKET=" + systemd.path(), "WATCHDOG_USEC=300000"};
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    EXPECT_GE(systemd.count("WATCHDOG=1", 1000), 4);
    std::vector<std::unique_ptr<HeldThread>> held;
    try {
        for (const std::string& name : GetParam().threads)
            held.push_back(std::make_unique<HeldThread>(pair.daemon->pid(), name));
    } catch (const std::runtime_error& failure) {
        if (std::string(failure.what()).starts_with("ptrace")) GTEST_SKIP() << failure.what();
        throw;
    }

    systemd.count("WATCHDOG=1", 200); // those under way
    EXPECT_EQ(systemd.count("WATCHDOG=1", 1000), 0);
    EXPECT_THAT(pair.log("paysync.log"), HasSubstr(GetParam().named));
    held.clear();
    EXPECT_GE(systemd.count("WATCHDOG=1", 1500), 4);
}

TEST(Stop, ByASecondSignalEndsAtOnceAndLosesNothing) {
    RunningPair pair;
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    post(pair, "/faults", Json{{"latency_ms", 20'000}});
    send_approval(pair, "second");
    ASSERT_TRUE(wait_for_call_in_flight(pair));

    ::kill(pair.daemon->pid(), SIGTERM);
    ASSERT_TRUE(wait_for([&] { return pair.log("paysync.log").find("no longer accepted") != std::string::npos; }));
    const auto before = pair.clock.steady();
    ::kill(pair.daemon->pid(), SIGINT);
    const bool ended = wait_for([&] { return !pair.daemon->running(); });

    EXPECT_TRUE(ended);
    EXPECT_EQ(pair.daemon->end(), 128 + SIGINT);
    EXPECT_LT(pair.clock.steady() - before, std::chrono::seconds{5});
    post(pair, "/faults", Json{{"latency_ms", 0}});
    ASSERT_TRUE(pair.start_daemon());
    ASSERT_TRUE(pair.wait_until_settled(RunningPair::Until::events_are_settled));
    EXPECT_EQ(pair.org()("Contact").size(), 1U);
}

TEST(Stop, ThatOutlastsItsTimeCutsTheCallsAndSaysSoByExitCode75) {
    RunningPair pair;
    append_to(pair.config(), "shutdown: { timeout: 1s }\n");
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    post(pair, "/faults", Json{{"latency_ms", 30'000}});
    send_approval(pair, "slow");
    ASSERT_TRUE(wait_for_call_in_flight(pair));

    EXPECT_EQ(pair.daemon->end(15), 75) << pair.log("paysync.log");

    EXPECT_THAT(pair.log("paysync.log"), HasSubstr("longer than shutdown.timeout"));
    post(pair, "/faults", Json{{"latency_ms", 0}});
    ASSERT_TRUE(pair.start_daemon());
    ASSERT_TRUE(pair.wait_until_settled(RunningPair::Until::events_are_settled));
    EXPECT_EQ(pair.org()("Contact").size(), 1U);
}

/// A configuration that lacks one thing; nothing of it runs.
class StartWith : public ::testing::Test {
protected:
    tests::Ran run(const std::string& command = "run") {
        return tests::run_program("timeout 60 " + paysync_program + " " + command + " --config " + pair.config());
    }

    void replace(const std::string& words, const std::string& by) {
        std::ifstream in{pair.config()};
        std::string text{std::istreambuf_iterator<char>{in}, {}};
        const auto at = text.find(words);
        ASSERT_NE(at, std::string::npos) << text;
        text.replace(at, words.size(), by);
        in.close();
        std::ofstream{pair.config()} << text;
    }

    RunningPair pair;
};

TEST_F(StartWith, SeveralMistakesNamesThemAllAsCheckDoes) {
    replace("paysync-secrets/webhook.pem", "paysync-secrets/gone.pem");
    std::filesystem::remove(pair.folder() / "paysync-secrets/signature_key");
    append_to(pair.config(), "log: { level: loud }\n");
    std::filesystem::create_directory(pair.folder() / "flows");
    append_to((pair.folder() / "flows/mine.yaml").string(), "flow: mine\nonn: payment_captured\n");

    const auto ran = run();

    EXPECT_EQ(ran.exit_code, 78) << ran.output;
    for (const char* named : {"gone.pem", "signature_key", "log.level", "mine.yaml:2:1"})
        EXPECT_THAT(ran.output, HasSubstr(named));
    const auto checked = run("check");
    EXPECT_EQ(checked.exit_code, 78);
    // It may warn beyond that: of a port that another program took since the sandbox chose it.
    EXPECT_TRUE(checked.output.starts_with(ran.output)) << checked.output << "\nis not what run says:\n"
                                                        << ran.output;
}

TEST_F(StartWith, AKeyOfAnotherCertificateEndsWith78) {
    const auto other = net::make_self_signed({"127.0.0.1"}, pair.clock.wall(), 30);
    std::ofstream{pair.folder() / "paysync-secrets/webhook.key"} << other.key_pem;

    const auto ran = run();

    EXPECT_EQ(ran.exit_code, 78) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("does not belong to the certificate"));
}

TEST_F(StartWith, ATakenPortEndsWith71AndIsAWarningOfCheck) {
    boost::asio::io_context io;
    const boost::asio::ip::tcp::endpoint any{boost::asio::ip::address_v4::loopback(), 0};
    const boost::asio::ip::tcp::acceptor taken{io, any};
    const std::string port = std::to_string(taken.local_endpoint().port());
    std::ifstream in{pair.config()};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto at = text.find("  port: ");
    replace(text.substr(at, text.find('\n', at) - at), "  port: " + port);

    const auto ran = run();
    EXPECT_EQ(ran.exit_code, 71) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("port " + port));
    const auto checked = run("check");
    EXPECT_EQ(checked.exit_code, 0) << checked.output;
    EXPECT_THAT(checked.output, HasSubstr("warning: webhooks.port"));
}

TEST_F(StartWith, NoFolderForTheStoreEndsWith73) {
    std::filesystem::remove_all(pair.folder() / "data");

    const auto ran = run();

    EXPECT_EQ(ran.exit_code, 73) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("store.path: the folder"));
    EXPECT_EQ(run("check").exit_code, 73);
}

TEST_F(StartWith, AStoreThatAnotherDaemonHoldsEndsWith75) {
    ASSERT_TRUE(pair.start_daemon());
    std::ifstream in{pair.config()};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    for (std::size_t at = text.find("port: "); at != std::string::npos; at = text.find("port: ", at + 1)) {
        const auto end = text.find_first_of(" }\n", at + 6);
        text.replace(at, end - at, "port: 0");
    }
    const auto second = pair.folder() / "second.yaml";
    std::ofstream{second} << text;

    const auto ran = tests::run_program("timeout 60 " + paysync_program + " run --config " + second.string());

    EXPECT_EQ(ran.exit_code, 75) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("Another paysync"));
}

TEST_F(StartWith, NoConfigurationEndsWith66) {
    std::filesystem::remove(pair.config());

    EXPECT_EQ(run().exit_code, 66);
    EXPECT_EQ(run("check").exit_code, 66);
}

class LiveCommands : public ::testing::Test {
protected:
    tests::Ran run(const std::string& words) {
        return tests::run_program("timeout 60 " + paysync_program + " " + words + " --config " + pair.config());
    }

    RunningPair pair;
};

TEST_F(LiveCommands, CheckFindsTheOrgInOrderAndSaysWhatItLacks) {
    const auto good = run("check --live");
    EXPECT_EQ(good.exit_code, 0) << good.output;
    EXPECT_THAT(good.output, HasSubstr("is in order"));
    EXPECT_THAT(good.output, Not(HasSubstr("warning")));

    std::filesystem::create_directory(pair.folder() / "flows");
    std::ofstream{pair.folder() / "flows/mine.yaml"}
        << "flow: mine\non: payment_captured\nsteps:\n  - name: lead\n    record: Contact\n"
           "    find:\n      - Shoe_Size__c: '44'\n    optional: [Hat_Size__c]\n"
           "    set: { LastName: x, Hat_Size__c: '7' }\n";
    const auto lacking = run("check --live");
    EXPECT_EQ(lacking.exit_code, 0) << lacking.output;
    EXPECT_THAT(lacking.output, HasSubstr("warning: Salesforce: Contact has no field Shoe_Size__c"));
    EXPECT_THAT(lacking.output, Not(HasSubstr("Hat_Size__c"))) << "it may be missing";
}

TEST_F(LiveCommands, CheckSaysOnceThatTheOrgDoesNotAnswerOrRefusesTheLogin) {
    std::ofstream{pair.folder() / "paysync-secrets/client_secret"} << "not the secret";
    const auto refused = run("check --live");
    EXPECT_EQ(refused.exit_code, 78) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("invalid_client"));
    EXPECT_EQ(refused.output.find("error:"), refused.output.rfind("error:")) << refused.output;

    std::ifstream in{pair.config()};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto at = text.find("login_url: ");
    text.replace(at, text.find('\n', at) - at, "login_url: https://127.0.0.1:1");
    std::ofstream{pair.config()} << text;
    const auto away = run("check --live");
    EXPECT_EQ(away.exit_code, 69) << away.output;
    EXPECT_EQ(away.output.find("error:"), away.output.rfind("error:")) << away.output;
}

TEST_F(LiveCommands, PlanAsksTheOrgAndWritesNothing) {
    const Json contact{
        {"LastName", "Lovelace"}, {"Email", "ada@example.org"}, {"Checkout_Customer_Id__c", "cus_ada"}};
    post(pair, "/records", Json{{"object", "Contact"}, {"records", Json::array({contact})}});
    std::ofstream{pair.folder() / "event.json"}
        << R"({"id":"evt_p","type":"payment_approved","created_on":"2026-03-01T10:00:00Z","data":{"id":"pay_p",)"
        << R"("action_id":"act_p","amount":4200,"currency":"EUR","processed_on":"2026-03-01T10:00:00Z",)"
        << R"("customer":{"id":"cus_ada","email":"ada@example.org","name":"Ada Lovelace"},)"
        << R"("source":{"type":"card","scheme":"VISA","last_4":"4242","expiry_month":12,"expiry_year":2030}}})";
    const Json before = pair.org()("Contact");

    const auto ran = run("plan --live " + (pair.folder() / "event.json").string());

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(before.at(0).at("Id").get<std::string>())) << "the Contact that the org has";
    EXPECT_EQ(pair.org()("Contact"), before);
    EXPECT_TRUE(pair.org()("Opportunity").empty());
}

TEST_F(LiveCommands, StatusReadyIsAnExitCodeForHealthChecks) {
    const auto absent = run("status --ready");
    EXPECT_EQ(absent.exit_code, 69) << absent.output;

    ASSERT_TRUE(pair.start_daemon());
    const auto ready = run("status --ready");
    EXPECT_EQ(ready.exit_code, 0);
    EXPECT_EQ(ready.output, "ready\n");
}

} // namespace
} // namespace paysync
