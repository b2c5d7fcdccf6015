// Both sides, put together without sockets and threads.
#include "demo/month_play.hpp"

#include "paysync/app/shipped_flows.hpp"
#include "paysync/base/log.hpp"
#include "paysync/demo/month_setting.hpp"
#include "paysync/store/sqlite_store.hpp"

#include <boost/asio/co_spawn.hpp>

namespace paysync::demo {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

const char* const webhook_key = "the month's signature key";

app::Configuration daemon_for(const sandbox::SandboxSettings& org) {
    app::Configuration made = configuration_for(org, webhook_key);
    made.flows.settings = month_flows();
    return made;
}

} // namespace

MonthPlay::MonthPlay(const std::filesystem::path& folder, std::uint64_t seed)
    : work_{asio::make_work_guard(lane_)},
      chance_{seed},
      clock_{*base::parse_time(month_opens)},
      org_{month_org()},
      sandbox_{org_, clock_, chance_},
      month_{make_month(chance_, clock_.wall(), MonthSize{})},
      to_salesforce_{[this] {
                         return FarSide{lane_.get_executor(), &sandbox_.salesforce()};
                     },
                     no_faults_, clock_, chance_, [](const net::Request&, const net::Response*) {}},
      to_daemon_{[this] {
                     return FarSide{lane_.get_executor(), core_ ? &core_->webhooks() : nullptr};
                 },
                 no_faults_, clock_, chance_, [](const net::Request&, const net::Response*) {}},
      workers_{clock_, chance_, milliseconds{2}},
      configuration_{daemon_for(org_)} {
    month_.invokes = true;
    base::log::configure(base::log::Level::off, false);
    sandbox::SenderSettings sender;
    sender.url = "https://paysync.test/webhooks/checkout";
    sender.signature_key = base::Secret{webhook_key};
    sandbox_.connect(to_daemon_, sender);
    prepare_month(month_, sandbox_);
    store::SqliteSettings settings;
    settings.path = (folder / "month.sqlite").string();
    store_ = store::open_sqlite_store(settings, workers_, workers_, clock_, metrics_);
    core_ = std::make_unique<app::Core>(
        configuration_, app::shipped_flows(month_flows()),
        app::Seams{lane_.get_executor(), clock_, chance_, workers_, to_salesforce_, {}, *store_, metrics_});
    core_->start();
    asio::co_spawn(lane_, deliver(), must_not_throw);
}

MonthPlay::~MonthPlay() {
    lane_.drop_everything(); // while all that the dropped frames refer to still lives
}

Task<> MonthPlay::deliver() {
    for (const Post& post : month_.posts) {
        co_await clock_.sleep_until(SteadyTime{} + (post.sent_at - month_.opens));
        std::vector<std::string> bodies{post.body};
        co_await sandbox_.sender().start(std::move(bodies));
    }
}

void MonthPlay::until(base::WallTime moment) {
    const SteadyTime end = SteadyTime{} + (moment - month_.opens);
    for (;;)
        if (lane_.poll_one() == 0 && !clock_.advance(end)) return;
}

} // namespace paysync::demo
