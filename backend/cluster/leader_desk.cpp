// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/leader_desk.h"

#include <thread>

namespace indoubt::cluster {

namespace {
constexpr std::chrono::milliseconds between_offers{20};
}  // namespace

LeaderDesk::LeaderDesk(std::vector<Node*> managers, std::int64_t patience_ms) : m_managers(std::move(managers)), m_patience(patience_ms) {}

LeaderDesk::~LeaderDesk() { stop(); }

void LeaderDesk::stop() { m_worker.stop(); }

base::Result<> LeaderDesk::submit(Payment payment) { return offer(std::make_shared<Payment>(std::move(payment))); }

base::Result<> LeaderDesk::offer(const std::shared_ptr<Payment>& payment) {
    base::Result<> result = base::Error{base::ErrorCode::unavailable, "no manager is up"};
    const std::size_t first = m_leader;
    for (std::size_t i = 0; i < m_managers.size(); ++i) {
        const std::size_t place = (first + i) % m_managers.size();
        auto life = m_managers[place]->reach();
        if (!life) {
            result = life.error();
            continue;
        }
        result = (*life)->submit(payment->payment, payment->protocol, [this, payment, first, place](const operators::Progress& progress) {
            const bool turned_away = progress.stage == operators::Progress::Stage::failed && progress.refusal == events::Refusal::not_leader;
            if (turned_away && again(payment, first, place)) return;
            if (!turned_away) m_leader = place;
            payment->progress(progress);
        });
        if (result) return result;
    }
    return result;
}

// On the loop thread of the node that turned it away: only queues.
bool LeaderDesk::again(const std::shared_ptr<Payment>& payment, std::size_t first, std::size_t not_this) {
    if (std::chrono::steady_clock::now() - payment->since > m_patience) return false;
    // From where this offer began, for whoever was asked first may be down: else the one after it would be asked for ever.
    m_leader.compare_exchange_strong(first, (not_this + 1) % m_managers.size());
    std::lock_guard lock(m_mutex);
    if (!m_planned && !m_worker.run([this] { offer_all(); })) return false;
    m_planned = true;
    m_waiting.push_back(payment);
    return true;
}

void LeaderDesk::offer_all() {
    std::this_thread::sleep_for(between_offers);
    std::vector<std::shared_ptr<Payment>> waiting;
    {
        std::lock_guard lock(m_mutex);
        waiting.swap(m_waiting);
        m_planned = false;
    }
    for (const auto& payment : waiting) {
        if (auto offered = offer(payment); !offered) {
            operators::Progress failed;
            failed.stage = operators::Progress::Stage::failed;
            failed.code = offered.error().code;
            failed.text = offered.error().message;
            payment->progress(failed);
        }
    }
}

}  // namespace indoubt::cluster
