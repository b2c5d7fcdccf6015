// All expressions of a flow set as one jq program.
#pragma once

#include "flow/compiled.hpp"
#include "flow/jv_json.hpp"
#include "flow/watchdog.hpp"

#include <set>
#include <string>
#include <vector>

struct jq_state;

namespace paysync::flow {

/// What expressions see beside what the program itself holds: the event, vars, with, now, and a name for each step.
class Frame {
public:
    Frame(const Json& event, const std::string& now);
    /// For a fragment: the same event; no names, no vars.
    Frame inner(const Json& with) const;

    void set_var(const std::string& name, const Json& value);
    void set_name(const std::string& name, const Json& value);
    const Jv& input() const { return base_; }

private:
    Frame() = default;
    Jv base_;
    Jv names_;
    Jv vars_;
};

/// The text of a program: the built-in functions, the user's functions, then `expressions` chosen by index.
std::string program_text(const std::set<std::string>& names, const std::string& functions,
                         const std::vector<Expression>& expressions);
/// The line of program_text() in which the user's functions begin, counted from 1.
int first_line_of_functions();

/// Empty when the text compiles, else jq's message without its decoration.
std::string compile_error(const std::string& program);
/// The line that jq's message names, 0 if none.
int line_of_error(const std::string& message);

/// A compiled program. One thread at a time.
class Program {
public:
    /// `text` compiles: the loader has seen to it.
    Program(const std::string& text, const Json& zone, std::chrono::milliseconds deadline);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    struct Outcome {
        Json value;
        std::string error; ///< empty: it went well
    };
    /// Exactly one result, within the deadline.
    Outcome run(std::size_t expression, const Frame& frame);
    /// What $org is from now on. Converted when it is another than before.
    void use_org(const std::shared_ptr<const Json>& org);

private:
    jq_state* jq_;
    Jv fixed_; ///< codes, zone and org, converted once: a jq value is shared by counting, within one thread
    std::shared_ptr<const Json> org_;
    std::chrono::milliseconds deadline_;
    std::shared_ptr<Watchdog> watchdog_;
    Watchdog::Post* post_;
};

} // namespace paysync::flow
