// Three classic mistakes.
#include "simulation/world/planted_bugs.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

namespace paysync::simulation {

namespace {

using namespace store;

/// Passes everything on.
class PassOn : public Store {
public:
    explicit PassOn(std::unique_ptr<Store> inner) : inner_{std::move(inner)} {}
    Task<Result<Appended>> append(NewEvent event) override { return inner_->append(std::move(event)); }
    Task<Result<std::vector<StoredEvent>>> unsettled(std::int64_t after, std::size_t limit) override {
        return inner_->unsettled(after, limit);
    }
    Task<Result<std::vector<DueRun>>> due_runs(WallTime now, std::size_t limit) override {
        return inner_->due_runs(now, limit);
    }
    Task<Result<std::optional<WallTime>>> next_due() override { return inner_->next_due(); }
    Task<Result<std::map<std::string, Json>>> payments(std::vector<std::string> ids) override {
        return inner_->payments(std::move(ids));
    }
    Task<Result<Surroundings>> surroundings(std::vector<std::string> payments,
                                            std::vector<std::string> customers) override {
        return inner_->surroundings(std::move(payments), std::move(customers));
    }
    Task<Result<void>> settle(Settlement settlement) override { return inner_->settle(std::move(settlement)); }
    Task<Result<std::map<std::string, Json>>> payments_above(std::string after, std::size_t limit) override {
        return inner_->payments_above(std::move(after), limit);
    }
    Task<Result<std::map<RunKey, int>>> claims() override { return inner_->claims(); }
    Task<Result<std::vector<StoredEvent>>> recent(std::size_t limit) override { return inner_->recent(limit); }
    Task<Result<std::vector<Figure>>> due_figures(WallTime now, std::size_t limit) override {
        return inner_->due_figures(now, limit);
    }
    Task<Result<std::optional<WallTime>>> next_figure() override { return inner_->next_figure(); }
    Task<Result<std::vector<Figure>>> figures(std::vector<FigureKey> keys) override {
        return inner_->figures(std::move(keys));
    }
    Task<Result<std::vector<Figure>>> figures_of(std::string day) override {
        return inner_->figures_of(std::move(day));
    }
    Task<Result<FigureBook>> figure_book() override { return inner_->figure_book(); }
    Task<Result<Counts>> counts() override { return inner_->counts(); }
    Task<Result<Story>> story(std::string id) override { return inner_->story(std::move(id)); }
    Task<Result<std::vector<DueRun>>> runs(RunFilter filter, std::size_t limit) override {
        return inner_->runs(std::move(filter), limit);
    }
    Task<Result<std::optional<DueRun>>> run_of(RunKey key) override { return inner_->run_of(std::move(key)); }
    Task<Result<OwnAnswers>> own(OwnQuestions questions) override { return inner_->own(std::move(questions)); }
    Task<Result<std::map<GroupKey, GroupMembers>>> group_members(std::vector<GroupKey> groups) override {
        return inner_->group_members(std::move(groups));
    }
    Task<Result<std::vector<FlowHold>>> flow_holds() override { return inner_->flow_holds(); }
    Task<Result<std::vector<KnownAnswers>>> known(std::vector<std::int64_t> event_seqs) override {
        return inner_->known(std::move(event_seqs));
    }
    Task<Result<std::vector<StoredEvent>>> events_since(WallTime received, std::int64_t after,
                                                        std::size_t limit) override {
        return inner_->events_since(received, after, limit);
    }
    Task<Result<std::vector<Timer>>> timers(std::size_t limit) override { return inner_->timers(limit); }
    Task<Result<std::vector<AuditEntry>>> audit(std::int64_t after, std::size_t limit) override {
        return inner_->audit(after, limit);
    }
    Task<> stop() override { return inner_->stop(); }

protected:
    std::unique_ptr<Store> inner_;
};

class AcknowledgesEarly final : public PassOn {
public:
    using PassOn::PassOn;
    Task<Result<Appended>> append(NewEvent event) override {
        const auto lane = co_await runtime::asio::this_coro::executor;
        runtime::asio::co_spawn(lane, inner_->append(std::move(event)), runtime::asio::detached);
        co_return Appended::stored;
    }
};

class StampsWithArrival final : public PassOn {
public:
    using PassOn::PassOn;
    Task<Result<Appended>> append(NewEvent event) override {
        if (auto body = base::parse_json(event.body); body && body->is_object()) {
            const std::string arrival = base::format_utc_exact(event.received_at);
            (*body)["created_on"] = arrival;
            if (body->contains("data")) (*body)["data"]["processed_on"] = arrival;
            event.body = base::to_text(*body);
            event.occurred_at = event.received_at;
        }
        return inner_->append(std::move(event));
    }
};

/// Turns upserts by external id into creates without it.
std::string as_creates(const std::string& body) {
    auto envelope = base::parse_json(body);
    if (!envelope || !envelope->contains("compositeRequest")) return body;
    for (base::Json& request : (*envelope)["compositeRequest"]) {
        const std::string url = request.value("url", "");
        const auto marker = url.find("/composite/sobjects/");
        if (marker == std::string::npos) continue;
        const std::string rest = url.substr(marker + 20);
        const auto slash = rest.find('/');
        if (slash == std::string::npos) continue;
        request["method"] = "POST";
        request["url"] = url.substr(0, marker + 19);
        for (base::Json& record : request["body"]["records"]) {
            record.erase(rest.substr(slash + 1));
            record["attributes"] = base::Json{{"type", rest.substr(0, slash)}};
        }
    }
    return base::to_text(*envelope);
}

class CreatesAgain final : public net::Transport {
public:
    explicit CreatesAgain(std::unique_ptr<net::Transport> inner) : inner_{std::move(inner)} {}
    Task<Result<net::Response>> send(net::Origin origin, net::Request request,
                                     runtime::SteadyTime deadline) override {
        net::Request again = request;
        auto response = co_await inner_->send(origin, std::move(request), deadline);
        if (response || response.error().code != base::Errc::unknown) co_return response;
        again.body = as_creates(again.body);
        co_return co_await inner_->send(origin, std::move(again), deadline + std::chrono::minutes{2});
    }

private:
    std::unique_ptr<net::Transport> inner_;
};

} // namespace

std::unique_ptr<Store> acknowledge_before_commit(std::unique_ptr<Store> store) {
    return std::make_unique<AcknowledgesEarly>(std::move(store));
}

std::unique_ptr<Store> stamp_with_arrival(std::unique_ptr<Store> store) {
    return std::make_unique<StampsWithArrival>(std::move(store));
}

std::unique_ptr<net::Transport> create_again_after_time_out(std::unique_ptr<net::Transport> transport) {
    return std::make_unique<CreatesAgain>(std::move(transport));
}

} // namespace paysync::simulation
