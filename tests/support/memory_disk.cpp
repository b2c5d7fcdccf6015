// What a disk does: keep, forget, lock.
#include "support/memory_disk.hpp"

#include <algorithm>

namespace paysync::tests {

namespace {
constexpr std::size_t sector = 512;
} // namespace

std::uint64_t draw(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

void* SharedMemory::region(std::size_t index, std::size_t size, bool extend) {
    if (index >= regions_.size() && !extend) return nullptr;
    while (regions_.size() <= index)
        regions_.push_back(std::make_unique<std::vector<std::uint64_t>>(size / sizeof(std::uint64_t)));
    return regions_[index]->data();
}

bool SharedMemory::lock(const MemoryHandle* who, int first, int count, bool exclusive) {
    const auto begin = slots_.begin() + first;
    const auto end = begin + count;
    const bool free = std::all_of(begin, end, [&](const Slot& slot) {
        if (slot.exclusive != nullptr && slot.exclusive != who) return false;
        if (!exclusive) return true;
        return slot.shared.empty() || (slot.shared.size() == 1 && slot.shared.contains(who));
    });
    if (!free) return false;
    std::for_each(begin, end, [&](Slot& slot) {
        if (exclusive) {
            slot.exclusive = who;
        } else {
            slot.shared.insert(who);
        }
    });
    return true;
}

void SharedMemory::unlock(const MemoryHandle* who, int first, int count) {
    std::for_each(slots_.begin() + first, slots_.begin() + first + count, [&](Slot& slot) {
        if (slot.exclusive == who) slot.exclusive = nullptr;
        slot.shared.erase(who);
    });
}

void SharedMemory::leave(const MemoryHandle* who) {
    unlock(who, 0, SQLITE_SHM_NLOCK);
    users_.erase(who);
}

void MemoryFile::Change::apply(std::string& to) const {
    if (truncates) {
        if (offset < to.size()) to.resize(offset);
        return;
    }
    if (to.size() < offset + bytes.size()) to.resize(offset + bytes.size());
    to.replace(offset, bytes.size(), bytes);
}

void MemoryFile::write(std::size_t offset, std::string bytes) {
    unsynced.push_back(Change{false, offset, std::move(bytes)});
    unsynced.back().apply(content);
}

void MemoryFile::truncate(std::size_t size) {
    unsynced.push_back(Change{true, size, {}});
    unsynced.back().apply(content);
}

void MemoryFile::sync() {
    for (const Change& change : unsynced) change.apply(durable);
    unsynced.clear();
    ever_synced = true;
}

void MemoryFile::damage() {
    constexpr std::size_t header = 100;
    for (std::string* bytes : {&content, &durable})
        if (bytes->size() > header) std::fill(bytes->begin() + header, bytes->end(), '\0');
}

void MemoryFile::lose(const std::function<std::size_t(std::size_t)>& choose) {
    const std::size_t kept = choose(unsynced.size());
    for (std::size_t i = 0; i < kept; ++i) unsynced[i].apply(durable);
    if (kept > 0) ever_synced = true;
    if (kept < unsynced.size() && !unsynced[kept].truncates) {
        Change torn = unsynced[kept];
        torn.bytes.resize(choose(torn.bytes.size() / sector) * sector);
        if (!torn.bytes.empty()) torn.apply(durable);
    }
    unsynced.clear();
    content = durable;
    locks.clear();
    shared.reset();
}

int MemoryFile::highest_lock(const MemoryHandle* except) const {
    int highest = SQLITE_LOCK_NONE;
    for (const auto& [who, level] : locks)
        if (who != except) highest = std::max(highest, level);
    return highest;
}

bool MemoryFile::lock(const MemoryHandle* who, int level) {
    int& mine = locks[who];
    if (mine >= level) return true;
    const int others = highest_lock(who);
    if (level == SQLITE_LOCK_SHARED) {
        if (others >= SQLITE_LOCK_PENDING) return false;
    } else if (others >= SQLITE_LOCK_RESERVED) {
        return false;
    } else if (level == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
        mine = SQLITE_LOCK_PENDING; // no new readers; the present ones may end
        return false;
    }
    mine = level;
    return true;
}

void MemoryFile::unlock(const MemoryHandle* who, int level) {
    const auto held = locks.find(who);
    if (held != locks.end()) held->second = std::min(held->second, level);
}

std::shared_ptr<SharedMemory> MemoryFile::join_shared(const MemoryHandle* who) {
    if (!shared) shared = std::make_shared<SharedMemory>();
    shared->enter(who);
    return shared;
}

void MemoryFile::drop_unused_shared() {
    if (shared && shared->unused()) shared.reset();
}

bool MemoryVfs::Disk::remove(const std::string& path, bool durably) {
    const auto found = files.find(path);
    if (found == files.end()) return false;
    if (durably) {
        removed.clear(); // one folder: syncing it makes every removal so far durable
    } else if (found->second->ever_synced) {
        removed[path] = found->second;
    }
    files.erase(found);
    return true;
}

void MemoryVfs::Disk::crash(const std::function<std::size_t(std::size_t)>& choose) {
    ++epoch;
    for (const auto& [path, file] : removed) files.emplace(path, file); // unless it was made anew
    removed.clear();
    for (auto at = files.begin(); at != files.end();) {
        at->second->lose(choose);
        at = at->second->ever_synced ? std::next(at) : files.erase(at);
    }
}

} // namespace paysync::tests
