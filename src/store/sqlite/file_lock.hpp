// One daemon per file.
#pragma once

#include <string>

namespace paysync::store::sqlite {

/// Holds `<path>.lock` while it lives; the kernel lets go of it when the process dies, however it dies.
class FileLock {
public:
    /// Throws OpenFailure when another process holds it or the folder does not allow it.
    explicit FileLock(const std::string& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int descriptor_;
};

/// Creates an empty file that others cannot read: it will hold personal data. SQLite gives its log the same rights.
/// Does nothing when the file exists. Throws as FileLock does.
void create_private_file(const std::string& path);

} // namespace paysync::store::sqlite
