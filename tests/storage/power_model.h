// SPDX-License-Identifier: GPL-3.0-or-later
// What a disk keeps when the power goes: of each file its content at its last successful sync, plus any prefix of the writes
// that came after it, the last of them torn. Records a run through the VFS shim, then shows any number of cuts of it.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/prng.h"
#include "storage/vfs_shim.h"

namespace indoubt::tests {

class DiskRun final : public storage::DiskRecorder {
  public:
    void wrote(const std::string& path, std::int64_t offset, std::string_view bytes) override;
    void truncated(const std::string& path, std::int64_t size) override;
    void synced(const std::string& path) override;
    void removed(const std::string& path) override;
    void reported(std::uint64_t lsn);  // the log said: durable up to here
    std::size_t steps();

  private:
    friend class PowerCuts;
    struct Step {
        enum class Kind : std::uint8_t { write, truncate, sync, remove, report } kind;
        std::string path, bytes;
        std::int64_t offset = 0;
        std::uint64_t lsn = 0;
    };
    void add(Step step);
    std::mutex m_mutex;
    std::vector<Step> m_steps;
};

// Walks a finished run; cuts must be asked for in ascending order.
class PowerCuts {
  public:
    explicit PowerCuts(DiskRun& run) : m_run(run) {}
    struct Image {
        std::map<std::string, std::string> files;  // by the path of the run
        std::uint64_t reported_lsn = 0;            // must be there
        bool log_unsynced = false, database_unsynced = false;  // writes were under way to the write-ahead log, to the database
    };
    // The power goes right before `step`; `random` chooses what of the unsynced writes made it.
    Image cut(std::size_t step, base::Prng& random);

  private:
    struct File {
        bool exists = false;
        std::string durable;
        std::vector<const DiskRun::Step*> pending;
    };
    static void apply(std::string& content, const DiskRun::Step& step, std::size_t bytes);
    DiskRun& m_run;
    std::size_t m_at = 0;
    std::uint64_t m_reported = 0;
    std::map<std::string, File> m_files;
};

}  // namespace indoubt::tests
