// A payment's movements, sorted into days.
#include "paysync/revenue/ledger.hpp"

#include "paysync/checkout/movements.hpp"

#include <array>

namespace paysync::revenue {

namespace {

using base::Json;
using base::WallTime;
using store::FigureKey;
using store::FigureSums;
using Column = std::int64_t FigureSums::*;

constexpr std::array columns{&FigureSums::captured, &FigureSums::refunded,  &FigureSums::charged_back,
                             &FigureSums::count,    &FigureSums::attempted, &FigureSums::approved,
                             &FigureSums::failed,   &FigureSums::recovered};

void add(FigureSums& to, const FigureSums& more, std::int64_t sign) {
    for (const Column column : columns) to.*column += sign * more.*column;
}

/// One value is one word, whatever the type that it was sent with.
Json dimension(const Json& view, const std::string& path) {
    const std::size_t dot = path.find('.');
    const auto text = dot == std::string::npos
                          ? base::member_text(view, path)
                          : base::member_text(base::member(view, path.substr(0, dot)), path.substr(dot + 1));
    return text ? Json(*text) : Json{};
}

std::string dimensions_of(const checkout::PaymentState& payment, const Settings& settings) {
    Json values = Json::object();
    if (!settings.dimensions.empty()) {
        const Json view = checkout::payment_view(payment);
        for (const std::string& path : settings.dimensions) values[path] = dimension(view, path);
    }
    return base::to_text(values);
}

class Sorter {
public:
    Sorter(const base::TimeZone& zone, std::string dimensions) : zone_{zone}, dimensions_{std::move(dimensions)} {}

    void add(Column column, const std::string& currency, WallTime at, std::int64_t amount) {
        lines_[FigureKey{zone_.day_of(at), currency, dimensions_}].*column += amount;
    }
    void add_all(Column column, const std::string& currency, const std::vector<checkout::Movement>& movements) {
        for (const checkout::Movement& one : movements) add(column, currency, one.at, one.amount);
    }
    Lines take() {
        std::erase_if(lines_, [](const auto& line) { return line.second == FigureSums{}; });
        return std::move(lines_);
    }

private:
    const base::TimeZone& zone_;
    std::string dimensions_;
    Lines lines_;
};

} // namespace

Lines ledger_lines(const checkout::PaymentState& payment, const Settings& settings) {
    if (settings.left_out && settings.left_out(payment)) return {};
    const checkout::Movements moved = checkout::movements(payment);
    if (moved.currency.empty() && moved.charge_backs.empty()) return {};
    Sorter sorter{settings.zone, dimensions_of(payment, settings)};
    for (const auto& [currency, taken] : moved.charge_backs)
        sorter.add_all(&FigureSums::charged_back, currency, taken);
    if (moved.currency.empty()) return sorter.take();
    sorter.add_all(&FigureSums::captured, moved.currency, moved.captures);
    sorter.add_all(&FigureSums::refunded, moved.currency, moved.refunds);
    if (!moved.captures.empty()) sorter.add(&FigureSums::count, moved.currency, moved.captures.front().at, 1);
    for (const WallTime at : moved.approvals) {
        sorter.add(&FigureSums::attempted, moved.currency, at, 1);
        sorter.add(&FigureSums::approved, moved.currency, at, 1);
    }
    for (const WallTime at : moved.declines) sorter.add(&FigureSums::attempted, moved.currency, at, 1);
    if (moved.failure) {
        sorter.add(&FigureSums::failed, moved.currency, moved.failure->at, moved.failure->amount);
        sorter.add_all(&FigureSums::recovered, moved.currency, moved.captures);
    }
    return sorter.take();
}

Lines difference(const checkout::PaymentState& before, const checkout::PaymentState& after,
                 const Settings& settings) {
    Lines made = ledger_lines(after, settings);
    for (const auto& [key, sums] : ledger_lines(before, settings)) add(made[key], sums, -1);
    std::erase_if(made, [](const auto& line) { return line.second == FigureSums{}; });
    return made;
}

void add(Lines& to, const Lines& more) {
    for (const auto& [key, sums] : more) add(to[key], sums, 1);
}

std::vector<store::FigureChange> figure_changes(const Lines& lines, WallTime now, const Settings& settings) {
    std::vector<store::FigureChange> changes;
    for (const auto& [key, sums] : lines)
        if (sums != FigureSums{}) changes.push_back({key, sums, now, ready_at(key.day, now, settings)});
    return changes;
}

} // namespace paysync::revenue
