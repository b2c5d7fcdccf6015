// paysync diff
#include "paysync/sync/known_answers.hpp"

#include "command.hpp"
#include "flow_diff.hpp"
#include "flow_diff_report.hpp"
#include "flow_files.hpp"
#include "past_views.hpp"
#include "stored.hpp"

#include <functional>
#include <iostream>

namespace paysync::app {

namespace {

constexpr std::size_t page_size = 500;

struct DiffOptions {
    std::string folder;
    std::string since = "7d";
    std::size_t most = 20;
    bool json = false;
};

class Comparison {
public:
    Comparison(Stored& stored, std::shared_ptr<const flow::FlowSet> before,
               std::shared_ptr<const flow::FlowSet> after, base::WallTime since, const DiffOptions& options)
        : stored_{stored},
          groups_{after},
          diff_{std::move(before), after},
          views_{stored,
                 {after->groups(), [this](const base::Json& payment) { return groups_.groups_of(payment).ids; }},
                 since},
          since_{since},
          options_{options} {}

    const std::vector<std::string>& changes() const { return diff_.changes(); }

    base::Result<void> run() {
        // Twice: what the store says of a payment is of after its last event.
        auto told = each_page([this](const std::vector<store::StoredEvent>& page) -> base::Result<void> {
            for (const store::StoredEvent& event : page)
                if (!event.subject.empty()) views_.will_hear_of(event.subject);
            return boost::system::in_place_value;
        });
        if (!told) return told;
        return each_page([this](const std::vector<store::StoredEvent>& page) { return compare(page); });
    }

    void report() const {
        if (options_.json) {
            std::cout << base::to_text(base::Json{{"since", base::format_utc(since_)},
                                                  {"flows", changes()},
                                                  {"events", events_},
                                                  {"totals", to_json(diff_.totals())}})
                      << "\n";
            return;
        }
        if (shown_ < differing_) std::cout << "… and " << differing_ - shown_ << " more; --most 0 shows all\n";
        if (shown_ > 0) std::cout << "\n";
        std::cout << to_report(diff_.totals());
    }

private:
    using Take = std::function<base::Result<void>(const std::vector<store::StoredEvent>&)>;

    base::Result<void> each_page(const Take& take) {
        std::int64_t after = 0;
        while (true) {
            const auto page = stored_.events_since(since_, after, page_size);
            if (!page) return page.error();
            if (page->empty()) return boost::system::in_place_value;
            if (auto taken = take(*page); !taken) return taken;
            after = page->back().seq;
        }
    }

    base::Result<void> compare(const std::vector<store::StoredEvent>& page) {
        std::vector<checkout::Event> events;
        std::vector<const store::StoredEvent*> stored;
        std::vector<std::int64_t> concerned;
        for (const store::StoredEvent& one : page) {
            auto event = checkout::read_event(one.body, one.received_at);
            if (!event || event->is_test) {
                diff_.pass_by();
                continue;
            }
            if (diff_.concerns(event->type)) concerned.push_back(one.seq);
            events.push_back(std::move(*event));
            stored.push_back(&one);
        }
        if (auto prepared = views_.prepare(events); !prepared) return prepared;
        const auto known = stored_.known(concerned);
        if (!known) return known.error();
        std::map<std::int64_t, KnownThen> answers;
        for (const store::KnownAnswers& one : *known) {
            auto unpacked = sync::unpack_answers(one.answers);
            if (!unpacked) return unpacked.error();
            for (auto& [key, answer] : *unpacked) answers[one.event_seq].add(key, std::move(answer));
        }
        for (std::size_t i = 0; i < events.size(); ++i) {
            const flow::Input input = views_.hear(events[i], stored[i]->received_at);
            if (!diff_.concerns(events[i].type)) {
                diff_.pass_by();
                continue;
            }
            show(events[i], diff_.compare(input, answers[stored[i]->seq]));
        }
        return boost::system::in_place_value;
    }

    void show(const checkout::Event& event, const std::vector<FlowChange>& changes) {
        if (changes.empty()) return;
        ++differing_;
        if (options_.json) {
            events_.push_back(to_json(event, changes));
        } else if (options_.most == 0 || shown_ < options_.most) {
            ++shown_;
            std::cout << to_report(event, changes);
        }
    }

    Stored& stored_;
    flow::Evaluator groups_;
    FlowDiff diff_;
    PastViews views_;
    base::WallTime since_;
    const DiffOptions& options_;
    base::Json events_ = base::Json::array();
    std::size_t differing_ = 0;
    std::size_t shown_ = 0;
};

void diff(Common& common, const DiffOptions& options) {
    const auto length = yaml::duration_nanoseconds(options.since);
    if (!length) return fail(common, exit_code::usage, "--since is a length of time, such as 7d or 12h");
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    const auto before = load_flows_for(common, configuration->flows);
    if (!before) return;
    const auto after = load_flows_for(common, with_folder(configuration->flows, options.folder));
    if (!after) return;
    Stored stored{configuration->store.path};
    const base::WallTime since = runtime::SystemClock{}.wall() - std::chrono::nanoseconds{*length};
    Comparison comparison{stored, before, after, since, options};
    if (!options.json) {
        if (comparison.changes().empty()) {
            std::cout << "The flows are the same.\n";
            return;
        }
        for (const std::string& change : comparison.changes()) std::cout << change << "\n";
        std::cout << "\n";
    }
    if (const auto done = comparison.run(); !done) return fail(common, exit_code::io_error, done.error().detail);
    comparison.report();
}

} // namespace

void add_diff(CLI::App& app, Common& common) {
    CLI::App* command =
        app.add_subcommand("diff", "What other flow files would have done with the events of the past days");
    const auto options = std::make_shared<DiffOptions>();
    command->add_option("--flows", options->folder, "The changed flow files")
        ->type_name("DIR")
        ->required()
        ->check(CLI::ExistingDirectory);
    command->add_option("--since", options->since, "How far back")->type_name("7d")->capture_default_str();
    command->add_option("--most", options->most, "Show at most so many events; 0: all")
        ->type_name("N")
        ->capture_default_str();
    command->add_flag("--json", options->json, "For programs");
    command->footer(
        "Compares the configured flows with those of DIR on what was known when the events were handled.\n"
        "Reads paysync's own store, never the org: what nobody asked then is counted as not known.");
    command->callback([&common, options] { diff(common, *options); });
}

} // namespace paysync::app
