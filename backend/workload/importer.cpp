// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/importer.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "base/hash.h"
#include "workload/text.h"

namespace indoubt::workload {

namespace {

using events::LegKind;
using events::Payment;

constexpr std::size_t kOpenBatch = 1000;
constexpr int kJoinedAbortsMost = 3;  // a key may join an abort under way once or twice; then it runs as its own

struct Answer {
    std::size_t index;
    base::Result<client::SubmitReply> reply;
};

// Answers come on the session's thread and are taken on the caller's.
class Answers {
  public:
    void put(Answer answer) {
        const std::lock_guard lock(m_mutex);
        m_queue.push_back(std::move(answer));
        m_came.notify_one();
    }
    std::optional<Answer> take(std::int64_t patience_ms) {
        std::unique_lock lock(m_mutex);
        if (!m_came.wait_for(lock, std::chrono::milliseconds(patience_ms), [this] { return !m_queue.empty(); })) return std::nullopt;
        Answer answer = std::move(m_queue.front());
        m_queue.pop_front();
        return answer;
    }

  private:
    std::mutex m_mutex;
    std::condition_variable m_came;
    std::deque<Answer> m_queue;
};

OrderResult result_of(const Payment& payment, std::uint32_t position, const base::Result<client::SubmitReply>& reply) {
    OrderResult result;
    result.position = position;
    result.remark = payment.remark;
    if (!reply) {
        const bool refused = reply.error().code == base::ErrorCode::invalid_argument;
        result.outcome = refused ? OrderOutcome::rejected : OrderOutcome::unknown;
        result.code = refused ? "FF01" : "";
        result.reason = refused ? reply.error().message : "no answer (" + reply.error().message + "); importing the file again is safe";
        return result;
    }
    result.xid = reply->xid;
    result.duplicate = reply->duplicate && reply->outcome == events::Outcome::commit;
    switch (reply->outcome) {
        case events::Outcome::commit:
            result.outcome = OrderOutcome::committed;
            if (result.duplicate) {
                result.reason = "paid before";
                result.remark.clear();  // of what would be done today
            }
            break;
        case events::Outcome::abort:
            result.outcome = OrderOutcome::rejected;
            result.code = reason_code(reply->refusal);
            result.reason = reply->text.empty() ? std::string(events::word(reply->refusal)) : reply->text;
            break;
        case events::Outcome::none:
            result.reason = reply->text.empty() ? "not decided yet; see `indoubtctl tx show " + reply->xid.short_text() + "`" : reply->text;
            break;
    }
    return result;
}

// Accounts that the file names, per participant, each once.
base::Result<std::map<base::NodeId, std::vector<events::AccountLine>>> accounts_to_open(const std::vector<std::optional<Payment>>& payments,
                                                                                        const std::string& amount) {
    std::map<base::NodeId, std::vector<events::AccountLine>> lines;
    std::set<std::pair<base::NodeId, std::string>> seen;
    for (const auto& payment : payments) {
        if (!payment) continue;
        for (const events::Leg& leg : payment->legs) {
            if (!seen.insert({leg.node, leg.account}).second) continue;
            const auto opening = base::parse_amount(amount, leg.amount.currency);
            if (!opening) return base::invalid_argument("--open-accounts: " + opening.error().message);
            const events::Party& party = leg.kind == LegKind::debit ? payment->debtor : payment->creditor;
            lines[leg.node].push_back({leg.account, party.name, leg.amount.currency, opening->minor, -1});
        }
    }
    return lines;
}

// Where a file names the same payment again: the place of the first. Both are paid, for the position tells them apart (two equal
// wages are two wages); that somebody may have meant one is for a person to see.
std::map<std::size_t, std::size_t> said_twice(const std::vector<PaymentOrder>& orders) {
    using What = std::tuple<std::string, std::string, std::string, std::string, std::int64_t>;
    std::map<What, std::size_t> first;
    std::map<std::size_t, std::size_t> again;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const PaymentOrder& one = orders[i];
        if (one.refs.end_to_end_id.empty()) continue;
        const auto [at, is_new] = first.try_emplace({one.refs.end_to_end_id, one.debtor.account, one.creditor.account, one.amount.currency.code(), one.amount.minor}, i);
        if (!is_new) again.emplace(i, at->second);
    }
    return again;
}

class Import {
  public:
    Import(client::OperatorClient& client, const PaymentFile& file, const ImportOptions& options)
        : m_client(client), m_file(file), m_options(options), m_again(said_twice(file.orders)) {
        m_report.results.resize(file.orders.size());
        m_payments.resize(file.orders.size());
    }

    base::Result<ImportReport> run(const Mapping& mapping) {
        for (std::size_t i = 0; i < m_file.orders.size(); ++i)
            m_payments[i] = payment_of(m_file.orders[i], mapping, m_options.now_ns, m_report.results[i]);
        if (m_options.open_accounts) {
            if (auto opened = open(*m_options.open_accounts); !opened) return opened.error();
        }
        for (std::size_t i = 0; i < m_payments.size(); ++i)
            if (!m_payments[i]) settle(i, std::move(m_report.results[i]));
        pay();
        for (const OrderResult& result : m_report.results) count(result);
        return std::move(m_report);
    }

  private:
    base::Result<> open(const std::string& amount) {
        auto lines = accounts_to_open(m_payments, amount);
        if (!lines) return lines.error();
        for (const auto& [node, all] : *lines) {
            for (std::size_t at = 0; at < all.size(); at += kOpenBatch) {
                const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(at + kOpenBatch, all.size()));
                if (auto opened = open(node, {all.begin() + static_cast<std::ptrdiff_t>(at), end}); !opened) return opened;
            }
        }
        return base::Ok{};
    }

    // All or none, says the participant; one account that is there in another currency is found by halving. It is left as it is, and
    // the payment that named it so is refused by the participant like any other.
    base::Result<> open(base::NodeId node, const std::vector<events::AccountLine>& lines) {
        auto opened = m_client.open_accounts(node, lines, m_options.actor);
        if (opened) {
            m_report.accounts_opened += *opened;
            return base::Ok{};
        }
        if (opened.error().code != base::ErrorCode::failed_precondition)
            return base::Error{opened.error().code, "opening accounts at " + node.name() + ": " + opened.error().message};
        if (lines.size() == 1) return base::Ok{};
        const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2);
        if (auto first = open(node, {lines.begin(), middle}); !first) return first;
        return open(node, {middle, lines.end()});
    }

    void pay() {
        const auto session = m_client.submit_session();
        const auto send = [&](std::size_t index) {
            session->submit(*m_payments[index], client::Wait::decided,
                            [answers = m_answers, index](const base::Result<client::SubmitReply>& reply) {
                                answers->put({index, reply});
                            });
        };
        std::size_t next = 0, flying = 0;
        std::vector<bool> open(m_payments.size(), false);
        std::map<std::size_t, int> joined;
        for (;;) {
            for (; next < m_payments.size() && flying < m_options.in_flight_max; ++next) {
                if (!m_payments[next]) continue;
                open[next] = true;
                ++flying;
                send(next);
            }
            if (flying == 0) break;
            auto answer = m_answers->take(m_options.patience_ms);
            if (!answer) break;
            if (!open[answer->index]) continue;  // decided twice told: the first was taken
            // The same payment was being aborted for an earlier import: nothing moved, so it may run now.
            if (answer->reply && answer->reply->duplicate && answer->reply->outcome == events::Outcome::abort &&
                ++joined[answer->index] <= kJoinedAbortsMost) {
                send(answer->index);
                continue;
            }
            open[answer->index] = false;
            --flying;
            settle(answer->index, result_of(*m_payments[answer->index], m_file.orders[answer->index].position, answer->reply));
        }
        for (std::size_t i = 0; i < m_payments.size(); ++i) {
            if (!m_payments[i] || (i < next && !open[i])) continue;
            OrderResult result;
            result.position = m_file.orders[i].position;
            result.reason = "no answer for " + std::to_string(m_options.patience_ms / 1000) + " s; importing the file again is safe";
            settle(i, std::move(result));
        }
    }

    void settle(std::size_t index, OrderResult result) {
        if (const auto twin = m_again.find(index); twin != m_again.end())
            result.remark += (result.remark.empty() ? "" : "; ") + ("suspected duplicate: end-to-end id, parties and amount are those of " + m_file.orders[twin->second].where);
        m_report.results[index] = std::move(result);
        if (m_options.progress) m_options.progress(m_file.orders[index], m_report.results[index]);
    }

    void count(const OrderResult& result) {
        if (result.duplicate)
            ++m_report.duplicates;
        else if (result.outcome == OrderOutcome::committed)
            ++m_report.committed;
        else if (result.outcome == OrderOutcome::rejected)
            ++m_report.rejected;
        else
            ++m_report.unknown;
        m_report.accepted += result.outcome != OrderOutcome::rejected;
    }

    client::OperatorClient& m_client;
    const PaymentFile& m_file;
    const ImportOptions& m_options;
    const std::map<std::size_t, std::size_t> m_again;
    std::vector<std::optional<Payment>> m_payments;
    ImportReport m_report;
    // Shared: an answer may still come after patience ran out.
    std::shared_ptr<Answers> m_answers = std::make_shared<Answers>();
};

std::optional<Payment> reject(OrderResult& rejection, const char* code, std::string reason) {
    rejection.outcome = OrderOutcome::rejected;
    rejection.code = code;
    rejection.reason = std::move(reason);
    return std::nullopt;
}

}  // namespace

std::string_view word(OrderOutcome outcome) {
    switch (outcome) {
        case OrderOutcome::unknown:
            return "unknown";
        case OrderOutcome::committed:
            return "committed";
        case OrderOutcome::rejected:
            return "rejected";
    }
    return "unknown";
}

std::string_view reason_code(events::Refusal refusal) {
    using events::Refusal;
    switch (refusal) {
        case Refusal::insufficient_funds:
            return "AM04";
        case Refusal::unknown_account:
            return "AC01";
        case Refusal::wrong_currency:
            return "AM03";
        case Refusal::over_limit:
            return "AM02";
        case Refusal::balance_overflow:
            return "AM12";
        case Refusal::operator_order:
            return "DS02";
        case Refusal::timeout:
        case Refusal::lock_timeout:
            return "AB05";
        default:
            return "MS03";
    }
}

std::string idempotency_key_of(const PaymentOrder& order) {
    std::string all;
    const auto add = [&all](std::string_view part) { (all += std::to_string(part.size()) += ':') += part; };  // lengths keep parts apart
    for (const auto* part :
         {&order.refs.message_id, &order.refs.payment_information_id, &order.refs.end_to_end_id, &order.refs.instruction_id})
        add(*part);
    add(base::text(order.amount));
    add(order.debtor.account);
    add(order.creditor.account);
    add(std::to_string(order.position));
    const base::Digest128 digest = base::digest128(all);
    char key[48];
    std::snprintf(key, sizeof key, "import-%016llx%016llx", static_cast<unsigned long long>(digest.high),
                  static_cast<unsigned long long>(digest.low));
    return key;
}

std::optional<Payment> payment_of(const PaymentOrder& order, const Mapping& mapping, std::int64_t now_ns, OrderResult& rejection) {
    rejection = {};
    rejection.position = order.position;
    const std::string today = date_of_ns(now_ns);
    if (order.execution_date > today)
        return reject(rejection, "DT01", "execution date " + order.execution_date + " is still to come; import the payment on that day");
    const auto debit_at = mapping.node_of(order.debtor), credit_at = mapping.node_of(order.creditor);
    if (!debit_at || !credit_at) {
        const events::Party& party = debit_at ? order.creditor : order.debtor;
        return reject(rejection, "RC01",
                      "no participant for " + (party.bic.empty() ? "an account without BIC" : "BIC " + party.bic) +
                          "; the mapping has default=refuse");
    }
    if (*debit_at == *credit_at && order.debtor.account == order.creditor.account)  // however its bank was spelt
        return reject(rejection, "AC03", "debtor and creditor are the same account");
    Payment payment;
    payment.idempotency_key = idempotency_key_of(order);
    payment.refs = order.refs;
    payment.debtor = order.debtor;
    payment.creditor = order.creditor;
    payment.amount = order.amount;
    payment.legs = {{*debit_at, LegKind::debit, order.debtor.account, order.amount},
                    {*credit_at, LegKind::credit, order.creditor.account, order.amount}};
    if (!order.execution_date.empty() && order.execution_date < today)
        payment.remark = "execution date " + order.execution_date + " is past: paid today";
    if (order.execution_date == today) payment.due_at_ns = end_of_day_ns(today);
    rejection.remark = payment.remark;
    return payment;
}

base::Result<ImportReport> import_payments(client::OperatorClient& client, const PaymentFile& file, const Mapping& mapping,
                                           const ImportOptions& options) {
    return Import(client, file, options).run(mapping);
}

}  // namespace indoubt::workload
