// paysync explain
#include "command.hpp"
#include "stored.hpp"
#include "story_words.hpp"

#include <iostream>

namespace paysync::app {

namespace {

void explain(Common& common, const std::string& id, bool as_json) {
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    Stored stored{configuration->store.path};
    const auto story = stored.story(id);
    if (!story) return fail(common, exit_code::io_error, story.error().detail);
    if (story->events.empty() && story->effects.empty() && story->runs.empty())
        return fail(common, exit_code::no_input,
                    "nothing is known of " + id +
                        "; it should be the id of a payment, an event or a Salesforce record");
    if (as_json)
        std::cout << base::to_text(to_json(*story)) << "\n";
    else
        std::cout << to_words(*story, id);
}

} // namespace

void add_explain(CLI::App& app, Common& common) {
    CLI::App* command =
        app.add_subcommand("explain", "The whole story of a payment, an event or a Salesforce record");
    const auto id = std::make_shared<std::string>();
    const auto as_json = std::make_shared<bool>(false);
    command->add_option("id", *id, "pay_…, evt_… or a record's Id")->type_name("ID")->required();
    command->add_flag("--json", *as_json, "For programs");
    command->footer("Its present state first, then what came, then what was written, by which flow and rule.");
    command->callback([&common, id, as_json] { explain(common, *id, *as_json); });
}

} // namespace paysync::app
