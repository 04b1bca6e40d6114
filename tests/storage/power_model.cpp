// SPDX-License-Identifier: GPL-3.0-or-later
#include "power_model.h"

#include <algorithm>

namespace indoubt::tests {

void DiskRun::add(Step step) {
    std::lock_guard lock(m_mutex);
    m_steps.push_back(std::move(step));
}

void DiskRun::wrote(const std::string& path, std::int64_t offset, std::string_view bytes) { add({Step::Kind::write, path, std::string(bytes), offset, 0}); }
void DiskRun::truncated(const std::string& path, std::int64_t size) { add({Step::Kind::truncate, path, {}, size, 0}); }
void DiskRun::synced(const std::string& path) { add({Step::Kind::sync, path, {}, 0, 0}); }
void DiskRun::removed(const std::string& path) { add({Step::Kind::remove, path, {}, 0, 0}); }
void DiskRun::reported(std::uint64_t lsn) { add({Step::Kind::report, {}, {}, 0, lsn}); }

std::size_t DiskRun::steps() {
    std::lock_guard lock(m_mutex);
    return m_steps.size();
}

void PowerCuts::apply(std::string& content, const DiskRun::Step& step, std::size_t bytes) {
    const auto at = static_cast<std::size_t>(step.offset);
    if (step.kind == DiskRun::Step::Kind::truncate) {
        content.resize(at);
        return;
    }
    if (bytes == 0) return;
    if (content.size() < at + bytes) content.resize(at + bytes);
    content.replace(at, bytes, step.bytes, 0, bytes);
}

PowerCuts::Image PowerCuts::cut(std::size_t step, base::Prng& random) {
    for (; m_at < step; ++m_at) {
        const DiskRun::Step& now = m_run.m_steps[m_at];
        if (now.kind == DiskRun::Step::Kind::report) {
            m_reported = now.lsn;
            continue;
        }
        File& file = m_files[now.path];
        switch (now.kind) {
            case DiskRun::Step::Kind::write:
            case DiskRun::Step::Kind::truncate:
                file.exists = true;
                file.pending.push_back(&now);
                break;
            case DiskRun::Step::Kind::sync:
                file.exists = true;
                for (const auto* write : file.pending) apply(file.durable, *write, write->bytes.size());
                file.pending.clear();
                break;
            case DiskRun::Step::Kind::remove: file = File{}; break;
            case DiskRun::Step::Kind::report: break;
        }
    }
    Image image;
    image.reported_lsn = m_reported;
    for (const auto& [path, file] : m_files) {
        if (!file.exists) continue;
        std::string content = file.durable;
        if (!file.pending.empty()) (path.ends_with("-wal") ? image.log_unsynced : image.database_unsynced) = true;
        // A prefix of what was under way, and of the next write a part: sectors, or single bytes.
        const std::size_t whole = random.below(file.pending.size() + 1);
        for (std::size_t i = 0; i < whole; ++i) apply(content, *file.pending[i], file.pending[i]->bytes.size());
        if (whole < file.pending.size()) {
            const std::size_t size = file.pending[whole]->bytes.size();
            std::size_t torn = random.below(size + 1);
            if (random.chance(500)) torn -= torn % 512;
            if (file.pending[whole]->kind == DiskRun::Step::Kind::write) apply(content, *file.pending[whole], torn);
        }
        image.files[path] = std::move(content);
    }
    return image;
}

}  // namespace indoubt::tests
