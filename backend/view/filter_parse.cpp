// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens and grammar of the filter language: or binds weaker than and, and weaker than not.
#include <algorithm>

#include "base/nearest.h"
#include "view/filter_node.h"

namespace indoubt::view {

namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; }

std::size_t skip_quoted(std::string_view text, std::size_t at, bool& closed) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        else if (text[at] == '"') return closed = true, at + 1;
    }
    closed = false;
    return at;
}

// Values run to the next blank or parenthesis outside quotes.
std::size_t skip_values(std::string_view text, std::size_t at, bool& closed) {
    while (at < text.size() && !blank(text[at]) && text[at] != ')' && text[at] != '(') {
        if (text[at] == '"') {
            at = skip_quoted(text, at, closed);
            if (!closed) return at;
        } else {
            ++at;
        }
    }
    return at;
}

}  // namespace

std::vector<FilterToken> tokenize_filter(std::string_view text) {
    using Kind = FilterToken::Kind;
    std::vector<FilterToken> tokens;
    for (std::size_t at = 0; at < text.size();) {
        if (blank(text[at])) {
            ++at;
            continue;
        }
        FilterToken token;
        token.from = at;
        const bool fresh = at == 0 || blank(text[at - 1]) || text[at - 1] == '(' || text[at - 1] == '-';
        if (text[at] == '(' || text[at] == ')') {
            token.kind = text[at] == '(' ? Kind::open : Kind::close;
            ++at;
        } else if (text[at] == '-' && fresh && at + 1 < text.size() && !blank(text[at + 1]) && text[at + 1] != ')') {
            token.kind = Kind::minus;
            ++at;
        } else if (text[at] == '"') {
            token.kind = Kind::quoted;
            at = skip_quoted(text, at, token.closed);
        } else {
            std::size_t name = at;
            while (name < text.size() && name_character(text[name])) ++name;
            if (name > at && name < text.size() && (text[name] == ':' || text[name] == '<' || text[name] == '>')) {
                token.kind = Kind::term;
                token.name = text.substr(at, name - at);
                token.op_at = name;
                token.value_at = name + 1;
                const bool equal = token.value_at < text.size() && text[token.value_at] == '=' && text[name] != ':';
                if (equal) ++token.value_at;
                token.compare = text[name] == ':'   ? Compare::has
                                : text[name] == '<' ? (equal ? Compare::most : Compare::less)
                                                    : (equal ? Compare::least : Compare::more);
                at = skip_values(text, token.value_at, token.closed);
            } else {
                while (at < text.size() && !blank(text[at]) && text[at] != '(' && text[at] != ')' && text[at] != '"') ++at;
                const std::string word = lower(text.substr(token.from, at - token.from));
                token.kind = word == "and" ? Kind::word_and : word == "or" ? Kind::word_or : word == "not" ? Kind::word_not : word == "*" ? Kind::star : Kind::bare;
            }
        }
        token.to = at;
        tokens.push_back(token);
    }
    return tokens;
}

std::vector<FilterPiece> filter_pieces(std::string_view text, std::size_t from, std::size_t to) {
    std::vector<FilterPiece> pieces;
    FilterPiece piece;
    piece.from = from;
    bool quoted = false;
    for (std::size_t at = from; at <= to; ++at) {
        if (at == to || (text[at] == ',' && !quoted)) {
            piece.to = at;
            piece.closed = !quoted;
            pieces.push_back(piece);
            piece = {};
            piece.from = at + 1;
        } else if (text[at] == '"') {
            quoted = !quoted;
        } else if (text[at] == '\\' && quoted && at + 1 < to) {
            piece.text += text[++at];
        } else {
            piece.text += text[at];
        }
    }
    return pieces;
}

namespace {

std::vector<std::string> field_names() {
    std::vector<std::string> names;
    for (const auto& field : filter_fields()) names.emplace_back(field.name);
    return names;
}

std::string all_fields() {
    std::string names;
    for (const auto& field : filter_fields()) names += (names.empty() ? "" : ", ") + std::string(field.name);
    return names;
}

constexpr int depth_max = 64;

class Parser {
  public:
    Parser(std::string_view text, FilterError& error) : m_text(text), m_tokens(tokenize_filter(text)), m_error(error) {}

    FilterNodePtr run() {
        if (m_tokens.empty()) return nullptr;
        auto root = alternatives(0);
        if (m_failed) return nullptr;
        if (m_next < m_tokens.size()) return fail(m_tokens[m_next], "this ')' closes nothing");
        return root;
    }
    bool failed() const { return m_failed; }

  private:
    using Kind = FilterToken::Kind;
    bool at(Kind kind) const { return m_next < m_tokens.size() && m_tokens[m_next].kind == kind; }

    FilterNodePtr fail(std::size_t from, std::size_t to, std::string message) {
        if (!m_failed) m_error = {from, std::max<std::size_t>(to - from, 1), std::move(message)};
        m_failed = true;
        return nullptr;
    }
    FilterNodePtr fail(const FilterToken& token, std::string message) { return fail(token.from, token.to, std::move(message)); }

    static FilterNodePtr joined(FilterNode::Op op, std::vector<FilterNodePtr> children) {
        if (children.size() == 1) return children.front();
        auto node = std::make_shared<FilterNode>();
        node->op = op;
        for (auto& child : children) {  // (a b) c is a b c
            if (child->op == op) node->children.insert(node->children.end(), child->children.begin(), child->children.end());
            else node->children.push_back(std::move(child));
        }
        return node;
    }

    FilterNodePtr alternatives(int depth) {
        std::vector<FilterNodePtr> parts;
        do {
            parts.push_back(conjunction(depth));
            if (m_failed) return nullptr;
        } while (at(Kind::word_or) && ++m_next);
        return joined(FilterNode::Op::any_of, std::move(parts));
    }

    FilterNodePtr conjunction(int depth) {
        std::vector<FilterNodePtr> parts;
        while (true) {
            parts.push_back(negation(depth));
            if (m_failed) return nullptr;
            if (at(Kind::word_and)) {
                ++m_next;
                continue;
            }
            if (m_next == m_tokens.size() || at(Kind::close) || at(Kind::word_or)) break;
        }
        return joined(FilterNode::Op::all_of, std::move(parts));
    }

    FilterNodePtr negation(int depth) {
        if (depth > depth_max) return fail(m_tokens[std::min(m_next, m_tokens.size() - 1)], "too deeply nested");
        if (at(Kind::word_not) || at(Kind::minus)) {
            ++m_next;
            auto inner = negation(depth + 1);
            if (m_failed) return nullptr;
            if (inner->op == FilterNode::Op::none_of) return inner->children.front();
            auto node = std::make_shared<FilterNode>();
            node->op = FilterNode::Op::none_of;
            node->children = {std::move(inner)};
            return node;
        }
        if (at(Kind::open)) {
            const FilterToken open = m_tokens[m_next++];
            if (at(Kind::close)) return fail(open.from, m_tokens[m_next].to, "nothing stands between these parentheses");
            auto inner = alternatives(depth + 1);
            if (m_failed) return nullptr;
            if (!at(Kind::close)) return fail(open, "this '(' is not closed");
            ++m_next;
            return inner;
        }
        return term();
    }

    FilterNodePtr term() {
        if (m_next == m_tokens.size()) return fail(m_text.size(), m_text.size(), "a term is missing here");
        const FilterToken token = m_tokens[m_next++];
        auto node = std::make_shared<FilterNode>();
        node->op = FilterNode::Op::term;
        switch (token.kind) {
            case Kind::star: node->op = FilterNode::Op::everything; return node;
            case Kind::quoted:
            case Kind::bare: {
                if (!token.closed) return fail(token, "this quotation is not closed");
                const auto pieces = token.kind == Kind::quoted ? filter_pieces(m_text, token.from, token.to) : std::vector<FilterPiece>{};
                FilterValue value;
                value.text = token.kind == Kind::quoted ? pieces.front().text : std::string(m_text.substr(token.from, token.to - token.from));
                if (value.text.empty()) return fail(token, "an empty quotation finds nothing");
                value.needle = Needle(value.text);
                value.search = std::make_shared<const SearchWord>(value.text, false);
                node->field = FilterField::words;
                node->values.push_back(std::move(value));
                return node;
            }
            case Kind::term: return field_term(token, node);
            case Kind::close: return fail(token, "a term is missing before ')'");
            default: return fail(token, "a term is missing before \"" + std::string(m_text.substr(token.from, token.to - token.from)) + "\"");
        }
    }

    FilterNodePtr field_term(const FilterToken& token, const std::shared_ptr<FilterNode>& node) {
        std::string name = lower(token.name);
        const FilterFieldInfo* field = find_filter_field(name);
        FilterFieldInfo branch_vote{FilterField::branch_vote, "vote", FilterType::choice, "", ""};
        if (const auto dot = name.find('.'); !field && dot != std::string::npos) {
            const auto branch = NodeId::parse(token.name.substr(0, dot));
            if (!branch) return fail(token.from, token.from + dot, branch.error().message);
            if (name.substr(dot + 1) != "vote") return fail(token.from + dot + 1, token.op_at, "of a branch, only its vote can be asked: " + branch->name() + ".vote:no");
            node->branch = *branch;
            field = &branch_vote;
        }
        if (!field) {
            const std::string near = base::nearest(name, field_names());
            return fail(token.from, token.op_at, "no field is called \"" + std::string(token.name) + "\"" + (near.empty() ? "; the fields are " : "; did you mean " + near + "? The fields are ") + all_fields());
        }
        if (!token.closed) return fail(token.value_at, token.to, "this quotation is not closed");
        node->field = field->field;
        node->compare = token.compare;
        for (const FilterPiece& piece : filter_pieces(m_text, token.value_at, token.to)) {
            if (piece.text.empty()) return fail(piece.from, piece.to, "a value is missing after " + std::string(m_text.substr(token.from, token.value_at - token.from)));
            FilterValue value;
            std::string why;
            if (!read_filter_value(*field, token.compare, piece, value, why)) return fail(piece.from, piece.to, why);
            node->values.push_back(std::move(value));
        }
        return node;
    }

    std::string_view m_text;
    std::vector<FilterToken> m_tokens;
    FilterError& m_error;
    std::size_t m_next = 0;
    bool m_failed = false;
};

bool plain(const std::string& value, bool of_field) {
    if (value.empty()) return false;
    for (char c : value)
        if (blank(c) || c == '"' || c == ',' || c == '(' || c == ')' || c == '\\') return false;
    if (of_field) return true;
    const auto tokens = tokenize_filter(value);
    return tokens.size() == 1 && tokens[0].kind == FilterToken::Kind::bare;
}

std::string written(const std::string& value, bool of_field) {
    if (plain(value, of_field)) return value;
    std::string text = "\"";
    for (char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
    }
    return text + "\"";
}

std::string text_of(const FilterNode& node, int binding) {
    using Op = FilterNode::Op;
    switch (node.op) {
        case Op::everything: return "*";
        case Op::none_of: return "not " + text_of(*node.children.front(), 3);
        case Op::all_of:
        case Op::any_of: {
            const int own_binding = node.op == Op::all_of ? 2 : 1;
            std::string text;
            for (const auto& child : node.children) text += (text.empty() ? "" : node.op == Op::all_of ? " " : " or ") + text_of(*child, own_binding);
            return own_binding < binding ? "(" + text + ")" : text;
        }
        case Op::term: break;
    }
    std::string text;
    if (node.field == FilterField::words) return written(node.values.front().text, false);
    if (node.field == FilterField::branch_vote) text = node.branch.name() + ".vote";
    for (const auto& field : filter_fields())
        if (field.field == node.field) text = field.name;
    text += word(node.compare);
    for (std::size_t i = 0; i < node.values.size(); ++i) text += (i ? "," : "") + written(node.values[i].text, true);
    return text;
}

bool asks_for_events(const FilterNode& node) {
    if (node.op == FilterNode::Op::term)
        return node.field == FilterField::kind || node.field == FilterField::message || node.field == FilterField::record;
    return std::any_of(node.children.begin(), node.children.end(), [](const auto& child) { return asks_for_events(*child); });
}

bool without_currency(const FilterNode& node) {
    if (node.op == FilterNode::Op::term && (node.field == FilterField::amount || node.field == FilterField::held))
        return std::any_of(node.values.begin(), node.values.end(), [](const auto& value) { return value.currency.empty(); });
    return std::any_of(node.children.begin(), node.children.end(), [](const auto& child) { return without_currency(*child); });
}

}  // namespace

bool Filter::parse(std::string_view text, Filter& filter, FilterError& error) {
    Parser parser(text, error);
    auto root = parser.run();
    if (parser.failed()) return false;
    filter.m_root = std::move(root);
    return true;
}

base::Result<Filter> Filter::parse(std::string_view text) {
    Filter filter;
    FilterError error;
    if (parse(text, filter, error)) return filter;
    return base::invalid_argument("filter, character " + std::to_string(error.at + 1) + ": " + error.message);
}

bool Filter::needs_events() const { return m_root && asks_for_events(*m_root); }
std::string Filter::to_text() const { return m_root ? text_of(*m_root, 0) : std::string(); }
std::string Filter::hint() const { return m_root && without_currency(*m_root) ? "amount without a currency means any" : ""; }

std::vector<Filter> Filter::conjuncts() const {
    std::vector<Filter> all;
    if (!m_root) return all;
    const auto add = [&](const FilterNodePtr& node) {
        all.emplace_back();
        all.back().m_root = node;
    };
    if (m_root->op != FilterNode::Op::all_of) add(m_root);
    else
        for (const auto& child : m_root->children) add(child);
    return all;
}

Filter Filter::without(std::size_t conjunct) const {
    Filter rest;
    const auto all = conjuncts();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i != conjunct) rest = rest.with(all[i]);
    return rest;
}

Filter Filter::with(const Filter& other) const {
    if (!m_root) return other;
    if (!other.m_root) return *this;
    auto node = std::make_shared<FilterNode>();
    node->op = FilterNode::Op::all_of;
    for (const Filter* one : {this, &other})
        for (const Filter& part : one->conjuncts()) node->children.push_back(part.m_root);
    Filter both;
    both.m_root = std::move(node);
    return both;
}

FilterRemoval removes_most(const Filter& filter, const std::function<std::size_t(const Filter&)>& count) {
    FilterRemoval best;
    const auto parts = filter.conjuncts();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t matches = count(filter.without(i));
        if (i == 0 || matches > best.matches) best = {i, parts[i].to_text(), matches};
    }
    return best;
}

}  // namespace indoubt::view
