// Sending webhooks the way Checkout.com does.
#include "paysync/sandbox/sender.hpp"

#include "paysync/base/log.hpp"
#include "paysync/base/text.hpp"
#include "paysync/runtime/wakeup.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>

namespace paysync::sandbox {

namespace {

constexpr runtime::Duration answer_max = std::chrono::seconds{10};

// Checkout.com documentation, Workflows: the wait after each attempt that failed.
constexpr std::array<std::chrono::minutes, 8> waits = {
    std::chrono::minutes{5},  std::chrono::minutes{10},  std::chrono::minutes{15},  std::chrono::minutes{30},
    std::chrono::minutes{60}, std::chrono::minutes{240}, std::chrono::minutes{720}, std::chrono::minutes{720}};

} // namespace

/// Bodies whose first attempts are under way. Shared by the caller and the workers, of whom either may end first.
struct CheckoutSender::Batch {
    std::vector<std::size_t> numbers;
    std::size_t next = 0;
    std::size_t open = 0;
    runtime::Wakeup all_tried;
};

CheckoutSender::CheckoutSender(SenderSettings settings, net::Transport& transport, runtime::Clock& clock)
    : settings_{std::move(settings)}, transport_{transport}, clock_{clock} {}

CheckoutSender::~CheckoutSender() = default;

runtime::TaskGroup& CheckoutSender::group(const runtime::Lane& lane) {
    if (!group_) group_ = std::make_unique<runtime::TaskGroup>(lane);
    return *group_;
}

std::vector<std::size_t> CheckoutSender::enlist(std::vector<std::string> bodies,
                                                std::shared_ptr<const Destination> destination) {
    std::vector<std::size_t> numbers;
    for (std::string& body : bodies) {
        auto delivery = std::make_unique<Delivery>();
        if (const auto parsed = base::parse_json(body)) {
            delivery->event = base::member_text(*parsed, "id").value_or("");
            delivery->type = base::member_text(*parsed, "type").value_or("");
        }
        delivery->body = std::move(body);
        delivery->destination = destination;
        numbers.push_back(deliveries_.size());
        deliveries_.push_back(std::move(delivery));
    }
    return numbers;
}

runtime::Task<std::vector<std::size_t>> CheckoutSender::start(std::vector<std::string> bodies, std::size_t parallel) {
    co_return co_await start(std::move(bodies), parallel, nullptr);
}

runtime::Task<std::vector<std::size_t>> CheckoutSender::start(std::vector<std::string> bodies, std::size_t parallel,
                                                              std::shared_ptr<const Destination> destination) {
    const auto batch = std::make_shared<Batch>();
    batch->numbers = enlist(std::move(bodies), std::move(destination));
    co_await run_batch(batch, parallel);
    co_return batch->numbers;
}

runtime::Task<std::vector<std::size_t>> CheckoutSender::send(std::vector<std::string> bodies, std::size_t parallel) {
    const auto batch = std::make_shared<Batch>();
    batch->numbers = enlist(std::move(bodies), nullptr);
    co_await run_batch(batch, parallel);
    while (batch->open > 0) co_await batch->all_tried.wait();
    co_return batch->numbers;
}

runtime::Task<> CheckoutSender::run_batch(std::shared_ptr<Batch> batch, std::size_t parallel) {
    const runtime::Lane lane = co_await boost::asio::this_coro::executor;
    batch->open = batch->numbers.size();
    const std::size_t wanted = parallel == 0 ? settings_.parallel : parallel;
    const std::size_t workers = std::min(std::max<std::size_t>(1, wanted), batch->numbers.size());
    for (std::size_t i = 0; i < workers; ++i) {
        auto work = [this, batch] { return first_attempts(batch); };
        if (!group(lane).spawn("webhook sender", std::move(work))) batch->open = 0;
    }
}

runtime::Task<> CheckoutSender::first_attempts(std::shared_ptr<Batch> batch) {
    const runtime::Lane lane = co_await boost::asio::this_coro::executor;
    while (batch->next < batch->numbers.size()) {
        Delivery* delivery = deliveries_[batch->numbers[batch->next++]].get();
        co_await attempt(*delivery);
        if (!delivery->delivered && !delivery->given_up) {
            auto more = [this, delivery] { return later_attempts(delivery); };
            group(lane).spawn("webhook retry", std::move(more));
        }
        if (--batch->open == 0) batch->all_tried.ring();
    }
}

runtime::Task<> CheckoutSender::later_attempts(Delivery* delivery) {
    while (!delivery->delivered && !delivery->given_up) {
        const auto nanoseconds =
            std::chrono::duration<double, std::nano>(waits[delivery->attempts - 1]) / settings_.time_scale;
        co_await clock_.sleep_for(std::chrono::duration_cast<runtime::Duration>(nanoseconds));
        co_await attempt(*delivery);
    }
}

net::Request CheckoutSender::request_for(const Delivery& delivery, std::string target) const {
    const bool own = delivery.destination == nullptr;
    const base::Secret& key = own ? settings_.signature_key : delivery.destination->signature_key;
    net::Request request;
    request.method = "POST";
    request.target = std::move(target);
    request.headers.set("Content-Type", "application/json");
    if (!own)
        for (const auto& [name, value] : delivery.destination->headers.all()) request.headers.set(name, value);
    if (!key.empty())
        request.headers.set("Cko-Signature", base::to_hex(base::hmac_sha256(key.reveal(), delivery.body)));
    if (own && !settings_.authorization.empty())
        request.headers.set("Authorization", settings_.authorization.reveal());
    request.body = delivery.body;
    return request;
}

runtime::Task<> CheckoutSender::attempt(Delivery& delivery) {
    const auto url = net::parse_url(delivery.destination ? delivery.destination->url : settings_.url);
    unsigned status = 0;
    if (url) {
        net::Request request = request_for(delivery, url->target);
        net::Origin origin = url->origin;
        const auto answer =
            co_await transport_.send(std::move(origin), std::move(request), clock_.steady() + answer_max);
        if (answer)
            status = answer->status;
        else
            base::log::debug("sandbox", "a webhook got no answer", {{"reason", answer.error().detail}});
    }
    ++delivery.attempts;
    if (delivery.attempts == 1) delivery.first_status = status;
    delivery.last_status = status;
    delivery.delivered = status >= 200 && status < 300;
    delivery.given_up = !delivery.delivered && (!settings_.retry || delivery.attempts > waits.size());
    if (watcher_) watcher_(delivery);
}

runtime::Task<> CheckoutSender::settle() {
    if (group_) co_await group_->join();
}

runtime::Task<> CheckoutSender::stop() {
    if (!group_) co_return;
    group_->cancel();
    co_await group_->join();
    group_.reset();
}

void CheckoutSender::forget() {
    if (group_ && group_->size() > 0) {
        // Numbers of deliveries under way are in use: their records keep their places, emptied.
        for (auto& delivery : deliveries_)
            if (delivery->delivered || delivery->given_up) {
                delivery->body.clear();
                delivery->event.clear();
            }
        return;
    }
    deliveries_.clear();
}

} // namespace paysync::sandbox
