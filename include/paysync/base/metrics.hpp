// Counters, gauges and histograms; prometheus-cpp keeps and prints them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace paysync::base {

/// One registry for a daemon. Thread-safe. The names, helps and kinds stand in one table in metrics.cpp; a name that
/// is not in it is a bug and stops the program.
class Metrics {
public:
    using Labels = std::map<std::string, std::string>;

    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void count(std::string_view name, const Labels& labels = {}, double by = 1);
    void set(std::string_view name, double value, const Labels& labels = {});
    /// `value` in the unit that the name ends with.
    void observe(std::string_view name, double value, const Labels& labels = {});

    /// What was counted so far; 0 where nothing was. For tests and `status`.
    double value(std::string_view name, const Labels& labels = {}) const;

    /// Prometheus' text format 0.0.4.
    std::string text() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace paysync::base
