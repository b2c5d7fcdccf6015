// The planted bugs: wrappers at the daemon's own seams, so that the daemon's code is not touched.
#pragma once

#include "paysync/net/transport.hpp"
#include "paysync/store/store.hpp"

#include <memory>

namespace paysync::simulation {

std::unique_ptr<store::Store> acknowledge_before_commit(std::unique_ptr<store::Store> store);
std::unique_ptr<store::Store> stamp_with_arrival(std::unique_ptr<store::Store> store);
std::unique_ptr<net::Transport> create_again_after_time_out(std::unique_ptr<net::Transport> transport);

} // namespace paysync::simulation
