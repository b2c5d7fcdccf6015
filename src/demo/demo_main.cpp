// `./dev demo`.
#include "demo/demo.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    paysync::demo::DemoSettings settings;
    settings.programs = std::filesystem::canonical("/proc/self/exe").parent_path();
    CLI::App app{"Runs a day of a small shop through paysync and its sandbox."};
    app.add_flag("--keep", settings.keep, "leave everything running at the end");
    app.add_option("--seed", settings.seed, "another seed, another day")->capture_default_str();
    app.add_option("--payments", settings.size.payments, "how many payments")->capture_default_str();
    app.add_option("--people", settings.size.people, "how many people pay")->capture_default_str();
    app.add_option("--folder", settings.folder, "for configuration, data and logs (a new temporary one)");
    CLI11_PARSE(app, argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    try {
        paysync::demo::Demo demo{settings};
        return demo.run();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "\ndemo: %s\n", failure.what());
        return 1;
    }
}
