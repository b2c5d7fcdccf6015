// Modes and owners of files.
#include "file_access.hpp"

#include <array>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace paysync::app {

namespace {

constexpr std::size_t name_buffer_size = 4096;

std::string user_name(uid_t user) {
    std::array<char, name_buffer_size> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return "number " + std::to_string(user);
}

std::string group_name(gid_t id) {
    std::array<char, name_buffer_size> buffer{};
    group entry{};
    group* found = nullptr;
    if (getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return found->gr_name;
    return std::to_string(id);
}

std::string mode_text(mode_t mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
    return text.data();
}

/// The first folder on the way to the file that this user may not enter.
std::filesystem::path closed_folder(const std::filesystem::path& file) {
    std::filesystem::path folder;
    for (const auto& part : std::filesystem::absolute(file).parent_path()) {
        folder /= part;
        if (faccessat(AT_FDCWD, folder.c_str(), X_OK, AT_EACCESS) != 0 && errno == EACCES) return folder;
    }
    return {};
}

} // namespace

std::string reading_advice(const std::filesystem::path& file) {
    if (faccessat(AT_FDCWD, file.c_str(), R_OK, AT_EACCESS) == 0 || errno != EACCES) return {};
    const std::string who = "this process is user " + user_name(geteuid()) + ", group " + group_name(getegid());
    const std::filesystem::path folder = closed_folder(file);
    if (!folder.empty()) return who + ", which may not enter " + folder.string() + ": chmod a+x that folder";
    struct stat known {};
    if (stat(file.c_str(), &known) != 0) return who;
    return who + "; the file is of " + user_name(known.st_uid) + ":" + group_name(known.st_gid) + " with mode " +
           mode_text(known.st_mode) + ": chgrp " + group_name(getegid()) + " and chmod 640 it";
}

void warn_when_public(const std::filesystem::path& file, const yaml::Place& place, const std::string& name,
                      yaml::Problems& problems) {
    struct stat known {};
    if (stat(file.c_str(), &known) != 0 || (known.st_mode & S_IROTH) == 0) return;
    problems.warning(place,
                     name + ": everybody on this machine may read " + file.string() + " (mode " +
                         mode_text(known.st_mode) + ")",
                     "chmod 640 it, with the daemon's group as its group");
}

} // namespace paysync::app
