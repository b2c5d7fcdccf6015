// Descriptions with their age.
#include "salesforce/description_cache.hpp"

#include "paysync/base/log.hpp"
#include "paysync/base/text.hpp"
#include "salesforce/composite.hpp"

#include <algorithm>
#include <utility>

namespace paysync::salesforce {

namespace {

bool says_no_such_object(const CallFailure& failure) {
    if (!failure.reached) return false; // another server's 404 says nothing of an org
    return failure.error.code == "INVALID_TYPE" || (failure.status == 404 && failure.remedy == Remedy::give_up);
}

} // namespace

DescriptionCache::DescriptionCache(const OrgSettings& settings, runtime::Clock& clock, Caller& caller)
    : settings_{settings}, clock_{clock}, caller_{caller} {}

DescriptionCache::EntryPtr DescriptionCache::entry_of(const std::string& object) {
    EntryPtr& entry = entries_[base::lower(object)];
    if (!entry) entry = std::make_shared<Entry>();
    return entry;
}

Called<Org::Description> DescriptionCache::at_hand(const Entry& entry) {
    if (entry.missing) return *entry.missing;
    return entry.description;
}

Task<Called<Org::Description>> DescriptionCache::get(std::string object) {
    const EntryPtr entry = entry_of(object);
    if (entry->read_at && clock_.steady() < entry->fresh_until) co_return at_hand(*entry);
    co_return co_await share(entry, std::move(object), false);
}

Task<Called<Org::Description>> DescriptionCache::refresh(std::string object) {
    const EntryPtr entry = entry_of(object);
    if (entry->read_at && clock_.steady() - *entry->read_at < description_doubt_interval) co_return at_hand(*entry);
    co_return co_await share(entry, std::move(object), true);
}

Task<bool> DescriptionCache::changed(std::string object) {
    const EntryPtr entry = entry_of(object);
    if (!entry->read_at) co_return false; // nobody decided by what was never read
    const Called<Org::Description> fresh = co_await refresh(object);
    co_return entry->changed_at&& clock_.steady() - *entry->changed_at < description_news_life;
}

Task<Called<Org::Description>> DescriptionCache::share(EntryPtr entry, std::string object, bool whole) {
    std::function<Task<Called<Org::Description>>()> start = [this, entry, object, whole] {
        return fetch(entry, object, whole);
    };
    co_return co_await entry->flight.share(std::move(start));
}

Task<Called<Org::Description>> DescriptionCache::fetch(EntryPtr entry, std::string object, bool whole) {
    Call call;
    call.kind = "describe";
    call.target = data_path(settings_.api_version) + "/sobjects/" + net::percent_encoded(object) + "/describe";
    const auto now = clock_.steady();
    const bool lately = entry->read_at && now - *entry->read_at < description_whole_interval;
    if (!whole && entry->description && lately) call.if_modified_since = entry->last_modified;
    const Called<Reply> reply = co_await caller_.exchange(std::move(call));
    if (reply) co_return take(*entry, *reply);
    if (!says_no_such_object(reply.error())) co_return reply.error();
    take_missing(*entry, reply.error(), object);
    co_return *entry->missing;
}

Called<Org::Description> DescriptionCache::take(Entry& entry, const Reply& reply) {
    const auto now = clock_.steady();
    if (reply.status == 304 && entry.description) {
        entry.fresh_until = now + settings_.describe_lifetime;
        return entry.description;
    }
    const auto read = read_description(reply.body);
    if (!read) return unreadable(read.error().detail, Effect::reads);
    const bool known = entry.description || entry.missing;
    if (known && (!entry.description || !(*entry.description == *read))) {
        entry.changed_at = now;
        base::log::info("salesforce", "an object of the org is described differently now", {{"object", read->name}});
    }
    entry.description = std::make_shared<const ObjectDescription>(*read);
    entry.missing.reset();
    entry.last_modified = reply.last_modified;
    entry.read_at = now;
    entry.fresh_until = now + settings_.describe_lifetime;
    // Only orgs with several currencies have this field, and then on every object (facts 2.10).
    if (entry.description->find("CurrencyIsoCode") != nullptr) multi_currency_ = true;
    return entry.description;
}

void DescriptionCache::take_missing(Entry& entry, const CallFailure& failure, const std::string& object) {
    const auto now = clock_.steady();
    if (entry.description) {
        entry.changed_at = now;
        base::log::warning("salesforce", "an object of the org has gone, or may no longer be seen",
                           {{"object", object}});
    }
    entry.description.reset();
    entry.missing = failure;
    entry.missing->remedy = Remedy::give_up;
    entry.missing->error.message = "the org has no object " + object + " (or the integration user may not see it)";
    entry.read_at = now;
    entry.fresh_until = now + std::min<runtime::Duration>(settings_.describe_lifetime, description_doubt_interval);
}

} // namespace paysync::salesforce
