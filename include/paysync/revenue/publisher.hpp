// Tells the figures of days when they are due, by events in the outbox.
#pragma once

#include "paysync/base/metrics.hpp"
#include "paysync/revenue/settings.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/wakeup.hpp"
#include "paysync/store/store.hpp"

#include <functional>

namespace paysync::revenue {

/// Lives on one lane; all references outlive it. What waits stands in the store with its time: here is only the one
/// who looks. A figure is told by an event of its own, then marked; after a crash between the two the event is known
/// already, because its id follows from what it tells.
class Publisher {
public:
    struct Seams {
        store::Store& store;
        runtime::Clock& clock;
        base::Metrics& metrics;
    };

    /// `appended` is called when events were put into the outbox.
    Publisher(Settings settings, Seams seams, std::function<void()> appended);

    /// Counts all payments anew when the figures were counted by other rules (or never), else returns at once. Until
    /// it has returned true nobody may settle payments. False: stopped, or the store refused `attempts` times.
    runtime::Task<bool> open_book();

    /// Tells what is due, sleeps until the next is, until stop().
    runtime::Task<> run();

    /// Figures changed, or may have. Cheap; may be called for each settlement.
    void wake() { bell_.ring(); }
    /// Whether any flow waits for the figures: else they are counted and stay untold.
    void listen(bool anybody);
    /// Other times for what changes from now on; zone and dimensions stay those of the start, by which all payments
    /// were counted.
    void use_settings(const Settings& settings);
    const Settings& settings() const { return settings_; }
    void stop();

private:
    runtime::Task<bool> count_on(store::FigureBook book);
    runtime::Task<base::Result<bool>> count_page(store::FigureBook& book);
    runtime::Task<bool> tell_due();
    runtime::Task<base::Result<void>> tell(std::vector<store::Figure> figures);
    runtime::Task<> rest(bool done);
    void failed(const base::Error& error);

    Settings settings_;
    Seams seams_;
    std::function<void()> appended_;
    runtime::Wakeup bell_;
    bool anybody_ = true;
    bool failing_ = false;
    bool stopping_ = false;
};

} // namespace paysync::revenue
