// Files of which a command wants to know when they change.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

namespace paysync::app {

class WatchedFiles {
public:
    /// A file, whether it is there or not, or a folder with everything below it.
    void add(const std::filesystem::path& path) { paths_.insert(path); }
    bool empty() const { return paths_.empty(); }

    /// What the files are like now. Call it before they are read, so that no change falls in between.
    void remember() { remembered_ = look(); }
    /// Made, removed or written since remember()?
    bool changed() const { return look() != remembered_; }

private:
    using Looks = std::map<std::filesystem::path, std::pair<std::filesystem::file_time_type, std::uintmax_t>>;
    Looks look() const;

    std::set<std::filesystem::path> paths_;
    Looks remembered_;
};

} // namespace paysync::app
