// paysync.
#include "paysync/app/command_line.hpp"

int main(int argc, char** argv) {
    return paysync::app::run_command_line(argc, argv);
}
