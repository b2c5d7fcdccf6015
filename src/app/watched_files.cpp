// Compares times of writing and sizes: right on every file system, and cheap for some hundred files.
#include "watched_files.hpp"

#include <system_error>

namespace paysync::app {

WatchedFiles::Looks WatchedFiles::look() const {
    namespace fs = std::filesystem;
    Looks looks;
    const auto add = [&looks](const fs::path& file) {
        std::error_code failure; // a file may go away while we look: then it is not there
        const auto written = fs::last_write_time(file, failure);
        if (failure) return;
        const std::uintmax_t size = fs::is_regular_file(file, failure) ? fs::file_size(file, failure) : 0;
        looks[file] = {written, size};
    };
    for (const fs::path& path : paths_) {
        add(path);
        std::error_code failure;
        if (!fs::is_directory(path, failure)) continue;
        for (fs::recursive_directory_iterator entry{path, failure}, end; !failure && entry != end;
             entry.increment(failure))
            add(entry->path());
    }
    return looks;
}

} // namespace paysync::app
