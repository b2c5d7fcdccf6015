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
    base::Result<std::vector<store::DueRun>> runs(const store::RunFilter& filter, std::size_t limit);
    base::Result<std::vector<store::StoredEvent>> recent(std::size_t limit);
    base::Result<std::vector<store::StoredEvent>> events_since(base::WallTime received, std::int64_t after,
                                                               std::size_t limit);
    base::Result<std::vector<store::FlowHold>> flow_holds();

private:
    template <class T, class Question>
    base::Result<T> ask(Question question);
    base::Result<store::Store*> opened();

    std::string path_;
    boost::asio::io_context io_{1};
    std::unique_ptr<runtime::Workers> readers_;
    std::unique_ptr<store::Store> store_;
};

} // namespace paysync::app
