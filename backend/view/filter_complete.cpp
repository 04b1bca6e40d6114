// SPDX-License-Identifier: GPL-3.0-or-later
// What the filter field needs while a person types: painted pieces, chips and completion.
#include <algorithm>

#include "view/filter_node.h"

namespace indoubt::view {

namespace {

constexpr std::size_t candidates_max = 60;

const FilterFieldInfo* field_of(const FilterToken& token, FilterFieldInfo& branch_vote) {
    const std::string name = lower(token.name);
    if (const auto* field = find_filter_field(name)) return field;
    const auto dot = name.find('.');
    if (dot == std::string::npos || name.substr(dot + 1) != "vote" || !NodeId::parse(token.name.substr(0, dot))) return nullptr;
    branch_vote = {FilterField::branch_vote, "vote", FilterType::choice, "", "how this branch voted"};
    return &branch_vote;
}

void suggest(FilterCompletion& completion, const std::string& typed, std::string text, std::string description) {
    if (completion.candidates.size() >= candidates_max) return;
    if (!lower(text).starts_with(typed)) return;
    completion.candidates.push_back({std::move(text), std::move(description)});
}

std::string quoted(const std::string& text) { return text.find(' ') == std::string::npos ? text : "\"" + text + "\""; }

void suggest_values(FilterCompletion& completion, const FilterFieldInfo& field, const std::string& typed, const View* view) {
    for (const FilterChoice& choice : filter_choices(field.field)) suggest(completion, typed, std::string(choice.text), std::string(choice.description));
    switch (field.type) {
        case FilterType::node:
            if (view)
                for (const NodeRow& row : view->nodes()) suggest(completion, typed, row.node.name(), row.title);
            break;
        case FilterType::duration:
            for (const char* text : {"1s", "5s", "30s", "1m", "15m", "1h"}) suggest(completion, typed, text, "");
            break;
        case FilterType::number:
            for (const char* text : {"0", "1", "10"}) suggest(completion, typed, text, "");
            break;
        case FilterType::amount: suggest(completion, typed, "100..200EUR", "from one to the other, both included"); break;
        case FilterType::time: suggest(completion, typed, "09:00..09:15", "from one to the other"); break;
        default: break;
    }
    if (field.type != FilterType::text || !view) return;
    // Texts that occur, newest first.
    std::vector<std::string> seen;
    for (std::size_t i = view->size(), looked = 0; i-- > 0 && looked < 2000 && seen.size() < 12; ++looked) {
        const Transaction& tx = view->at(i);
        const auto offer = [&](const std::string& text) {
            if (!text.empty() && lower(text).starts_with(typed) && std::find(seen.begin(), seen.end(), text) == seen.end() && seen.size() < 12) seen.push_back(text);
        };
        if (field.field == FilterField::reason) offer(tx.reason);
        if (field.field == FilterField::by && tx.order) offer(tx.order->actor);
        if (field.field == FilterField::protocol) offer(tx.protocol.name);
        if (!tx.payment) continue;
        const auto& payment = *tx.payment;
        if (field.field == FilterField::ref) offer(payment.refs.reference);
        if (field.field == FilterField::e2e) offer(payment.refs.end_to_end_id);
        if (field.field == FilterField::uetr) offer(payment.refs.uetr);
        if (field.field == FilterField::file) offer(payment.refs.file);
        if (field.field == FilterField::party) offer(payment.debtor.name), offer(payment.creditor.name);
        if (field.field == FilterField::bic) offer(payment.debtor.bic), offer(payment.creditor.bic);
    }
    for (const std::string& text : seen) completion.candidates.push_back({quoted(text), ""});
}

}  // namespace

std::vector<FilterSpan> filter_spans(std::string_view text) {
    using Kind = FilterSpan::Kind;
    using Token = FilterToken::Kind;
    std::vector<FilterSpan> spans;
    for (const FilterToken& token : tokenize_filter(text)) {
        switch (token.kind) {
            case Token::term: {
                FilterFieldInfo branch_vote{};
                const auto* field = field_of(token, branch_vote);
                spans.push_back({field ? Kind::field : Kind::error, token.from, token.value_at});
                for (const FilterPiece& piece : filter_pieces(text, token.value_at, token.to)) {
                    FilterValue value;
                    std::string why;
                    const bool good = token.closed && field && !piece.text.empty() && read_filter_value(*field, token.compare, piece, value, why);
                    if (piece.to > piece.from) spans.push_back({good || !field ? Kind::value : Kind::error, piece.from, piece.to});
                }
                break;
            }
            case Token::quoted: spans.push_back({token.closed ? Kind::text : Kind::error, token.from, token.to}); break;
            case Token::bare: spans.push_back({Kind::text, token.from, token.to}); break;
            case Token::star: spans.push_back({Kind::text, token.from, token.to}); break;
            case Token::minus:
            case Token::word_not: spans.push_back({Kind::negation, token.from, token.to}); break;
            case Token::word_and:
            case Token::word_or: spans.push_back({Kind::word, token.from, token.to}); break;
            case Token::open:
            case Token::close: spans.push_back({Kind::parenthesis, token.from, token.to}); break;
        }
    }
    return spans;
}

std::vector<FilterChip> filter_chips(std::string_view text) {
    using Token = FilterToken::Kind;
    std::vector<FilterChip> chips;
    int depth = 0;
    bool open = false, joined = false;
    const auto close = [&](std::size_t to) {
        chips.back().to = to;
        chips.back().text = std::string(text.substr(chips.back().from, to - chips.back().from));
    };
    for (const FilterToken& token : tokenize_filter(text)) {
        if (token.kind == Token::word_and && depth == 0) continue;
        // A term that `or` joins to the one before it belongs to the same chip.
        if (token.kind == Token::word_or && depth == 0 && !chips.empty()) {
            joined = true;
            close(token.to);
            continue;
        }
        if (!open && depth == 0 && !joined) chips.push_back({token.from, token.to, {}});
        if (chips.empty()) chips.push_back({token.from, token.to, {}});
        if (token.kind == Token::open) ++depth;
        if (token.kind == Token::close) depth = std::max(depth - 1, 0);
        open = depth > 0 || token.kind == Token::minus || token.kind == Token::word_not;
        if (!open) joined = false;
        close(token.to);
    }
    return chips;
}

FilterCompletion complete_filter(std::string_view text, std::size_t cursor, const View* view) {
    FilterCompletion completion;
    cursor = std::min(cursor, text.size());
    completion.from = completion.to = cursor;
    std::string typed;
    for (const FilterToken& token : tokenize_filter(text)) {
        if (cursor < token.from || cursor > token.to) continue;
        if (token.kind == FilterToken::Kind::term && cursor >= token.value_at) {
            FilterFieldInfo branch_vote{};
            const auto* field = field_of(token, branch_vote);
            if (!field) {  // what it may have been meant to be: all there are, in its place
                completion.from = token.from;
                completion.to = token.value_at;
                completion.title = "no field is called " + std::string(token.name) + ": these are";
                for (const auto& one : filter_fields()) suggest(completion, {}, std::string(one.usual), std::string(one.description));
                return completion;
            }
            completion.field = std::string(token.name);
            completion.title = completion.field + ": " + (field->type == FilterType::choice || field->type == FilterType::node ? "one or more, separated by commas" : std::string(field->description));
            for (const FilterPiece& piece : filter_pieces(text, token.value_at, token.to)) {
                if (cursor < piece.from || cursor > piece.to) continue;
                completion.from = piece.from;
                completion.to = piece.to;
                typed = lower(text.substr(piece.from, cursor - piece.from));
                if (!typed.empty() && typed.front() == '"') typed.erase(0, 1);
            }
            suggest_values(completion, *field, typed, view);
            return completion;
        }
        if (token.kind == FilterToken::Kind::term || token.kind == FilterToken::Kind::bare || token.kind == FilterToken::Kind::word_and || token.kind == FilterToken::Kind::word_or ||
            token.kind == FilterToken::Kind::word_not) {
            completion.from = token.from;
            completion.to = token.kind == FilterToken::Kind::term ? token.value_at : token.to;
            typed = lower(text.substr(token.from, cursor - token.from));
        }
        if (token.kind == FilterToken::Kind::quoted && cursor < token.to) return completion;
    }
    completion.title = "fields and words";
    for (const auto& field : filter_fields()) suggest(completion, typed, std::string(field.usual), std::string(field.description));
    if (view)
        for (const NodeRow& row : view->nodes())
            if (!row.coordinator) suggest(completion, typed, row.node.name() + ".vote:", "how " + (row.title.empty() ? row.node.name() : row.title) + " voted");
    if (!typed.empty())
        for (const char* one : {"and", "or", "not"}) suggest(completion, typed, one, "joins terms");
    return completion;
}

}  // namespace indoubt::view
