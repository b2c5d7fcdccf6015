// Sending rows, and what each task has of it.
#include "sync/batch.hpp"

#include "paysync/base/crash_point.hpp"
#include "paysync/base/text.hpp"

#include <algorithm>

namespace paysync::sync {

namespace {

using salesforce::Remedy;
using salesforce::RowResult;

/// Under which names this party writes: the records, their keys, and for records to be made whatever it looked for
/// and did not find.
std::vector<std::string> keys_of(const Batch& batch, const PartyBatch& party) {
    std::set<std::string> keys;
    std::set<std::string> made_objects;
    for (const TaskIndex index : party.tasks) {
        const FlowTask& task = batch.tasks[index];
        if (task.refusal) continue;
        for (const flow::RecordWrite& write : task.plan.writes) {
            keys.insert(write.object + "|" + (write.id.empty() ? write.token : write.id));
            if (!write.key.empty()) keys.insert(write.object + "|" + base::lower(base::to_text(write.key)));
            if (write.id.empty()) made_objects.insert(write.object);
        }
    }
    for (const flow::Question& question : party.asked)
        if (made_objects.contains(question.object)) keys.insert(base::lower(question.key()));
    return {keys.begin(), keys.end()};
}

class Writer {
public:
    Writer(Batch& batch, const Surround& around) : batch_{batch}, around_{around} {}

    runtime::Task<Stepped<void>> run() {
        take_keys();
        Rows rows;
        for (const PartyBatch& party : batch_.parties)
            if (!party.returned)
                for (const TaskIndex index : party.tasks)
                    if (!batch_.tasks[index].refusal)
                        for (const flow::RecordWrite& write : batch_.tasks[index].plan.writes) rows.add(index, write);
        Rows::Prepared prepared = rows.prepare(batch_.descriptions);
        const bool described_anew = co_await describe_anew(prepared.doubted);
        if (described_anew) prepared = rows.prepare(batch_.descriptions);
        for (auto& [task, refusal] : prepared.refusals) batch_.tasks[task].refusal = std::move(refusal);
        for (const TaskIndex task : prepared.later) batch_.tasks[task].later = true;
        for (FlowTask& task : batch_.tasks)
            if (!task.refusal && task.plan.outcome == flow::Plan::Outcome::unfinished) task.later = true;
        for (const Row& row : prepared.unchanged) note_effects(row, row.id, "unchanged");
        auto sent = co_await send(prepared.rows);
        give_keys_back();
        co_return sent;
    }

private:
    void take_keys() {
        for (PartyBatch& party : batch_.parties) {
            std::vector<std::string> keys = keys_of(batch_, party);
            if (around_.write_keys.take(keys, batch_.asked_at))
                party.write_keys = std::move(keys);
            else
                party.returned = true; // somebody else writes there: ask again, on what he will have written
        }
    }

    void give_keys_back() {
        for (PartyBatch& party : batch_.parties)
            around_.write_keys.give_back(std::exchange(party.write_keys, {}), sent_any_);
    }

    /// What the descriptions refuse may be theirs and not the org's any more: a new field, a new value of a picklist.
    /// True when one of them changed.
    runtime::Task<bool> describe_anew(const std::set<std::string>& objects) {
        bool any_changed = false;
        for (const std::string& object : objects) {
            auto fresh = co_await around_.org.describe_anew(object);
            if (!fresh) continue; // gone, or nobody answers: it stays refused as it is
            auto& known = batch_.descriptions[object];
            any_changed = any_changed || !known || !(*known == **fresh);
            known = *fresh;
        }
        co_return any_changed;
    }

    runtime::Task<Stepped<void>> send(const std::vector<Row>& rows) {
        base::crash_point("sync.before_write");
        for (const Call& call : pack_calls(rows)) {
            std::vector<salesforce::Collection> collections = call.collections;
            sent_any_ = true;
            auto results = co_await around_.org.write(std::move(collections));
            ++batch_.calls;
            base::crash_point("sync.after_write");
            if (!results && is_outage(results.error())) co_return outage_of(results.error());
            for (std::size_t c = 0; c < call.rows.size(); ++c) {
                for (std::size_t r = 0; r < call.rows[c].size(); ++r) {
                    const Row& row = rows[call.rows[c][r]];
                    const RowResult result = results ? results->at(c).at(r) : as_row(results.error());
                    if (!result.success && (result.remedy == Remedy::pause || result.remedy == Remedy::slow_down))
                        co_return outage_of(result.error);
                    note_result(row, result);
                }
            }
        }
        co_return boost::system::in_place_value;
    }

    static RowResult as_row(const salesforce::CallFailure& failure) {
        RowResult result;
        result.remedy = failure.remedy;
        result.error = failure.error;
        if (result.error.code.empty()) result.error.code = "HTTP " + std::to_string(failure.status);
        return result;
    }

    void note_result(const Row& row, const RowResult& result) {
        if (result.success) {
            if (!row.token.empty()) batch_.ids[row.token] = row.id.empty() ? result.id : row.id;
            note_effects(row, row.id.empty() ? result.id : row.id,
                         row.id.empty() && result.created ? "created" : "updated");
            return;
        }
        around_.metrics.count("paysync_records_total", {{"object", row.object}, {"outcome", "failed"}});
        Failure failure{result.remedy, result.error.code, result.error.code + ": " + result.error.message,
                        row.object};
        // A child cannot stand when its parent fell: it has its parent's verdict, not the error that followed from
        // it.
        for (const std::string& parent : row.parents)
            if (const auto fell = failed_tokens_.find(parent); fell != failed_tokens_.end()) failure = fell->second;
        if (!row.token.empty()) failed_tokens_[row.token] = failure;
        for (const TaskIndex index : row.tasks) {
            FlowTask& task = batch_.tasks[index];
            if (task.refusal) continue;
            task.refusal = Refusal{row.steps.at(index), failure.cause, failure.object + ": " + failure.reason,
                                   flow::Json{{"sent", row.record}, {"fields", result.error.fields}}};
            task.remedy = failure.remedy;
        }
    }

    void note_effects(const Row& row, const std::string& id, const std::string& outcome) {
        around_.metrics.count("paysync_records_total", {{"object", row.object}, {"outcome", outcome}});
        for (const TaskIndex index : row.tasks) {
            FlowTask& task = batch_.tasks[index];
            if (outcome == "unchanged" && task.again) continue; // deciding again and finding all well is no news
            store::Effect& effect = task.effects.emplace_back(begin_effect(task, around_));
            effect.step = row.steps.at(index);
            effect.object = row.object;
            effect.record_id = id;
            effect.rule = row.rules.at(index);
            effect.outcome = outcome;
            effect.values = row.record;
            effect.old_values = row.old_values;
            effect.at = around_.clock.wall();
        }
    }

    struct Failure {
        Remedy remedy;
        std::string cause;
        std::string reason;
        std::string object;
    };

    Batch& batch_;
    const Surround& around_;
    bool sent_any_ = false;
    std::map<std::string, Failure> failed_tokens_;
};

} // namespace

runtime::Task<Stepped<void>> write(Batch& batch, const Surround& around) {
    Writer writer{batch, around};
    co_return co_await writer.run();
}

} // namespace paysync::sync
