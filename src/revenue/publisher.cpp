// Looking for figures that are due.
#include "paysync/revenue/publisher.hpp"

#include "paysync/base/log.hpp"
#include "paysync/revenue/day_event.hpp"
#include "paysync/revenue/ledger.hpp"

#include <algorithm>

namespace paysync::revenue {

using base::Error;
using base::Result;
using runtime::Task;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t page = 500;
constexpr runtime::Duration after_failure = 1s;
constexpr runtime::Duration look_every_min = 1s;
/// The wall clock may step while the steady one, by which we sleep, cannot: no sleep is longer than that.
constexpr runtime::Duration sleep_max = 1h;

} // namespace

Publisher::Publisher(Settings settings, Seams seams, std::function<void()> appended)
    : settings_{std::move(settings)}, seams_{seams}, appended_{std::move(appended)} {}

void Publisher::listen(bool anybody) {
    anybody_ = anybody;
    bell_.ring();
}

void Publisher::use_settings(const Settings& settings) {
    settings_.at = settings.at;
    settings_.settle = settings.settle;
    settings_.every = settings.every;
}

void Publisher::stop() {
    stopping_ = true;
    bell_.ring();
}

void Publisher::failed(const Error& error) {
    if (!failing_ && error.code != base::Errc::canceled)
        base::log::error("revenue", "the store does not answer for the daily figures; trying again",
                         {{"why", error.detail}});
    failing_ = true;
}

Task<bool> Publisher::open_book() {
    while (!stopping_) {
        auto book = co_await seams_.store.figure_book();
        if (book) {
            failing_ = false;
            const std::string rules = rules_of(settings_);
            if (book->rules == rules && book->complete) co_return true;
            if (book->rules != rules) *book = store::FigureBook{rules, {}, false};
            const bool counted = co_await count_on(std::move(*book));
            if (counted) co_return true;
        } else {
            failed(book.error());
        }
        if (!stopping_) co_await bell_.wait_until(seams_.clock, seams_.clock.steady() + after_failure);
    }
    co_return false;
}

/// Page by page; each page's payments and how far it came are one transaction, so a recount that was cut goes on.
Task<bool> Publisher::count_on(store::FigureBook book) {
    base::log::info("revenue", "counting all payments into the daily figures", {{"after", book.counted_to}});
    while (!book.complete && !stopping_) {
        auto counted = co_await count_page(book);
        if (!counted) {
            failed(counted.error());
            co_return false;
        }
    }
    if (book.complete) base::log::info("revenue", "the daily figures are counted");
    co_return book.complete;
}

Task<Result<bool>> Publisher::count_page(store::FigureBook& book) {
    auto payments = co_await seams_.store.payments_above(book.counted_to, page);
    if (!payments) co_return payments.error();
    Lines lines;
    store::FigureBook next = book;
    for (const auto& [id, stored] : *payments) {
        next.counted_to = id;
        const auto state = checkout::PaymentState::from_json(stored);
        if (state) add(lines, ledger_lines(*state, settings_)); // else its next event makes it anew
    }
    next.complete = payments->size() < page;
    store::Settlement settlement;
    settlement.figure_book = next;
    settlement.figures = figure_changes(lines, seams_.clock.wall(), settings_);
    auto settled = co_await seams_.store.settle(std::move(settlement));
    if (!settled) co_return settled.error();
    book = std::move(next);
    co_return true;
}

Task<> Publisher::run() {
    while (!stopping_) {
        const runtime::SteadyTime looked_at = seams_.clock.steady();
        bool done = true;
        if (anybody_) done = co_await tell_due();
        if (done) failing_ = false;
        if (!stopping_) co_await rest(done);
        // Settlements ring often, and what they change is due much later.
        while (!stopping_ && seams_.clock.steady() < looked_at + look_every_min)
            co_await bell_.wait_until(seams_.clock, looked_at + look_every_min);
    }
}

Task<bool> Publisher::tell_due() {
    while (!stopping_) {
        auto due = co_await seams_.store.due_figures(seams_.clock.wall(), page);
        if (!due) {
            failed(due.error());
            co_return false;
        }
        const bool last = due->size() < page;
        auto told = co_await tell(std::move(*due));
        if (!told) {
            failed(told.error());
            co_return false;
        }
        if (last) co_return true;
    }
    co_return true;
}

Task<Result<void>> Publisher::tell(std::vector<store::Figure> figures) {
    const base::WallTime now = seams_.clock.wall();
    if (figures.empty()) co_return Result<void>{};
    store::Settlement marks;
    std::size_t first = 0;
    std::size_t corrected = 0;
    for (const store::Figure& figure : figures) {
        const std::string told = told_text(figure.sums);
        marks.told_figures.push_back({figure.key, figure.version, told, now + settings_.settle});
        if (told == figure.told) continue; // it changed and changed back
        store::NewEvent event = day_event(figure, now);
        const std::string event_id = event.id;
        auto stored = co_await seams_.store.append(std::move(event));
        if (!stored) co_return stored.error();
        ++(figure.told.empty() ? first : corrected);
        base::log::debug("revenue", "told", {{"day", figure.key.day}, {"figure", event_id}});
    }
    if (first + corrected > 0) {
        seams_.metrics.count("paysync_revenue_events_total", {{"kind", "first"}}, static_cast<double>(first));
        seams_.metrics.count("paysync_revenue_events_total", {{"kind", "correction"}},
                             static_cast<double>(corrected));
        base::log::info("revenue", "daily figures are told",
                        {{"for_the_first_time", first}, {"corrected", corrected}});
        appended_();
    }
    co_return co_await seams_.store.settle(std::move(marks));
}

/// Until something is due, is said to have changed, or is worth another try.
Task<> Publisher::rest(bool done) {
    std::optional<base::WallTime> next;
    if (done && anybody_) {
        auto found = co_await seams_.store.next_figure();
        if (found)
            next = *found;
        else
            failed(found.error());
        done = found.has_value();
    }
    if (stopping_) co_return;
    if (done && !next) co_return co_await bell_.wait();
    runtime::Duration span = after_failure;
    if (next)
        span = std::clamp<runtime::Duration>(*next - seams_.clock.wall(), std::chrono::milliseconds{1}, sleep_max);
    co_await bell_.wait_until(seams_.clock, seams_.clock.steady() + span);
}

} // namespace paysync::revenue
