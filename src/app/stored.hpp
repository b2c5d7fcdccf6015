// The store as commands read it, beside a running daemon.
#pragma once

#include "paysync/runtime/workers.hpp"
#include "paysync/store/store.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

namespace paysync::app {

/// Opens the file for reading at the first question. Every answer may be an error that says why it cannot be read.
class Stored {
public:
    explicit Stored(std::string path);
    ~Stored();

    base::Result<store::Counts> counts();
    base::Result<store::Story> story(const std::string& id);
    base::Result<std::vector<store::DueRun>> runs(store::RunState state, std::size_t limit);
    base::Result<std::vector<store::StoredEvent>> recent(std::size_t limit);

private:
    base::Result<store::Store*> opened();

    std::string path_;
    boost::asio::io_context io_{1};
    std::unique_ptr<runtime::Workers> readers_;
    std::unique_ptr<store::Store> store_;
};

} // namespace paysync::app
