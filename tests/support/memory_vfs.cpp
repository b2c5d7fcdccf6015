// The methods that SQLite calls, over files that know what of them is durable.
#include "support/memory_vfs.hpp"

#include "support/memory_disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <thread>

namespace paysync::tests {

namespace {

using Guard = std::lock_guard<std::mutex>;

/// What SQLite allocates for an open file; the rest hangs on it.
struct OpenFile : sqlite3_file {
    MemoryVfs::Disk* disk;
    MemoryHandle* handle;
};

MemoryHandle& handle_of(sqlite3_file* file) {
    return *static_cast<OpenFile*>(file)->handle;
}
MemoryVfs::Disk& disk_of(sqlite3_file* file) {
    return *static_cast<OpenFile*>(file)->disk;
}

/// Before a crash: dead. All calls below take the lock of the disk first.
bool dead(sqlite3_file* file) {
    return handle_of(file).epoch != disk_of(file).epoch;
}

int close_file(sqlite3_file* file) {
    {
        const Guard guard{disk_of(file).mutex};
        MemoryHandle& handle = handle_of(file);
        handle.file->locks.erase(&handle);
        if (handle.shared) handle.shared->leave(&handle);
        if (handle.delete_on_close && !dead(file)) disk_of(file).files.erase(handle.file->name);
    }
    delete static_cast<OpenFile*>(file)->handle;
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
    const Guard guard{disk_of(file).mutex};
    if (dead(file)) return SQLITE_IOERR_READ;
    const std::string& content = handle_of(file).file->content;
    const auto from = std::min(static_cast<std::size_t>(offset), content.size());
    const auto wanted = static_cast<std::size_t>(amount);
    const auto given = std::min(wanted, content.size() - from);
    std::memcpy(into, content.data() + from, given);
    if (given == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + given, 0, wanted - given);
    return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
    const Guard guard{disk_of(file).mutex};
    if (dead(file)) return SQLITE_IOERR_WRITE;
    if (disk_of(file).full) return SQLITE_FULL;
    handle_of(file).file->write(static_cast<std::size_t>(offset),
                                std::string(static_cast<const char*>(from), static_cast<std::size_t>(amount)));
    return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const Guard guard{disk_of(file).mutex};
    if (dead(file)) return SQLITE_IOERR_TRUNCATE;
    handle_of(file).file->truncate(static_cast<std::size_t>(size));
    return SQLITE_OK;
}

int sync(sqlite3_file* file, int) {
    const Guard guard{disk_of(file).mutex};
    if (dead(file) || disk_of(file).syncs_fail) return SQLITE_IOERR_FSYNC;
    ++disk_of(file).syncs;
    // SQLite's own VFS syncs the folder when it first syncs a new log or journal.
    if (!handle_of(file).file->ever_synced) disk_of(file).removed.clear();
    handle_of(file).file->sync();
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    const Guard guard{disk_of(file).mutex};
    if (dead(file)) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle_of(file).file->content.size());
    return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
    const Guard guard{disk_of(file).mutex};
    if (dead(file)) return SQLITE_IOERR_LOCK;
    return handle_of(file).file->lock(&handle_of(file), level) ? SQLITE_OK : SQLITE_BUSY;
}

int unlock(sqlite3_file* file, int level) {
    const Guard guard{disk_of(file).mutex};
    handle_of(file).file->unlock(&handle_of(file), level);
    return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* file, int* reserved) {
    const Guard guard{disk_of(file).mutex};
    if (dead(file)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    *reserved = handle_of(file).file->highest_lock(nullptr) >= SQLITE_LOCK_RESERVED ? 1 : 0;
    return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) {
    return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
    return 4096;
}
int device_characteristics(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
    const Guard guard{disk_of(file).mutex};
    *memory = nullptr;
    if (dead(file)) return SQLITE_IOERR_SHMMAP;
    MemoryHandle& handle = handle_of(file);
    if (!handle.shared) handle.shared = handle.file->join_shared(&handle);
    *memory = handle.shared->region(static_cast<std::size_t>(region), static_cast<std::size_t>(size), extend != 0);
    return SQLITE_OK;
}

int lock_shared(sqlite3_file* file, int first, int count, int flags) {
    const Guard guard{disk_of(file).mutex};
    MemoryHandle& handle = handle_of(file);
    if (!handle.shared) return SQLITE_IOERR_SHMLOCK;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        handle.shared->unlock(&handle, first, count);
        return SQLITE_OK;
    }
    if (dead(file)) return SQLITE_IOERR_SHMLOCK;
    return handle.shared->lock(&handle, first, count, (flags & SQLITE_SHM_EXCLUSIVE) != 0) ? SQLITE_OK : SQLITE_BUSY;
}

void barrier(sqlite3_file* file) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const Guard guard{disk_of(file).mutex}; // as SQLite's own: some compilers need more than the fence
}

int unmap_shared(sqlite3_file* file, int) {
    const Guard guard{disk_of(file).mutex};
    MemoryHandle& handle = handle_of(file);
    if (!handle.shared) return SQLITE_OK;
    handle.shared->leave(&handle);
    handle.shared.reset();
    handle.file->drop_unused_shared();
    return SQLITE_OK;
}

const sqlite3_io_methods methods = [] {
    sqlite3_io_methods io{};
    io.iVersion = 2; // with shared memory, without mapped files
    io.xClose = close_file;
    io.xRead = read;
    io.xWrite = write;
    io.xTruncate = truncate;
    io.xSync = sync;
    io.xFileSize = file_size;
    io.xLock = lock;
    io.xUnlock = unlock;
    io.xCheckReservedLock = check_reserved_lock;
    io.xFileControl = file_control;
    io.xSectorSize = sector_size;
    io.xDeviceCharacteristics = device_characteristics;
    io.xShmMap = map_shared;
    io.xShmLock = lock_shared;
    io.xShmBarrier = barrier;
    io.xShmUnmap = unmap_shared;
    return io;
}();

MemoryVfs::Disk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<MemoryVfs::Disk*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    MemoryVfs::Disk& disk = disk_of(vfs);
    const Guard guard{disk.mutex};
    file->pMethods = nullptr; // SQLite closes only what has methods
    const std::string path = name != nullptr ? name : "temporary-" + std::to_string(disk.temporaries++);
    auto found = disk.files.find(path);
    if (found == disk.files.end()) {
        if (name != nullptr && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
        if (disk.full) return SQLITE_FULL;
        found = disk.files.emplace(path, std::make_shared<MemoryFile>(path)).first;
    }
    auto* opened = static_cast<OpenFile*>(file);
    opened->disk = &disk;
    opened->handle =
        new MemoryHandle{found->second, disk.epoch, name == nullptr || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0, {}};
    opened->pMethods = &methods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    MemoryVfs::Disk& disk = disk_of(vfs);
    const Guard guard{disk.mutex};
    return disk.remove(name, sync_folder != 0) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int access(sqlite3_vfs* vfs, const char* name, int, int* result) {
    MemoryVfs::Disk& disk = disk_of(vfs);
    const Guard guard{disk.mutex};
    *result = disk.files.contains(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* into) {
    sqlite3_snprintf(size, into, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* into) {
    MemoryVfs::Disk& disk = disk_of(vfs);
    const Guard guard{disk.mutex};
    for (int i = 0; i < size; ++i) into[i] = static_cast<char>(disk.next_random() & 0xffU);
    return size;
}

/// Who waits for another thread's lock lets it run; on one thread nothing would change by waiting.
int pause(sqlite3_vfs*, int microseconds) {
    std::this_thread::yield();
    return microseconds;
}

constexpr sqlite3_int64 noon_in_2026 = 212662584000000 + 43200000; // Julian day in milliseconds; nothing stores it

int current_time(sqlite3_vfs*, sqlite3_int64* milliseconds) {
    *milliseconds = noon_in_2026;
    return SQLITE_OK;
}

int current_day(sqlite3_vfs*, double* day) {
    *day = static_cast<double>(noon_in_2026) / 86400000.0;
    return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
    return 0;
}

} // namespace

MemoryVfs::MemoryVfs() : disk_{std::make_unique<Disk>()} {
    static std::atomic<int> made{0};
    disk_->name = "paysync-memory-" + std::to_string(++made);
    sqlite3_vfs& vfs = disk_->vfs;
    vfs.iVersion = 2;
    vfs.szOsFile = sizeof(OpenFile);
    vfs.mxPathname = 512;
    vfs.zName = disk_->name.c_str();
    vfs.pAppData = disk_.get();
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    vfs.xAccess = access;
    vfs.xFullPathname = full_path;
    vfs.xRandomness = randomness;
    vfs.xSleep = pause;
    vfs.xCurrentTime = current_day;
    vfs.xGetLastError = last_error;
    vfs.xCurrentTimeInt64 = current_time;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) throw std::bad_alloc{};
}

MemoryVfs::~MemoryVfs() {
    sqlite3_vfs_unregister(&disk_->vfs);
}

const std::string& MemoryVfs::name() const {
    return disk_->name;
}

void MemoryVfs::crash() {
    const Guard guard{disk_->mutex};
    disk_->crash([](std::size_t) { return std::size_t{0}; });
}

void MemoryVfs::crash(std::uint64_t seed) {
    const Guard guard{disk_->mutex};
    std::uint64_t state = seed;
    disk_->crash([&state](std::size_t bound) { return static_cast<std::size_t>(draw(state) % (bound + 1)); });
}

void MemoryVfs::full(bool on) {
    const Guard guard{disk_->mutex};
    disk_->full = on;
}

void MemoryVfs::fail_syncs(bool on) {
    const Guard guard{disk_->mutex};
    disk_->syncs_fail = on;
}

void MemoryVfs::damage(const std::string& path) {
    const Guard guard{disk_->mutex};
    const auto found = disk_->files.find(path);
    if (found != disk_->files.end()) found->second->damage();
}

bool MemoryVfs::exists(const std::string& path) const {
    const Guard guard{disk_->mutex};
    return disk_->files.contains(path);
}

std::size_t MemoryVfs::size(const std::string& path) const {
    const Guard guard{disk_->mutex};
    const auto found = disk_->files.find(path);
    return found == disk_->files.end() ? 0 : found->second->content.size();
}

std::size_t MemoryVfs::syncs() const {
    const Guard guard{disk_->mutex};
    return disk_->syncs;
}

} // namespace paysync::tests
