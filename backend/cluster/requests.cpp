// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/requests.h"

namespace indoubt::cluster {

using operators::Progress;

std::uint64_t Requests::put(Pending pending) {
    std::lock_guard lock(m_mutex);
    const std::uint64_t id = m_next++;
    m_pending.emplace(id, std::move(pending));
    return id;
}

void Requests::remove(std::uint64_t id) {
    std::lock_guard lock(m_mutex);
    m_pending.erase(id);
}

// Only the loop thread takes entries out (but for remove(), of an id that was never sent), and a map's nodes do not move when
// others are added: so callbacks run without the lock, on the entry itself, whose state they keep.
void Requests::accepted(std::uint64_t id, const base::Xid& xid) {
    Pending* pending = nullptr;
    {
        std::lock_guard lock(m_mutex);
        auto found = m_pending.find(id);
        if (found == m_pending.end()) return;
        pending = &found->second;
    }
    pending->xid = xid;
    if (!pending->progress) return;
    Progress progress;
    progress.xid = xid;
    pending->progress(progress);
}

void Requests::answer(const runtime::OutAnswer& answer) {
    Pending* pending = nullptr;
    std::unordered_map<std::uint64_t, Pending>::node_type last;
    {
        std::lock_guard lock(m_mutex);
        auto found = m_pending.find(answer.request);
        if (found == m_pending.end()) return;
        pending = &found->second;
        if (answer.applied || answer.code != base::ErrorCode::ok || pending->answer) {
            last = m_pending.extract(found);
            pending = &last.mapped();
        }
    }
    if (pending->answer) return pending->answer(answer);
    if (!pending->progress) return;
    Progress progress;
    progress.stage = answer.code != base::ErrorCode::ok ? Progress::Stage::failed : answer.applied ? Progress::Stage::applied : Progress::Stage::decided;
    progress.xid = answer.xid;
    progress.outcome = answer.outcome;
    progress.refusal = answer.refusal;
    progress.code = answer.code;
    progress.text = answer.text;
    progress.duplicate = answer.duplicate;
    pending->progress(progress);
}

void Requests::fail_all(const std::string& why) {
    std::unordered_map<std::uint64_t, Pending> pending;
    {
        std::lock_guard lock(m_mutex);
        pending.swap(m_pending);
    }
    for (auto& [id, one] : pending) {
        if (one.answer) {
            runtime::OutAnswer answer;
            answer.request = id;
            answer.code = base::ErrorCode::unavailable;
            answer.text = why;
            one.answer(answer);
        } else if (one.progress) {
            Progress progress;
            progress.stage = Progress::Stage::failed;
            progress.xid = one.xid;
            progress.code = base::ErrorCode::unavailable;
            progress.text = why;
            one.progress(progress);
        }
    }
}

}  // namespace indoubt::cluster
