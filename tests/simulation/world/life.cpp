// Starting and ending the daemon.
#include "simulation/world/life.hpp"

#include "paysync/store/sqlite_store.hpp"
#include "simulation/world/planted_bugs.hpp"

namespace paysync::simulation {

namespace asio = boost::asio;
using std::chrono::milliseconds;

Life::Life(Around around)
    : around_{std::move(around)},
      work_{asio::make_work_guard(lane_)},
      writer_{around_.clock, around_.chance, milliseconds{4}},
      readers_{around_.clock, around_.chance, milliseconds{1}},
      evaluators_{around_.clock, around_.chance, milliseconds{10}} {
    store::SqliteSettings settings;
    settings.path = around_.database;
    settings.vfs = around_.vfs;
    store_ = store::open_sqlite_store(settings, writer_, readers_, around_.clock, metrics_);
    if (around_.bug == Bug::acknowledge_before_commit) store_ = acknowledge_before_commit(std::move(store_));
    if (around_.bug == Bug::arrival_decides) store_ = stamp_with_arrival(std::move(store_));
    if (around_.bug == Bug::create_again_after_time_out)
        around_.to_salesforce = create_again_after_time_out(std::move(around_.to_salesforce));
    core_ = std::make_unique<app::Core>(around_.configuration, around_.flows,
                                        app::Seams{lane_.get_executor(),
                                                   around_.clock,
                                                   around_.chance,
                                                   evaluators_,
                                                   *around_.to_salesforce,
                                                   {},
                                                   *store_,
                                                   metrics_});
    core_->start();
}

Life::~Life() {
    lane_.drop_everything(); // while all that the dropped frames refer to still lives
}

} // namespace paysync::simulation
