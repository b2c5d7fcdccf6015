// The files of the disk in memory: what a program sees, what would survive, and who holds which lock.
#pragma once

#include "support/memory_vfs.hpp"

#include <sqlite3.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace paysync::tests {

struct MemoryHandle;

/// Next number of a sequence (splitmix64).
std::uint64_t draw(std::uint64_t& state);

/// The index of the write-ahead log, shared by the connections of one process.
class SharedMemory {
public:
    /// Null when the region does not exist and `extend` is false.
    void* region(std::size_t index, std::size_t size, bool extend);
    bool lock(const MemoryHandle* who, int first, int count, bool exclusive);
    void unlock(const MemoryHandle* who, int first, int count);
    void enter(const MemoryHandle* who) { users_.insert(who); }
    void leave(const MemoryHandle* who);
    bool unused() const { return users_.empty(); }

private:
    struct Slot {
        const MemoryHandle* exclusive = nullptr;
        std::set<const MemoryHandle*> shared;
    };
    std::vector<std::unique_ptr<std::vector<std::uint64_t>>> regions_; // of numbers: SQLite wants them aligned
    std::array<Slot, SQLITE_SHM_NLOCK> slots_;
    std::set<const MemoryHandle*> users_;
};

struct MemoryFile {
    explicit MemoryFile(std::string path) : name{std::move(path)} {}

    void write(std::size_t offset, std::string bytes);
    void truncate(std::size_t size);
    void sync();
    void damage();
    /// Loses what was not synced, except for a prefix: `choose(n)` gives how many of n are kept.
    void lose(const std::function<std::size_t(std::size_t)>& choose);

    bool lock(const MemoryHandle* who, int level);
    void unlock(const MemoryHandle* who, int level);
    int highest_lock(const MemoryHandle* except) const;
    std::shared_ptr<SharedMemory> join_shared(const MemoryHandle* who);
    void drop_unused_shared();

    /// A change since the last sync.
    struct Change {
        bool truncates = false;
        std::size_t offset = 0; ///< or the new size
        std::string bytes;
        void apply(std::string& to) const;
    };

    std::string name;
    std::string content;
    std::string durable;
    bool ever_synced = false;
    std::vector<Change> unsynced;
    std::map<const MemoryHandle*, int> locks;
    std::shared_ptr<SharedMemory> shared;
};

struct MemoryHandle {
    std::shared_ptr<MemoryFile> file;
    std::uint64_t epoch;
    bool delete_on_close;
    std::shared_ptr<SharedMemory> shared;
};

class MemoryVfs::Disk {
public:
    bool remove(const std::string& path, bool durably);
    void crash(const std::function<std::size_t(std::size_t)>& choose);
    std::uint64_t next_random() { return draw(random_state_); }

    std::mutex mutex; // guards all below, and everything that hangs on it
    sqlite3_vfs vfs{};
    std::string name;
    std::map<std::string, std::shared_ptr<MemoryFile>> files;
    std::map<std::string, std::shared_ptr<MemoryFile>> removed; ///< come back at a crash: the folder was not synced
    std::uint64_t epoch = 0;                                    ///< counts crashes
    std::size_t syncs = 0;
    std::size_t temporaries = 0;
    bool full = false;
    bool syncs_fail = false;

private:
    std::uint64_t random_state_ = 0;
};

} // namespace paysync::tests
