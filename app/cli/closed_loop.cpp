// SPDX-License-Identifier: GPL-3.0-or-later
#include "closed_loop.h"

namespace indoubt::cli {

namespace {
constexpr auto kDrainMost = std::chrono::seconds(60);
}

ClosedLoop::ClosedLoop(client::OperatorClient& client, std::vector<base::NodeId> participants, std::uint32_t accounts_each, int clients,
                       std::uint64_t seed, const std::string& run)
    : m_session(client.submit_session()) {
    for (int i = 0; i < clients; ++i)
        m_clients.push_back(
            {workload::BenchTransfers(participants, accounts_each, seed + static_cast<std::uint64_t>(i), run + "-" + std::to_string(i)),
             {}});
}

ClosedLoop::~ClosedLoop() { m_session.reset(); }  // before what its answers touch

LoadResult ClosedLoop::run(double seconds) {
    const auto start = Clock::now();
    {
        const std::lock_guard lock(m_mutex);
        m_result = {};
        m_result.seconds = seconds;
        m_end = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
        m_under_way = m_clients.size();
    }
    for (std::size_t i = 0; i < m_clients.size(); ++i) next(i);
    std::unique_lock lock(m_mutex);
    m_idle.wait_until(lock, m_end + kDrainMost, [this] { return m_under_way == 0; });
    if (m_under_way > 0) {
        m_result.failed += m_under_way;
        m_result.problem = "some payments were never answered";
    }
    return std::move(m_result);
}

void ClosedLoop::next(std::size_t index) {
    Client& client = m_clients[index];
    const events::Payment payment = client.transfers.next();
    client.begun = Clock::now();
    m_session->submit(payment, client::Wait::applied, [this, index](const auto& reply) { answered(index, reply); });
}

void ClosedLoop::answered(std::size_t index, const base::Result<client::SubmitReply>& reply) {
    const auto now = Clock::now();
    const std::int64_t us = std::chrono::duration_cast<std::chrono::microseconds>(now - m_clients[index].begun).count();
    {
        const std::lock_guard lock(m_mutex);
        if (reply && reply->outcome == events::Outcome::commit) {
            if (!reply->applied) {
                m_result.decided_us.push_back(us);
                return;  // the same payment will be heard of again
            }
            m_result.applied_us.push_back(us);
            ++m_result.committed;
            if (now <= m_end) ++m_result.committed_in_time;
        } else if (reply && reply->outcome == events::Outcome::abort) {
            ++m_result.aborted;
        } else {
            ++m_result.failed;
            m_result.problem = reply ? "no decision was seen" : reply.error().message;
        }
        // A client whose cluster is gone stops; one that was refused goes on.
        if (now >= m_end || !reply) {
            if (--m_under_way == 0) m_idle.notify_all();
            return;
        }
    }
    next(index);
}

}  // namespace indoubt::cli
