// Reading a whole file.
#include "file_text.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace paysync::app {

base::Result<std::string> read_file_text(const std::filesystem::path& file) {
    std::error_code failure;
    if (std::filesystem::is_directory(file, failure))
        return base::Error{base::Errc::unavailable, file.string() + " is a folder"};
    errno = 0;
    std::ifstream in{file, std::ios::binary};
    if (!in) {
        const int reason = errno;
        return base::Error{reason == ENOENT ? base::Errc::not_found : base::Errc::unavailable,
                           file.string() + " cannot be read: " + std::strerror(reason)};
    }
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) return base::Error{base::Errc::unavailable, file.string() + " cannot be read to its end"};
    return text;
}

} // namespace paysync::app
