// The program around the sandbox: listeners, credentials, the line that says it is ready.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace paysync::sandbox {

struct ProgramOptions {
    unsigned short salesforce_port = 0; ///< 0: any free one
    unsigned short checkout_port = 0;
    bool tls = false;
    std::string config_out;          ///< file of the daemon's configuration; empty: none
    std::string signature_key;       ///< empty: made up
    std::string authorization;       ///< static Authorization of webhooks; empty: none
    unsigned short webhook_port = 0; ///< 0: a free one, chosen now
    std::string webhook_url;         ///< in place of https://127.0.0.1:<webhook_port>/webhooks/checkout
    std::string webhook_ca;          ///< PEM to trust when sending webhooks; empty: the certificate made here
    std::optional<std::uint64_t> seed;
    std::string currency = "EUR";
    bool multi_currency = false;
    bool person_accounts = false;
    std::string jwt_certificate; ///< PEM file; empty: no JWT bearer flow
    std::string jwt_username;    ///< of the run-as user; empty: the usual one
    std::string objects;         ///< JSON file with definitions of objects and fields; empty: none
    std::string rules;           ///< JSON file with rules as POST /control/rules takes them; empty: none
    double time_scale = 1;       ///< the waits between attempts of a webhook are divided by this
};

/// Runs until SIGTERM or SIGINT, then returns 0. Throws std::runtime_error when it cannot start.
int run_sandbox(const ProgramOptions& options);

} // namespace paysync::sandbox
