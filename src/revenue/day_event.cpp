// Figures to JSON, and which figure a JSON means.
#include "paysync/revenue/day_event.hpp"

#include "paysync/base/text.hpp"

#include <map>

namespace paysync::revenue {

namespace {

using base::Json;

constexpr const char* endpoint = "paysync"; // it came in by none

Json sums_json(const store::FigureSums& sums) {
    return Json{{"captured", sums.captured}, {"refunded", sums.refunded},   {"charged_back", sums.charged_back},
                {"count", sums.count},       {"attempted", sums.attempted}, {"approved", sums.approved},
                {"failed", sums.failed},     {"recovered", sums.recovered}};
}

Json dimensions_json(const store::FigureKey& key) {
    auto parsed = base::parse_json(key.dimensions);
    return parsed && parsed->is_object() ? std::move(*parsed) : Json::object();
}

/// One text for one figure that fits into an external id: `2026-11-23/EUR/source.scheme=Visa/5f1c…`. The words are
/// for people; the digest tells figures apart whose words differ in case only, or beyond what there is room for.
std::string figure_id(const store::FigureKey& key) {
    constexpr std::size_t words_max = 150; // an external id holds 255 characters
    constexpr std::size_t digest_size = 16;
    const std::string front = key.day + "/" + key.currency;
    const Json dimensions = dimensions_json(key); // items() keeps no value alive
    std::string words;
    for (const auto& item : dimensions.items()) {
        const std::string value = item.value().is_string() ? item.value().get<std::string>() : std::string{};
        words += (words.empty() ? "" : ",") + item.key() + "=" + value;
    }
    if (words.empty()) return front;
    words = words.substr(0, words_max);
    for (char& c : words)
        if (c < '!' || c > '~') c = '_';
    return front + "/" + words + "/" + base::sha256_hex(key.dimensions).substr(0, digest_size);
}

} // namespace

Json day_data(const store::Figure& figure) {
    Json data = sums_json(figure.sums);
    data["id"] = figure_id(figure.key);
    data["day"] = figure.key.day;
    data["currency"] = figure.key.currency;
    data["dimensions"] = dimensions_json(figure.key);
    return data;
}

std::optional<store::FigureKey> figure_key(const Json& data) {
    const Json& day = base::member(data, "day");
    const Json& currency = base::member(data, "currency");
    const Json& dimensions = base::member(data, "dimensions");
    if (!day.is_string() || !currency.is_string() || !dimensions.is_object()) return std::nullopt;
    return store::FigureKey{day.get<std::string>(), currency.get<std::string>(), base::to_text(dimensions)};
}

store::NewEvent day_event(const store::Figure& figure, base::WallTime now) {
    const std::string subject = figure_id(figure.key);
    store::NewEvent event;
    event.id = std::string(day_event_type) + "/" + subject + "/" + std::to_string(figure.version);
    event.type = day_event_type;
    event.subject = subject;
    event.endpoint = endpoint;
    event.occurred_at = now;
    event.received_at = now;
    event.body = base::to_text(Json{{"id", event.id},
                                    {"type", event.type},
                                    {"created_on", base::format_utc_exact(now)},
                                    {"data", day_data(figure)}});
    return event;
}

runtime::Task<base::Result<void>> renew(std::vector<checkout::Event*> events, store::Store& store) {
    std::map<store::FigureKey, std::vector<checkout::Event*>> asking;
    for (checkout::Event* event : events)
        if (event->type == day_event_type)
            if (const auto key = figure_key(event->data)) asking[*key].push_back(event);
    if (asking.empty()) co_return base::Result<void>{};
    std::vector<store::FigureKey> keys;
    for (const auto& [key, askers] : asking) keys.push_back(key);
    auto figures = co_await store.figures(std::move(keys));
    if (!figures) co_return figures.error();
    for (const store::Figure& figure : *figures)
        for (checkout::Event* event : asking.at(figure.key)) event->data = day_data(figure);
    co_return base::Result<void>{};
}

std::string told_text(const store::FigureSums& sums) {
    return sums == store::FigureSums{} ? std::string{} : base::to_text(sums_json(sums));
}

} // namespace paysync::revenue
