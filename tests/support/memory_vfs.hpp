// A disk in memory for SQLite that can lose power, be full and fail: for the simulation and for crash tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace paysync::tests {

/// Registered with SQLite under name() while it lives; hand that name to SqliteSettings::vfs. It outlives every
/// connection that uses it. What is written is volatile until that file is synced. Starts no thread, reads no clock,
/// draws no chance but from the seeds given, so one thread gives the same run each time; calls from several threads
/// are safe.
class MemoryVfs {
public:
    MemoryVfs();
    ~MemoryVfs();
    MemoryVfs(const MemoryVfs&) = delete;
    MemoryVfs& operator=(const MemoryVfs&) = delete;

    const std::string& name() const;

    /// The power goes: everything since each file's last sync is lost. Connections opened before are dead: their
    /// calls fail with an I/O error and reach nothing. The files can be opened anew at once.
    void crash();

    /// The same, but of each file's writes since its last sync a prefix drawn from `seed` survives, the last of
    /// them perhaps in part (whole sectors of 512 bytes).
    void crash(std::uint64_t seed);

    void full(bool on);       ///< while on, writes fail as on a full disk
    void fail_syncs(bool on); ///< while on, syncs fail and make nothing durable

    /// Overwrites all but the first 100 bytes of a file with zeros, on the disk and in what is read.
    void damage(const std::string& path);

    bool exists(const std::string& path) const;
    std::size_t size(const std::string& path) const; ///< as programs see it; 0 when there is none
    std::size_t syncs() const;                       ///< so far, of all files

    class Disk;

private:
    std::unique_ptr<Disk> disk_;
};

} // namespace paysync::tests
