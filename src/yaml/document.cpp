// Reads YAML through yaml-cpp's events: its tree has already forgotten double keys, anchors and tags.
#include "paysync/yaml/document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

namespace paysync::yaml {

namespace {

constexpr std::size_t depth_max = 100;

/// Leaves the parser when going on makes no sense; the problem has been noted.
struct Abandoned {};

/// A map or list that is not yet complete.
struct Open {
    Node node;
    bool has_key = false; ///< a map: the next node is a value
    std::string key;
    Place key_place;
};

class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(std::string file, Problems& problems) : file_{std::move(file)}, problems_{problems} {}

    Node take() { return std::move(root_); }
    bool saw_document() const { return documents_ > 0; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ == 1) return;
        problems_.error(place(mark), "a second document in one file",
                        "remove the line '---', or make it a file of its own");
        throw Abandoned{};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        Node node;
        node.place = place(mark);
        add(std::move(node));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        problems_.error(place(mark), "an alias ('*name')",
                        "write the value out; text that begins with '*' needs quotes");
        OnNull(mark, YAML::NullAnchor);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        Node node;
        node.kind = Node::Kind::scalar;
        node.place = place(mark);
        node.scalar = value;
        node.quoted = tag != "?";
        add(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Node::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Node::Kind::map);
    }
    void OnMapEnd() override { close(); }

private:
    Place place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

    void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor == YAML::NullAnchor) return;
        problems_.error(place(mark), "an anchor ('&name')",
                        "write the value out; text that begins with '&' needs quotes");
    }

    void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        // "?" is what yaml-cpp hands in for plain nodes, "!" for quoted ones.
        if (tag.empty() || tag == "?" || tag == "!") return;
        problems_.error(place(mark), "a tag ('" + tag + "')",
                        "write the value without it; text that begins with '!' needs quotes");
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        if (open_.size() >= depth_max) {
            problems_.error(place(mark), "nested deeper than 100 levels");
            throw Abandoned{};
        }
        Open made;
        made.node.kind = kind;
        made.node.place = place(mark);
        open_.push_back(std::move(made));
    }

    void close() {
        Node done = std::move(open_.back().node);
        open_.pop_back();
        add(std::move(done));
    }

    void add(Node node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        if (parent.node.is_list()) {
            parent.node.items.push_back(std::move(node));
        } else if (!parent.has_key) {
            add_key(parent, node);
        } else {
            parent.has_key = false;
            // yaml-cpp notes a missing value where the next word stands.
            if (node.is_null() && node.place.line != parent.key_place.line) node.place = parent.key_place;
            parent.node.members.push_back({std::move(parent.key), std::move(parent.key_place), std::move(node)});
        }
    }

    void add_key(Open& parent, const Node& node) {
        parent.has_key = true;
        parent.key = node.is_null() ? "null" : node.scalar;
        parent.key_place = node.place;
        if (node.is_list() || node.is_map()) {
            problems_.error(node.place, "a key must be text, not " + node.kind_name(),
                            node.is_map() ? "text that begins with '{' needs quotes"
                                          : "text that begins with '[' needs quotes");
            return;
        }
        if (parent.key == "<<" && !node.quoted) {
            problems_.error(node.place, "the merge key '<<'", "write the members out");
            return;
        }
        for (const Node::Member& member : parent.node.members) {
            if (member.key != parent.key) continue;
            problems_.error(node.place, "key '" + parent.key + "' is here twice",
                            "it first stands in line " + std::to_string(member.place.line));
            return;
        }
    }

    std::string file_;
    Problems& problems_;
    Node root_;
    std::vector<Open> open_;
    int documents_ = 0;
};

/// yaml-cpp's own words, and what people usually meant.
std::string advice_for(std::string_view message) {
    if (message.find("illegal map value") != std::string_view::npos)
        return "a value with ': ' in it needs single quotes round it";
    if (message.find("flow") != std::string_view::npos) return "inside { } and [ ] every ${ } needs quotes round it";
    if (message.find("tab") != std::string_view::npos) return "indent with blanks";
    return {};
}

/// The byte at which `text` stops being UTF-8; its size if it is all right.
std::size_t utf8_end(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        std::size_t length = 0;
        if (lead < 0x80)
            length = 1;
        else if (lead >= 0xC2 && lead < 0xE0)
            length = 2;
        else if (lead >= 0xE0 && lead < 0xF0)
            length = 3;
        else if (lead >= 0xF0 && lead < 0xF5)
            length = 4;
        if (length == 0 || at + length > text.size()) return at;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U) return at;
        at += length;
    }
    return at;
}

Place place_of_byte(std::string file, std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n');
    const std::size_t column = line_start == std::string_view::npos ? at : at - line_start - 1;
    return {std::move(file), static_cast<int>(lines) + 1, static_cast<int>(column) + 1};
}

} // namespace

const Node* Node::find(std::string_view key) const {
    for (const Member& member : members)
        if (member.key == key) return &member.value;
    return nullptr;
}

std::optional<Node> read(std::string_view text, std::string name, Problems& problems) {
    const std::size_t valid = utf8_end(text);
    if (valid != text.size()) {
        problems.error(place_of_byte(std::move(name), text, valid), "not UTF-8", "save the file as UTF-8");
        return std::nullopt;
    }
    const std::size_t problems_before = problems.all().size();
    std::istringstream stream{std::string{text}};
    TreeBuilder builder{name, problems};
    try {
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Abandoned&) {
        return std::nullopt;
    } catch (const YAML::Exception& failure) {
        const bool placed = !failure.mark.is_null();
        const Place place{name, placed ? failure.mark.line + 1 : 0, placed ? failure.mark.column + 1 : 0};
        problems.error(place, "this is not YAML: " + failure.msg, advice_for(failure.msg));
        return std::nullopt;
    }
    for (std::size_t i = problems_before; i < problems.all().size(); ++i)
        if (!problems.all()[i].warning) return std::nullopt;
    Node root = builder.take();
    if (!builder.saw_document()) root.place = {std::move(name), 1, 1};
    return root;
}

std::optional<Node> read_file(const std::filesystem::path& file, Problems& problems) {
    std::error_code failure;
    std::ifstream stream;
    if (!std::filesystem::is_directory(file, failure)) stream.open(file, std::ios::binary);
    if (!stream.is_open()) {
        problems.error({file.string(), 0, 0}, "cannot be read", "does it exist, and may this user read it?");
        return std::nullopt;
    }
    std::ostringstream text;
    text << stream.rdbuf();
    return read(text.str(), file.string(), problems);
}

} // namespace paysync::yaml
