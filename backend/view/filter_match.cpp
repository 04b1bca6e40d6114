// SPDX-License-Identifier: GPL-3.0-or-later
// A parsed filter against a payment.
#include <algorithm>

#include "view/filter_node.h"

namespace indoubt::view {

namespace {

__extension__ typedef __int128 Wide;

Wide power_of_ten(int exponent) {
    Wide value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

// -1, 0, 1: `minor` of `currency` against a decimal, without rounding either.
int compare_amount(std::int64_t minor, Currency currency, const FilterDecimal& decimal) {
    const Wide left = static_cast<Wide>(minor) * power_of_ten(decimal.scale);
    const Wide right = static_cast<Wide>(decimal.digits) * power_of_ten(currency.minor_digits());
    return left < right ? -1 : left > right ? 1 : 0;
}

bool amount_matches(const FilterNode& term, std::int64_t minor, Currency currency) {
    for (const FilterValue& value : term.values) {
        if (!value.currency.empty() && value.currency != currency) continue;
        bool good = true;
        if (value.low_decimal) {
            const int order = compare_amount(minor, currency, *value.low_decimal);
            good = order > 0 || (order == 0 && term.compare != Compare::more);
        }
        if (good && value.high_decimal) {
            const int order = compare_amount(minor, currency, *value.high_decimal);
            good = order < 0 || (order == 0 && term.compare != Compare::less);
        }
        if (good) return true;
    }
    return false;
}

bool within(const FilterNode& term, std::int64_t number) {
    return std::any_of(term.values.begin(), term.values.end(), [&](const FilterValue& value) { return (!value.low || number >= *value.low) && (!value.high || number <= *value.high); });
}

bool text_matches(const FilterValue& value, std::string_view text) {
    if (text.empty() && !value.needle.empty()) return false;
    const std::size_t size = value.needle.text().size();
    if (value.from_start) return text.size() >= size && value.needle.within(text.substr(0, size));
    if (value.to_end) return text.size() >= size && value.needle.within(text.substr(text.size() - size));
    if (value.needle.text() == "*") return true;
    return value.needle.within(text);
}

template <class... Texts>
bool any_text(const FilterNode& term, const Texts&... texts) {
    return std::any_of(term.values.begin(), term.values.end(), [&](const FilterValue& value) { return (text_matches(value, texts) || ...); });
}

bool account_matches(const FilterValue& value, const Transaction& tx) {
    const std::string key = account_key(value.needle.text());
    if (key.empty()) return false;
    const auto one = [&](std::string_view account) {
        if (value.to_end) return account_ends_with(account, key);
        const std::string whole = account_key(account);
        return value.from_start ? whole.starts_with(key) : whole.find(key) != std::string::npos;
    };
    if (!tx.payment) return false;
    if (one(tx.payment->debtor.account) || one(tx.payment->creditor.account)) return true;
    return std::any_of(tx.payment->legs.begin(), tx.payment->legs.end(), [&](const events::Leg& leg) { return one(leg.account); });
}

bool xid_matches(const FilterValue& value, const Xid& xid) {
    const std::string full = xid.text();
    const std::string& wanted = value.needle.text();
    if (const auto dots = wanted.find(".."); dots != std::string::npos)
        return full.compare(0, dots, wanted, 0, dots) == 0 && full.ends_with(std::string_view(wanted).substr(dots + 2));
    return full.starts_with(wanted);
}

// "free text": whatever a person would quote.
bool words_match(const FilterValue& value, const Transaction& tx) {
    const Needle& needle = value.needle;
    if (value.search && value.search->fits(tx)) return true;
    if (needle.within(tx.reason)) return true;
    for (const Branch& branch : tx.branches)
        if (needle.within(branch.reason)) return true;
    return needle.within(word(tx.state)) || needle.within(tx.last_event);
}

std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << index; }

bool is_matches(FilterIs fact, const Transaction& tx, const FilterContext& context) {
    switch (fact) {
        case FilterIs::stuck: return tx.stuck(context.now_hlc);
        case FilterIs::blocked: return tx.state == PaymentState::blocked;
        case FilterIs::heuristic: return tx.heuristic != Heuristic::none;
        case FilterIs::damaged: return tx.damage;
        case FilterIs::waiting: return tx.waiting();
        case FilterIs::open: return tx.open();
        case FilterIs::finished: return !tx.open();
        case FilterIs::overdue: return tx.open() && tx.payment && tx.payment->due_at_ns != 0 && tx.payment->due_at_ns < context.now_hlc;
        case FilterIs::faulted: return tx.faulted;
        case FilterIs::drill: return context.view && context.view->shape() && context.view->shape()->environment == "drill";
        case FilterIs::watched: return context.watched && context.watched->contains(tx.xid);
        case FilterIs::mine: return tx.order && !context.actor.empty() && tx.order->actor == context.actor;
    }
    return false;
}

bool node_matches(const FilterNode& node, const Transaction& tx, const FilterContext& context) {
    using Op = FilterNode::Op;
    switch (node.op) {
        case Op::everything: return true;
        case Op::all_of: return std::all_of(node.children.begin(), node.children.end(), [&](const auto& child) { return node_matches(*child, tx, context); });
        case Op::any_of: return std::any_of(node.children.begin(), node.children.end(), [&](const auto& child) { return node_matches(*child, tx, context); });
        case Op::none_of: return !node_matches(*node.children.front(), tx, context);
        case Op::term: return term_matches(node, tx, context);
    }
    return false;
}

}  // namespace

bool time_matches(const FilterNode& term, std::int64_t at_ns, const FilterContext& context) {
    const std::int64_t local = at_ns / 1'000'000'000 + context.zone_offset_s;
    for (const FilterValue& value : term.values) {
        std::int64_t low = value.low.value_or(INT64_MIN), high = value.high.value_or(INT64_MAX);
        if (value.of_day) {
            // The last day on which that time has come: at 00:10, 23:50 was yesterday.
            const std::int64_t now = context.now_hlc / 1'000'000'000 + context.zone_offset_s;
            std::int64_t day = now - ((now % 86400) + 86400) % 86400;
            if (value.low && day + *value.low > now) day -= 86400;
            low = value.low ? day + *value.low : day;
            high = value.high ? day + *value.high : day + 86399;
            if (high < low) high += 86400;  // 23:00..01:00 runs over midnight
        }
        if (local >= low && local <= high) return true;
    }
    return false;
}

bool term_matches(const FilterNode& term, const Transaction& tx, const FilterContext& context) {
    static const std::string nothing;
    const events::Payment* payment = tx.payment.get();
    const auto any_bit = [&](std::uint64_t have) { return std::any_of(term.values.begin(), term.values.end(), [&](const FilterValue& value) { return (value.bits & have) != 0; }); };
    switch (term.field) {
        case FilterField::state: return any_bit(bit(static_cast<std::size_t>(tx.state)));
        case FilterField::age: return within(term, tx.age_ns(context.now_hlc));
        case FilterField::took: return !tx.open() && within(term, tx.age_ns(context.now_hlc));
        case FilterField::node:
            return std::any_of(term.values.begin(), term.values.end(), [&](const FilterValue& value) { return tx.xid.coordinator == value.node || tx.branch(value.node) != nullptr; });
        case FilterField::vote:
            return std::any_of(tx.branches.begin(), tx.branches.end(), [&](const Branch& branch) { return any_bit(bit(static_cast<std::size_t>(branch.vote))); });
        case FilterField::branch_vote: {
            const Branch* branch = tx.branch(term.branch);
            return branch && any_bit(bit(static_cast<std::size_t>(branch->vote)));
        }
        case FilterField::amount: return payment && amount_matches(term, payment->amount.minor, payment->amount.currency);
        case FilterField::held: {
            if (!payment) return false;
            const auto held = tx.held();
            if (held.empty()) return amount_matches(term, 0, payment->amount.currency);
            return std::any_of(held.begin(), held.end(), [&](const auto& one) { return amount_matches(term, one.second, one.first); });
        }
        case FilterField::due: return payment && payment->due_at_ns != 0 && within(term, payment->due_at_ns - context.now_hlc);
        case FilterField::ref:
            return payment && any_text(term, payment->refs.reference, payment->refs.end_to_end_id, payment->refs.instruction_id, payment->refs.uetr, payment->refs.message_id,
                                       payment->refs.payment_information_id, payment->idempotency_key);
        case FilterField::e2e: return payment && any_text(term, payment->refs.end_to_end_id);
        case FilterField::uetr: return payment && any_text(term, payment->refs.uetr);
        case FilterField::file: return payment && any_text(term, payment->refs.file);
        case FilterField::account: return std::any_of(term.values.begin(), term.values.end(), [&](const FilterValue& value) { return account_matches(value, tx); });
        case FilterField::party: return payment && any_text(term, payment->debtor.name, payment->creditor.name);
        case FilterField::bic: return payment && any_text(term, payment->debtor.bic, payment->creditor.bic);
        case FilterField::reason:
            if (any_text(term, tx.reason, tx.refusal == Refusal::none ? std::string_view() : events::word(tx.refusal))) return true;
            return std::any_of(tx.branches.begin(), tx.branches.end(), [&](const Branch& branch) {
                return any_text(term, branch.reason, branch.refusal == Refusal::none ? std::string_view() : events::word(branch.refusal));
            });
        case FilterField::is: {
            for (const FilterValue& value : term.values)
                for (std::size_t i = 0; i <= static_cast<std::size_t>(FilterIs::mine); ++i)
                    if ((value.bits & bit(i)) && is_matches(static_cast<FilterIs>(i), tx, context)) return true;
            return false;
        }
        case FilterField::waiting: return within(term, context.view ? static_cast<std::int64_t>(context.view->waiting_count(tx.xid)) : 0);
        case FilterField::by: return tx.order && any_text(term, tx.order->actor);
        case FilterField::at: return time_matches(term, tx.begun_hlc, context);
        case FilterField::since: return within(term, std::max<std::int64_t>(context.now_hlc - tx.begun_hlc, 0));
        case FilterField::xid: return std::any_of(term.values.begin(), term.values.end(), [&](const FilterValue& value) { return xid_matches(value, tx.xid); });
        case FilterField::protocol: return any_text(term, tx.protocol.name);
        case FilterField::words: return words_match(term.values.front(), tx);
        case FilterField::kind:
        case FilterField::message:
        case FilterField::record: return false;
    }
    return false;
}

bool Filter::matches(const Transaction& tx, const FilterContext& context) const { return !m_root || node_matches(*m_root, tx, context); }

}  // namespace indoubt::view
