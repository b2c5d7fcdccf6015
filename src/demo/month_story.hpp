// The month told to a person: what happened, and what then stood in the org.
#pragma once

#include "demo/month_play.hpp"

#include <functional>
#include <string>
#include <vector>

namespace paysync::demo {

class MonthStory {
public:
    explicit MonthStory(MonthPlay& play);

    /// Plays the month to its end, looking at the org in between; `progress` is called with the day, from 1 to 30.
    void play(const std::function<void(int)>& progress);
    /// Chapters: a title, then lines.
    struct Chapter {
        std::string title;
        std::vector<std::string> lines;
    };
    const std::vector<Chapter>& chapters() const { return chapters_; }

private:
    struct Moment {
        base::WallTime at;
        std::function<void()> look;
    };

    void plan_recovery();
    void plan_dispute();
    void plan_subscription();
    void tell_week();
    void look_at(base::WallTime happened, std::function<void()> look);
    /// "02-05 14:03  what happened"
    void say(std::size_t chapter, base::WallTime at, const std::string& what);
    void show_tasks(std::size_t chapter, const std::string& owed);
    void show_case(std::size_t chapter, const std::string& dispute);
    void show_subscription(std::size_t chapter, const std::string& id);

    MonthPlay& play_;
    std::vector<Chapter> chapters_;
    std::vector<Moment> moments_;
};

} // namespace paysync::demo
