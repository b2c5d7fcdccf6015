#include "app/watched_files.hpp"

#include "scratch_folder.hpp"

#include <gtest/gtest.h>

namespace paysync::app {
namespace {

TEST(WatchedFiles, NoticeWhatIsWrittenMadeAndRemoved) {
    const ScratchFolder folder;
    folder.write("flows/a.yaml", "flow: a");
    WatchedFiles files;
    EXPECT_TRUE(files.empty());
    files.add(folder.path() / "flows");
    files.add(folder.path() / "functions.jq"); // not there yet
    files.remember();
    EXPECT_FALSE(files.changed());

    folder.write("flows/a.yaml", "flow: ab");
    EXPECT_TRUE(files.changed());
    files.remember();
    EXPECT_FALSE(files.changed());

    folder.write("flows/samples/one.json", "{}");
    EXPECT_TRUE(files.changed());
    files.remember();
    folder.write("functions.jq", "def a: 1;");
    EXPECT_TRUE(files.changed());
    files.remember();
    std::filesystem::remove(folder.path() / "flows/a.yaml");
    EXPECT_TRUE(files.changed());
    files.remember();
    folder.write("elsewhere.txt", "");
    EXPECT_FALSE(files.changed());
}

} // namespace
} // namespace paysync::app
