// Bytes received and not yet understood.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace paysync::net {

/// One contiguous run of bytes: filled at its end, consumed from its front.
class ReadBuffer {
public:
    std::string_view bytes() const { return {data_.data() + begin_, end_ - begin_}; }
    std::size_t size() const { return end_ - begin_; }
    bool empty() const { return begin_ == end_; }

    /// Room for `count` bytes behind the last one; valid until the next call of any member that is not const.
    char* prepare(std::size_t count) {
        if (data_.size() - end_ < count) {
            data_.erase(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(begin_));
            end_ -= begin_;
            begin_ = 0;
            if (data_.size() < end_ + count) data_.resize(end_ + count);
        }
        return data_.data() + end_;
    }
    void commit(std::size_t count) { end_ += count; }
    void consume(std::size_t count) {
        begin_ += count;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    void append(std::string_view more) {
        more.copy(prepare(more.size()), more.size());
        commit(more.size());
    }

private:
    std::vector<char> data_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace paysync::net
