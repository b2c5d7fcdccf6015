// `./dev simulate`: many days, or months, from many seeds; a failing seed is printed and can be run again exactly.
#include "simulation/world/world.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

int main(int argc, char** argv) {
    using namespace paysync::simulation;
    CLI::App app{"Runs the daemon against the sandbox on virtual time: losses, crashes, duplicates, any order."};
    std::uint64_t seeds = 20;
    std::uint64_t only = 0;
    WorldSettings settings;
    bool month = false;
    app.add_flag("--month", month, "a month of six flows instead of a day of two");
    bool calm = false;
    app.add_flag("--calm", calm, "nothing goes wrong on the way");
    app.add_option("--seeds", seeds, "how many of them, from seed 1 on")->capture_default_str();
    app.add_option("--seed", only, "this one only");
    app.add_option("--payments", settings.size.payments, "payments a day")->capture_default_str();
    app.add_option("--people", settings.size.people, "people who pay")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    MonthSettings long_settings;
    settings.faults = settings.crashes = long_settings.faults = long_settings.crashes = !calm;
    std::uint64_t failed = 0;
    const std::uint64_t first = only != 0 ? only : 1;
    const std::uint64_t last = only != 0 ? only : seeds;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        settings.seed = seed;
        long_settings.seed = seed;
        const WorldResult result = month ? run_month(long_settings) : run_world(settings);
        std::printf("seed %llu: %s  %zu webhooks, %zu deliveries, %zu crashes, %llu API calls, %.1f h, trace %.12s\n",
                    static_cast<unsigned long long>(seed), result.differences.empty() ? "right" : "WRONG",
                    result.webhooks, result.deliveries, result.crashes,
                    static_cast<unsigned long long>(result.api_calls), result.virtual_hours,
                    result.trace_hash.c_str());
        for (const std::string& difference : result.differences) std::printf("    %s\n", difference.c_str());
        failed += result.differences.empty() ? 0U : 1U;
    }
    std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(last - first + 1 - failed),
                static_cast<unsigned long long>(failed));
    if (failed > 0) std::printf("run one of them again with: ./dev simulate%s --seed N\n", month ? " --month" : "");
    return failed == 0 ? 0 : 1;
}
