// POSTs to the endpoints of the configuration.
#include "paysync/sync/notifier.hpp"

#include "paysync/base/text.hpp"

#include <stdexcept>

namespace paysync::sync {

namespace {

constexpr auto time_max = std::chrono::seconds{10};

Delivery judged(const net::Response& response) {
    const auto status = static_cast<int>(response.status);
    Delivery delivery{Delivery::Kind::taken, status, {}};
    if (status >= 200 && status < 300) return delivery;
    delivery.why = "it answered " + std::to_string(status);
    const bool later = status == 408 || status == 425 || status == 429 || status == 503;
    if (later)
        delivery.kind = Delivery::Kind::not_sent;
    else
        delivery.kind = status < 500 ? Delivery::Kind::refused : Delivery::Kind::unknown;
    return delivery;
}

class HttpNotifier final : public Notifier {
public:
    HttpNotifier(NotifyEndpoints endpoints, ConnectEndpoint connect, runtime::Clock& clock)
        : endpoints_{std::move(endpoints)}, connect_{std::move(connect)}, clock_{clock} {}

    runtime::Task<Delivery> notify(std::string endpoint, std::string key, base::Json body) override {
        const auto found = endpoints_.find(endpoint);
        if (found == endpoints_.end()) {
            Delivery none{Delivery::Kind::refused, 0, "the configuration has no endpoint of that name under notify"};
            co_return none;
        }
        const NotifyEndpoint to = found->second;
        Delivery unusable{Delivery::Kind::refused, 0, {}};
        const std::shared_ptr<net::Transport> transport = transport_to(endpoint, to, unusable.why);
        if (!transport) co_return unusable;
        net::Request request = request_of(to, key, body);
        const auto deadline = clock_.steady() + time_max;
        auto answer = co_await transport->send(to.origin, std::move(request), deadline);
        Delivery delivery;
        if (answer) {
            delivery = judged(*answer);
        } else {
            delivery.kind =
                answer.error().code == base::Errc::not_sent ? Delivery::Kind::not_sent : Delivery::Kind::unknown;
            delivery.why = answer.error().detail;
        }
        co_return delivery;
    }

    void use(NotifyEndpoints endpoints) override {
        endpoints_ = std::move(endpoints);
        transports_.clear(); // one in use lives until its notification is over
    }

private:
    std::shared_ptr<net::Transport> transport_to(const std::string& name, const NotifyEndpoint& to,
                                                 std::string& why) {
        auto& transport = transports_[name];
        try {
            if (!transport) transport = connect_(to);
        } catch (const std::runtime_error& unusable) {
            why = unusable.what();
        }
        return transport;
    }

    static net::Request request_of(const NotifyEndpoint& to, const std::string& key, const base::Json& body) {
        net::Request request;
        request.method = "POST";
        const auto url = net::parse_url(to.url.reveal());
        request.target = url ? url->target : "/";
        for (const auto& [name, value] : to.headers) request.headers.set(name, value.reveal());
        request.headers.set("Content-Type", "application/json");
        request.headers.set("Idempotency-Key", key);
        request.body = base::to_text(body);
        if (!to.secret.empty())
            request.headers.set("Paysync-Signature",
                                base::to_hex(base::hmac_sha256(to.secret.reveal(), request.body)));
        return request;
    }

    NotifyEndpoints endpoints_;
    ConnectEndpoint connect_;
    runtime::Clock& clock_;
    std::map<std::string, std::shared_ptr<net::Transport>> transports_;
};

} // namespace

std::unique_ptr<Notifier> make_notifier(NotifyEndpoints endpoints, ConnectEndpoint connect, runtime::Clock& clock) {
    return std::make_unique<HttpNotifier>(std::move(endpoints), std::move(connect), clock);
}

} // namespace paysync::sync
