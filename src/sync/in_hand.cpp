// Slots of fixed size in a small file.
#include "sync/in_hand.hpp"

#include "paysync/base/log.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace paysync::sync {

namespace {

constexpr std::size_t slot_bytes =
    256; // names of flows are shorter; a longer one is cut off and then matches nothing

/// `seq flow`; nothing for an empty slot.
std::vector<store::RunKey> read_slot(std::string text) {
    text = text.c_str(); // up to its end mark
    std::int64_t seq = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seq);
    if (failure != std::errc{} || end == text.data() + text.size()) return {};
    return {{seq, std::string(end + 1)}};
}

} // namespace

InHand::InHand(const std::string& file, std::size_t slots) : slots_{slots} {
    if (file.empty()) return;
    file_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0)
        base::log::warning("sync",
                           "what is in hand cannot be noted: an event that ends the process would not be found",
                           {{"file", file}, {"why", std::string(std::strerror(errno))}});
}

InHand::~InHand() {
    if (file_ >= 0) ::close(file_);
}

std::vector<store::RunKey> InHand::left_behind() {
    std::vector<store::RunKey> keys;
    if (file_ < 0) return keys;
    for (std::size_t slot = 0;; ++slot) { // an earlier process may have had more slots
        std::string text(slot_bytes, '\0');
        if (::pread(file_, text.data(), slot_bytes, static_cast<off_t>(slot * slot_bytes)) <= 0) break;
        for (const store::RunKey& key : read_slot(std::move(text))) keys.push_back(key);
    }
    if (::ftruncate(file_, 0) != 0) base::log::warning("sync", "the note of what was in hand cannot be cleared");
    return keys;
}

void InHand::write(std::size_t slot, const std::string& text) {
    if (file_ < 0 || slot >= slots_) return;
    std::string padded = text.substr(0, slot_bytes - 1);
    padded.resize(slot_bytes, '\0');
    // A full disk: nothing is noted, and nothing else depends on it.
    static_cast<void>(::pwrite(file_, padded.data(), slot_bytes, static_cast<off_t>(slot * slot_bytes)) == 0);
}

InHand::Mark::Mark(InHand& in_hand, std::size_t slot, const store::RunKey& key) : in_hand_{in_hand}, slot_{slot} {
    in_hand_.write(slot_, std::to_string(key.event_seq) + " " + key.flow);
}

InHand::Mark::~Mark() {
    in_hand_.write(slot_, {});
}

} // namespace paysync::sync
