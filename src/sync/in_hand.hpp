// What is being evaluated at this moment, on file: it outlives the process, and names what ended it.
#pragma once

#include "paysync/store/store.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace paysync::sync {

/// One slot for each batch in flight, written before an evaluation and cleared after it: two small writes into the
/// page cache, no sync, because a process that dies leaves the cache behind. (A power cut may lose them; it was not
/// the evaluation's doing.) Different slots may be used by different threads.
class InHand {
public:
    /// An empty name, or a file that cannot be opened (said in the log): nothing is noted.
    InHand(const std::string& file, std::size_t slots);
    ~InHand();
    InHand(const InHand&) = delete;
    InHand& operator=(const InHand&) = delete;

    /// What an earlier process had in hand when it died. Clears the slots.
    std::vector<store::RunKey> left_behind();

    /// Noted as long as it lives.
    class Mark {
    public:
        Mark(InHand& in_hand, std::size_t slot, const store::RunKey& key);
        ~Mark();
        Mark(const Mark&) = delete;
        Mark& operator=(const Mark&) = delete;

    private:
        InHand& in_hand_;
        std::size_t slot_;
    };

private:
    void write(std::size_t slot, const std::string& text);

    int file_ = -1;
    std::size_t slots_;
};

} // namespace paysync::sync
