// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/archive_query.h"

#include "view/filter_node.h"
#include "view/transaction.h"

namespace indoubt::view {
namespace {

std::uint64_t bits_of_finished_states() {
    std::uint64_t bits = 0;
    const auto& choices = filter_choices(FilterField::state);
    for (std::size_t i = 0; i < choices.size(); ++i)
        if (choices[i].text == word(PaymentState::committed) || choices[i].text == word(PaymentState::aborted)) bits |= std::uint64_t{1} << i;
    return bits;
}

bool of_open_payments(FilterIs property) {
    switch (property) {
        case FilterIs::stuck:
        case FilterIs::blocked:
        case FilterIs::waiting:
        case FilterIs::open:
        case FilterIs::overdue: return true;
        default: return false;
    }
}

bool can_be_finished(const FilterNode& term) {
    if (term.field == FilterField::state) {
        for (const auto& value : term.values)
            if (value.bits & bits_of_finished_states()) return true;
        return false;
    }
    if (term.field == FilterField::is) {
        for (const auto& value : term.values)
            for (std::size_t i = 0; i <= static_cast<std::size_t>(FilterIs::mine); ++i)
                if ((value.bits & std::uint64_t{1} << i) && !of_open_payments(static_cast<FilterIs>(i))) return true;
        return false;
    }
    return true;
}

bool is_indexed(FilterField field) {
    switch (field) {
        case FilterField::ref:
        case FilterField::e2e:
        case FilterField::uetr:
        case FilterField::file:
        case FilterField::account:
        case FilterField::party: return true;
        default: return false;
    }
}

void look(const FilterNode& node, ArchiveQuery& query) {
    if (node.op == FilterNode::Op::all_of) {
        for (const auto& child : node.children) look(*child, query);
        return;
    }
    if (node.op != FilterNode::Op::term) return;
    query.finished = query.finished && can_be_finished(node);
    if (!is_indexed(node.field) || node.values.size() != 1) return;
    const std::string& text = node.values.front().needle.text();
    if (text.size() > query.text.size()) query.text = text;
}

}  // namespace

ArchiveQuery archive_query(const Filter& filter) {
    ArchiveQuery query;
    if (filter.root()) look(*filter.root(), query);
    return query;
}

}  // namespace indoubt::view
