// paysync-sandbox: the command line.
#include "paysync/base/log.hpp"
#include "sandbox/sandbox_program.hpp"
#include "sandbox/trigger.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace {

using namespace paysync;

/// Adds `trigger` and its options.
CLI::App* add_trigger(CLI::App& app, sandbox::TriggerPlan& plan, std::string& url, std::string& ca_file,
                      std::string& late) {
    CLI::App* trigger =
        app.add_subcommand("trigger", "Send a believable, signed sequence of webhooks from a running sandbox");
    trigger
        ->add_option("what", plan.steps,
                     "approve, capture, refund, void, decline, retry (a declined attempt that will be made again), "
                     "dispute, dispute-won or dispute-lost; what must come before is added")
        ->required()
        ->expected(1);
    trigger->add_option_function<std::vector<std::string>>(
        "--then",
        [&plan](const std::vector<std::string>& more) {
            plan.steps.insert(plan.steps.end(), more.begin(), more.end());
        },
        "a further step of the same payment; may be given several times");
    trigger->add_option("--late", late,
                        "it happened so long ago (45s, 30m, 2h, 1d), and the authorization arrives last");
    trigger->add_option("--duplicate", plan.duplicate, "send each webhook so many times")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    trigger->add_option("--amount", plan.amount, "in minor units")
        ->check(CLI::Range(1, 999'999'999))
        ->capture_default_str();
    trigger->add_option("--currency", plan.currency)->capture_default_str();
    trigger->add_option("--reference", plan.reference, "the order's reference (default: made up)");
    trigger->add_option("--email", plan.email, "the payer's e-mail (default: made up)");
    trigger->add_option("--sandbox", url, "URL of the sandbox, \"salesforce\" in its first line")->required();
    trigger->add_option("--ca-file", ca_file, "certificate of a sandbox with --tls, \"ca_file\" in its first line")
        ->check(CLI::ExistingFile);
    return trigger;
}

void add_options(CLI::App& app, sandbox::ProgramOptions& options) {
    app.add_option("--salesforce-port", options.salesforce_port, "0: any free one")->capture_default_str();
    app.add_option("--checkout-port", options.checkout_port, "0: any free one")->capture_default_str();
    app.add_flag("--tls", options.tls, "serve HTTPS with a certificate made at start");
    app.add_option("--config-out", options.config_out,
                   "write a complete daemon configuration that uses this sandbox");
    app.add_option("--signature-key", options.signature_key, "key of Cko-Signature (default: made up)");
    app.add_option("--authorization", options.authorization, "also send this Authorization with each webhook");
    app.add_option("--webhook-port", options.webhook_port,
                   "where the daemon listens (default: a free port, chosen now)");
    app.add_option("--webhook-url", options.webhook_url, "send webhooks there instead");
    app.add_option("--webhook-ca", options.webhook_ca, "certificate to trust when sending webhooks")
        ->check(CLI::ExistingFile);
    app.add_option("--seed", options.seed, "makes chance repeatable");
    app.add_option("--currency", options.currency, "the org's currency")->capture_default_str();
    app.add_flag("--multi-currency", options.multi_currency, "an org of several currencies");
    app.add_flag("--person-accounts", options.person_accounts, "an org in which an Account may be a person");
    app.add_option("--jwt-certificate", options.jwt_certificate,
                   "PEM certificate (or public key) of the app: switches on the OAuth JWT bearer flow")
        ->check(CLI::ExistingFile);
    app.add_option("--jwt-username", options.jwt_username, "username of the run-as user, `sub` of a JWT");
    app.add_option("--objects", options.objects,
                   "JSON file: an array of custom objects, or of more fields of objects that exist")
        ->check(CLI::ExistingFile);
    app.add_option("--rules", options.rules, "JSON file of rules, as POST /control/rules takes them")
        ->check(CLI::ExistingFile);
    app.add_option("--time-scale", options.time_scale, "divides the waits between attempts of a webhook")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "A simulated Salesforce org and Checkout.com account. When ready it prints one line of JSON with its URLs "
        "and credentials; it runs until SIGTERM.",
        "paysync-sandbox"};
    sandbox::ProgramOptions options;
    sandbox::TriggerPlan plan;
    std::string url;
    std::string ca_file;
    std::string late;
    add_options(app, options);
    CLI::App* trigger = add_trigger(app, plan, url, ca_file, late);
    CLI11_PARSE(app, argc, argv);
    base::log::configure(base::log::Level::warning, false);
    try {
        if (!trigger->parsed()) return sandbox::run_sandbox(options);
        if (!late.empty()) {
            const auto span = sandbox::read_span(late);
            if (!span) throw std::runtime_error("--late must be a span such as 45s, 30m, 2h or 1d");
            plan.late = *span;
        }
        return sandbox::run_trigger(plan, url, ca_file);
    } catch (const std::exception& error) {
        std::cerr << "paysync-sandbox: " << error.what() << '\n';
        return 1;
    }
}
