// Checkout.com's side of a webhook: sign, send, and send again until it is taken.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/secret.hpp"
#include "paysync/net/transport.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/task_group.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace paysync::sandbox {

struct SenderSettings {
    std::string url;            ///< the webhook's URL, absolute
    base::Secret signature_key; ///< empty: no Cko-Signature is sent
    base::Secret authorization; ///< sent verbatim as Authorization; empty: none
    double time_scale = 1;      ///< the waits between attempts are divided by this (demos)
    std::size_t parallel = 16;  ///< requests under way at once
    bool retry = true;          ///< false: one attempt only
};

/// Where a workflow's webhook action sends its deliveries.
struct Destination {
    std::string url;
    base::Secret signature_key; ///< empty: no Cko-Signature is sent
    net::Headers headers;       ///< sent verbatim
    std::string action;         ///< wfa_…
};

/// One webhook body and what became of it.
struct Delivery {
    std::shared_ptr<const Destination> destination; ///< nullptr: the sender's settings say where
    std::string event;                              ///< the body's id; empty where it has none
    std::string type;                               ///< the body's type
    std::string body;                               ///< the bytes that were signed
    unsigned attempts = 0;
    unsigned first_status = 0; ///< of the first attempt; 0: no answer
    unsigned last_status = 0;  ///< of the last attempt; 0: no answer
    bool delivered = false;    ///< some attempt was answered 2xx
    bool given_up = false;     ///< all attempts failed
};

/// Delivers as documented (Checkout.com, Workflows): HMAC-SHA256 of the raw body in lower-case base-16, 10 s for an
/// answer, 2xx is success, else again after 5, 10, 15, 30 min, 1 h, 4 h, 12 h, 12 h; then it gives up. Order is not
/// kept. All on one lane.
class CheckoutSender {
public:
    CheckoutSender(SenderSettings settings, net::Transport& transport, runtime::Clock& clock);
    ~CheckoutSender();

    /// Returns the numbers of the new deliveries (into deliveries()) once each had its first attempt; further
    /// attempts go on in the background. `parallel` 0: the settings' own.
    runtime::Task<std::vector<std::size_t>> send(std::vector<std::string> bodies, std::size_t parallel = 0);
    /// Does all that in the background and returns the numbers at once.
    runtime::Task<std::vector<std::size_t>> start(std::vector<std::string> bodies, std::size_t parallel = 0);
    /// The same to another place; nullptr: the settings' own.
    runtime::Task<std::vector<std::size_t>> start(std::vector<std::string> bodies, std::size_t parallel,
                                                  std::shared_ptr<const Destination> destination);
    /// `watcher` is called after each attempt.
    void watch(std::function<void(const Delivery&)> watcher) { watcher_ = std::move(watcher); }
    /// Returns when every delivery is delivered or given up.
    runtime::Task<> settle();
    /// Stops the background work; what was not delivered stays so.
    runtime::Task<> stop();

    SenderSettings& settings() { return settings_; }
    const std::vector<std::unique_ptr<Delivery>>& deliveries() const { return deliveries_; }
    /// Forgets what was delivered or given up. What is still under way stays.
    void forget();

private:
    struct Batch;
    std::vector<std::size_t> enlist(std::vector<std::string> bodies, std::shared_ptr<const Destination> destination);
    net::Request request_for(const Delivery& delivery, std::string target) const;
    runtime::TaskGroup& group(const runtime::Lane& lane);
    runtime::Task<> first_attempts(std::shared_ptr<Batch> batch);
    runtime::Task<> run_batch(std::shared_ptr<Batch> batch, std::size_t parallel);
    runtime::Task<> later_attempts(Delivery* delivery);
    runtime::Task<> attempt(Delivery& delivery);

    SenderSettings settings_;
    net::Transport& transport_;
    runtime::Clock& clock_;
    std::function<void(const Delivery&)> watcher_;
    std::vector<std::unique_ptr<Delivery>> deliveries_;
    std::unique_ptr<runtime::TaskGroup> group_;
};

} // namespace paysync::sandbox
