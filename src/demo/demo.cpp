// The demo's course.
#include "demo/demo.hpp"

#include "demo/month_play.hpp"
#include "demo/month_story.hpp"
#include "paysync/base/json.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <thread>

namespace paysync::demo {

namespace {

using base::Json;
using runtime::Task;

runtime::WallTime this_morning(const runtime::Clock& clock) {
    return std::chrono::floor<std::chrono::days>(clock.wall()) - std::chrono::hours{16};
}

Shop todays_shop(const DemoSettings& settings, const runtime::Clock& clock) {
    runtime::SeededChance chance{settings.seed};
    return make_shop(chance, this_morning(clock), settings.size);
}

std::string last_lines(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

} // namespace

Demo::Demo(DemoSettings settings) : settings_{std::move(settings)}, shop_{todays_shop(settings_, clock_)} {
    if (settings_.folder.empty()) {
        std::string name = (std::filesystem::temp_directory_path() / "paysync-demo-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder below the temporary one");
        settings_.folder = name;
    }
    std::filesystem::create_directories(settings_.folder);
    began_ = clock_.steady();
}

Demo::~Demo() {
    if (daemon_) daemon_->end();
    if (sandbox_) sandbox_->end();
    if (!settings_.keep && differences_.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(settings_.folder, ignored);
    }
}

template <class T>
T Demo::await(Task<T> task) {
    std::optional<T> value;
    std::exception_ptr failure;
    boost::asio::co_spawn(io_, std::move(task), [&](std::exception_ptr thrown, T got) {
        failure = thrown;
        if (!thrown) value = std::move(got);
    });
    io_.restart();
    while (!value && !failure) {
        if (io_.run_one() == 0) throw std::runtime_error("the demo waits for nothing");
    }
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
}

int Demo::run() {
    std::printf("%s\n", bold("paysync demo: a day of a small shop").c_str());
    start_sandbox();
    start_daemon();
    auto prepared = [this]() -> Task<bool> {
        co_await day_->prepare(places_);
        co_return true;
    };
    await(prepared());
    send_the_day();
    wait_until_settled();
    tell_results();
    tell_one_story();
    play_the_month();
    tell_what_to_try();
    if (settings_.keep) stay();
    return differences_.empty() ? 0 : 1;
}

void Demo::start_sandbox() {
    const auto log = settings_.folder / "sandbox.log";
    sandbox_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{(settings_.programs / "paysync-sandbox").string(), "--salesforce-port", "0",
                                 "--checkout-port", "0", "--tls", "--seed", std::to_string(settings_.seed),
                                 "--config-out", (settings_.folder / "paysync.yaml").string()},
        log.string());
    const auto line = sandbox_->first_line(30);
    if (!line) throw std::runtime_error("the sandbox did not start:\n" + last_lines(log));
    auto urls = base::parse_json(*line);
    if (!urls) throw std::runtime_error("the sandbox said no JSON: " + *line);
    urls_ = std::move(*urls);
    places_.control = urls_.at("control").get<std::string>();
    net::TransportSettings trust;
    if (const auto ca = base::member_text(urls_, "ca_file")) trust.ca_file = *ca;
    transport_ = net::make_transport(trust, clock_);
    day_ = std::make_unique<Day>(shop_, *transport_, clock_);
    std::printf("  sandbox  Salesforce at %s, Checkout.com at %s\n",
                urls_.at("salesforce").get<std::string>().c_str(), urls_.at("checkout").get<std::string>().c_str());
}

void Demo::start_daemon() {
    const auto ready = settings_.folder / "ready.json";
    const auto log = settings_.folder / "paysync.log";
    std::filesystem::remove(ready);
    daemon_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{(settings_.programs / "paysync").string(), "run", "--config",
                                 (settings_.folder / "paysync.yaml").string(), "--ready-file", ready.string()},
        log.string());
    for (int i = 0; i < 1500 && daemon_->running(); ++i) {
        std::ifstream in{ready};
        std::string line;
        if (std::getline(in, line)) {
            const auto listening = base::parse_json(line);
            if (!listening) throw std::runtime_error("the daemon's ready file holds no JSON");
            places_.admin = listening->at("admin").get<std::string>();
            if (kills_ == 0)
                std::printf("  daemon   webhooks at %s, admin at %s\n",
                            listening->at("webhooks").get<std::string>().c_str(), places_.admin.c_str());
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    throw std::runtime_error("the daemon did not start:\n" + last_lines(log));
}

void Demo::look_for_keys(int milliseconds) {
    const auto key = keys_.typed(milliseconds);
    if (key == 'k') {
        daemon_->kill_hard();
        ++kills_;
        start_daemon();
    } else if (key == 'q' || Keys::interrupted()) {
        throw std::runtime_error("stopped by you");
    }
}

void Demo::send_the_day() {
    const std::size_t total = shop_.posts.size();
    std::printf("  %zu payments of %zu people: %zu webhooks, some twice, some hours late%s\n", shop_.payments.size(),
                shop_.people.size(), total, keys_.interactive() ? "   (k kills the daemon, q ends)" : "");
    const auto sending_began = clock_.steady();
    ProgressBar bar{"webhooks", total};
    constexpr std::size_t chunk = 20;
    // Somebody who watches shall have the time to kill the daemon in the midst of it.
    const int pause_ms = keys_.interactive() ? 250 : 0;
    for (std::size_t first = 0; first < total; first += chunk) {
        look_for_keys(pause_ms);
        await(day_->send(places_, first, std::min(first + chunk, total)));
        bar.show(std::min(first + chunk, total), kills_ > 0 ? "killed " + std::to_string(kills_) + " times" : "");
    }
    for (int i = 0; i < 20 && await(day_->send_again(places_)) > 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
    bar.finish();
    sending_seconds_ = std::chrono::duration<double>(clock_.steady() - sending_began).count();
}

void Demo::wait_until_settled() {
    for (int i = 0; i < 600; ++i) {
        look_for_keys(0);
        const Json store = await(day_->get(places_.admin + "/status")).at("store");
        if (store.value("unsettled", 1) == 0 && store.value("waiting", 1) == 0) return;
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    throw std::runtime_error("the daemon has not finished after a minute:\n" +
                             last_lines(settings_.folder / "paysync.log"));
}

void Demo::tell_results() {
    const Json status = await(day_->get(places_.admin + "/status"));
    const Json store = status.at("store");
    const Json calls = await(day_->get(places_.control + "/calls"));
    std::int64_t used = 0;
    for (const Json& row : calls) used += row.at("count").get<std::int64_t>();
    const AskOrg org = [this](const std::string& object) {
        return await(day_->get(places_.control + "/records?object=" + object));
    };
    differences_ = differences(shop_, org);

    std::set<std::string> faces;
    for (const PaymentTruth& payment : shop_.payments)
        if (payment.approved) faces.insert(std::to_string(payment.person) + payment.customer_id);
    const auto number = [](const Json& json, const char* key) { return json.value(key, std::int64_t{0}); };
    const std::int64_t created = number(store, "created");
    const std::int64_t updated = number(store, "updated");
    const std::int64_t events = number(store, "events");
    std::printf("\n%s\n", bold("What came of it").c_str());
    std::printf("  webhooks      %zu sent, %lld different ones stored, %lld repeats recognised\n", shop_.posts.size(),
                static_cast<long long>(events),
                static_cast<long long>(shop_.posts.size()) - static_cast<long long>(events));
    std::printf("  records       %lld created, %lld updated\n", static_cast<long long>(created),
                static_cast<long long>(updated));
    std::printf("  people        %zu customer ids and guests are %zu Contacts: no duplicate\n", faces.size(),
                org("Contact").size());
    std::printf("  API calls     %lld used; one call per record written would have been %lld, look-ups not counted\n",
                static_cast<long long>(used), static_cast<long long>(created + updated));
    const Json latency = base::member(status, "sync_seconds");
    if (latency.is_object() && !base::member(latency, "median").is_null())
        std::printf("  webhook to Salesforce   median %.0f ms, p99 %.0f ms (the last %lld events, at %.0f webhooks a "
                    "second)\n",
                    latency.at("median").get<double>() * 1000, latency.at("p99").get<double>() * 1000,
                    static_cast<long long>(number(latency, "of")),
                    static_cast<double>(shop_.posts.size()) / sending_seconds_);
    if (kills_ > 0) std::printf("  killed        %zu times in the middle of it\n", kills_);
    if (number(store, "held") + number(store, "dead") > 0)
        std::printf("  left over     %lld held for a person, %lld dead\n",
                    static_cast<long long>(number(store, "held")), static_cast<long long>(number(store, "dead")));
    if (differences_.empty())
        std::printf("  %s\n", bold("the org holds exactly what it should").c_str());
    else
        std::printf("  %s\n", bold("the org does NOT hold what it should:").c_str());
    for (const std::string& difference : differences_) std::printf("    %s\n", difference.c_str());
}

/// A payment with some life in it: captured, and refunded in part if there is one.
const PaymentTruth* most_telling(const Shop& shop) {
    const PaymentTruth* best = nullptr;
    for (const PaymentTruth& payment : shop.payments)
        if (payment.captured > 0 && !payment.recurring &&
            (best == nullptr || (best->refunded == 0 && payment.refunded > 0)))
            best = &payment;
    return best;
}

void Demo::tell_one_story() {
    const PaymentTruth* payment = most_telling(shop_);
    if (payment == nullptr) return;
    std::printf("\n%s\n", bold("The story of one payment").c_str());
    std::fflush(stdout);
    const std::string command = "'" + (settings_.programs / "paysync").string() + "' explain " + payment->id +
                                " --config '" + (settings_.folder / "paysync.yaml").string() +
                                "' 2>&1 | sed 's/^/  /'";
    if (std::system(command.c_str()) != 0) std::printf("  (paysync explain failed)\n");
}

/// The second act: no sockets and no waiting, thirty days on virtual time in this process.
void Demo::play_the_month() {
    std::printf("\n%s\n", bold("A month of the same shop, on virtual time").c_str());
    const auto began = clock_.steady();
    MonthPlay play{settings_.folder, settings_.seed};
    const Month& month = play.month();
    std::printf("  %zu payments, %zu disputes, %zu subscriptions: %zu webhooks, some twice, some hours late\n",
                month.payments.size(), month.disputes.size(), month.subscriptions.size(), month.posts.size());
    const std::int64_t days = std::chrono::ceil<std::chrono::days>(month.compared_at - month.opens).count();
    ProgressBar bar{"days", static_cast<std::size_t>(days)};
    MonthStory story{play};
    story.play([&](int day) { bar.show(static_cast<std::size_t>(day)); });
    bar.finish();
    for (const MonthStory::Chapter& chapter : story.chapters()) {
        std::printf("\n  %s\n", bold(chapter.title).c_str());
        for (const std::string& line : chapter.lines) std::printf("    %s\n", line.c_str());
    }
    const auto wrong = month_differences(month, [&](const std::string& object) { return play.records(object); });
    std::printf("\n  %lld days in %.1f s, %llu API calls\n", static_cast<long long>(days),
                std::chrono::duration<double>(clock_.steady() - began).count(),
                static_cast<unsigned long long>(play.api_calls()));
    std::printf("  %s\n", bold(wrong.empty() ? "after the month the org holds exactly what it should"
                                             : "after the month the org does NOT hold what it should:")
                              .c_str());
    for (const std::string& difference : wrong) std::printf("    %s\n", difference.c_str());
    differences_.insert(differences_.end(), wrong.begin(), wrong.end());
}

void Demo::tell_what_to_try() {
    const std::string config = " --config " + (settings_.folder / "paysync.yaml").string();
    const std::string paysync = (settings_.programs / "paysync").string();
    std::printf("\n%s\n", bold("Three things to try next").c_str());
    if (settings_.keep)
        std::printf("  %s status%s\n", paysync.c_str(), config.c_str());
    else
        std::printf("  ./dev demo --keep            leaves sandbox and daemon running, with their URLs\n");
    std::printf("  ./dev run test               runs the tests that stand in the flow files\n");
    std::printf("  ./dev simulate --seeds 50    fifty such days with losses and crashes, on virtual time\n");
    std::printf("\n  took %.1f s\n", std::chrono::duration<double>(clock_.steady() - began_).count());
    std::fflush(stdout);
}

void Demo::stay() {
    std::printf("\n%s\n", bold("Still running").c_str());
    for (const auto& [name, value] : urls_.items())
        if (value.is_string()) std::printf("  %-14s %s\n", name.c_str(), value.get<std::string>().c_str());
    std::printf("  %-14s %s\n  %-14s %s\n  Ctrl-C ends it%s.\n", "admin", places_.admin.c_str(), "folder",
                settings_.folder.c_str(),
                keys_.interactive() ? ", q too; k kills the daemon and starts it again" : "");
    std::fflush(stdout);
    while (sandbox_->running() && daemon_->running() && !Keys::interrupted()) {
        const auto key = keys_.typed(200);
        if (key == 'q') return;
        if (key == 'k') {
            daemon_->kill_hard();
            ++kills_;
            start_daemon();
            std::printf("  killed and started again: admin at %s\n", places_.admin.c_str());
            std::fflush(stdout);
        }
        if (!key && !keys_.interactive()) std::this_thread::sleep_for(std::chrono::milliseconds{200});
    }
}

} // namespace paysync::demo
