// flock on a file beside the database: SQLite's own locks would shut out readers too.
#include "store/sqlite/file_lock.hpp"

#include "paysync/store/sqlite_store.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace paysync::store::sqlite {

namespace {

constexpr mode_t owner_and_group = 0640;

[[noreturn]] void refuse(const std::string& path, int error) {
    const auto folder = std::filesystem::absolute(path).parent_path();
    if (error == ENOENT && !std::filesystem::exists(folder))
        throw OpenFailure(OpenFailure::Why::no_place,
                          "The folder " + folder.string() +
                              " for the store does not exist: create it and give it to the user that runs paysync.");
    if (error == EACCES || error == EPERM || error == EROFS || error == ENOTDIR || error == EISDIR)
        throw OpenFailure(OpenFailure::Why::no_place, "The store's file " + path +
                                                          " cannot be opened: " + std::strerror(error) +
                                                          ". The user that runs paysync must own its folder.");
    throw std::runtime_error("The store's file " + path + " cannot be opened: " + std::strerror(error) + ".");
}

std::string holder(int descriptor) {
    char text[32] = {};
    const auto length = pread(descriptor, text, sizeof text - 1, 0);
    return length > 0 ? " (process " + std::string(text, static_cast<std::size_t>(length)) + ")" : "";
}

} // namespace

FileLock::FileLock(const std::string& path) {
    const std::string name = path + ".lock";
    descriptor_ = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_and_group);
    if (descriptor_ < 0) refuse(name, errno);
    if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        const std::string who = holder(descriptor_);
        close(descriptor_);
        if (error != EWOULDBLOCK) refuse(name, error);
        throw OpenFailure(OpenFailure::Why::in_use, "Another paysync" + who + " uses the store " + path +
                                                        ": stop it first, or give this one a store of its own.");
    }
    // The number is a hint for people; the lock holds without it, so a full disk does not matter here.
    const std::string pid = std::to_string(getpid());
    if (ftruncate(descriptor_, 0) != 0 || pwrite(descriptor_, pid.data(), pid.size(), 0) < 0) return;
}

FileLock::~FileLock() {
    close(descriptor_);
}

void create_private_file(const std::string& path) {
    // O_EXCL: closing any descriptor of an existing file would drop the locks that SQLite holds on it in this
    // process.
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, owner_and_group);
    if (descriptor >= 0) {
        close(descriptor);
    } else if (errno != EEXIST) {
        refuse(path, errno);
    }
}

} // namespace paysync::store::sqlite
