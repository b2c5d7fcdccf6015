// Routing of resources, and the writing of rows that single records and collections share.
#include "sandbox/salesforce_api.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

RowError not_locked(const std::string& record) {
    return {"UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: " + record, {}};
}

} // namespace

runtime::Task<Reply> SalesforceApi::call(ResourceRequest request, runtime::Duration latency) {
    const std::vector<std::string> parts = request.parts();
    const bool envelope = !parts.empty() && parts.front() == "composite" &&
                          (parts.size() == 1 || parts[1] == "batch" || parts[1] == "graph" || parts[1] == "tree");
    if (envelope && request.method == "POST") {
        if (parts.size() == 1) co_return co_await composite(std::move(request), latency);
        if (parts.size() == 2 && parts[1] == "batch") co_return co_await batch(std::move(request), latency);
        if (parts.size() == 2 && parts[1] == "graph") co_return co_await graph(std::move(request), latency);
        const ObjectDefinition* object = parts.size() == 3 ? org_.catalog().find(parts[2]) : nullptr;
        if (object != nullptr) co_return co_await tree(std::move(request), *object, latency);
        co_return not_found_reply();
    }
    AccountLocks::Holder holder{locks_};
    Transaction transaction{holder, latency, nullptr};
    co_return co_await run(std::move(request), transaction);
}

runtime::Task<Reply> SalesforceApi::run(ResourceRequest request, Transaction& transaction) {
    std::vector<std::string> parts = request.parts();
    const std::string first = parts.empty() ? std::string{} : parts.front();
    if (first == "sobjects" && parts.size() > 1)
        co_return co_await sobjects(std::move(request), std::move(parts), transaction);
    if (first == "composite" && parts.size() > 1 && parts[1] == "sobjects")
        co_return co_await collection(std::move(request), std::move(parts), transaction);
    co_await clock_.sleep_for(transaction.pause);
    if (first == "actions") co_return actions_.answer(request, parts, clock_.wall());
    if (first == "query" || first == "queryAll") {
        if (request.method != "GET") co_return method_not_allowed(request.method, "HEAD,GET");
        co_return query(request, parts);
    }
    if (auto found = discover(request, parts)) co_return std::move(*found);
    co_return not_found_reply();
}

runtime::Task<> SalesforceApi::take_locks(std::vector<PlannedRow>& rows, Transaction& transaction) {
    std::vector<std::set<std::string>> touched;
    std::set<std::string> wanted;
    for (PlannedRow& row : rows) {
        touched.emplace_back();
        if (row.error) continue;
        touched.back() = org_.accounts_touched(*row.object, row.id, row.values);
        if (faults_.lock_rows > 0 && chance_.happens(faults_.lock_rows)) {
            const std::string& named = touched.back().empty() ? row.id : *touched.back().begin();
            row.error = not_locked(named);
            continue;
        }
        wanted.insert(touched.back().begin(), touched.back().end());
    }
    const std::set<std::string> missed = co_await transaction.locks.acquire(std::move(wanted));
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (const std::string& account : touched[i])
            if (!rows[i].error && missed.contains(account)) rows[i].error = not_locked(account);
}

runtime::Task<> SalesforceApi::write(std::vector<PlannedRow>& rows, bool all_or_none, WriteOptions options,
                                     Transaction& transaction) {
    co_await take_locks(rows, transaction);
    co_await clock_.sleep_for(transaction.pause);
    const base::WallTime now = clock_.wall();
    Journal journal;
    bool failed = false;
    for (PlannedRow& row : rows) {
        if (!row.error) {
            Written written;
            switch (row.action) {
            case PlannedRow::Action::create:
                written = org_.insert(*row.object, row.values, options, now, journal);
                break;
            case PlannedRow::Action::update:
                written = org_.update(*row.object, row.id, row.values, options, now, journal);
                break;
            case PlannedRow::Action::erase: written = org_.erase(row.id, now, journal); break;
            }
            row.error = std::move(written.error);
            if (!row.error) row.id = std::move(written.id);
        }
        failed = failed || row.error.has_value();
    }
    if (all_or_none && failed) {
        org_.roll_back(journal);
        for (PlannedRow& row : rows)
            if (!row.error)
                row.error = RowError{"ALL_OR_NONE_OPERATION_ROLLED_BACK",
                                     "Record rolled back because not all records were valid and the request was "
                                     "using AllOrNone header",
                                     {}};
    }
    if (transaction.journal != nullptr)
        std::move(journal.begin(), journal.end(), std::back_inserter(*transaction.journal));
    else
        transaction.locks.release();
}

} // namespace paysync::sandbox
