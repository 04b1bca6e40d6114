// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster of one's own: an indoubtd process in a fresh directory, gone with the object. For measuring and for the first payment.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "client/operator_client.h"

namespace indoubt::cli {

class OwnCluster {
  public:
    // `parent`: where its directory is made (the file system that is measured); empty: the temporary directory. `arguments` go to indoubtd.
    // Waits until it answers. Errors carry the last lines that it said.
    static base::Result<std::unique_ptr<OwnCluster>> start(const std::string& parent, const std::vector<std::string>& arguments);
    ~OwnCluster();  // SIGTERM, after five seconds SIGKILL; removes the directory
    OwnCluster(const OwnCluster&) = delete;

    client::OperatorClient& client() { return *m_client; }
    const std::filesystem::path& directory() const { return m_directory; }
    pid_t pid() const { return m_pid; }

  private:
    OwnCluster() = default;
    base::Result<> launch(const std::vector<std::string>& arguments);
    base::Result<> wait_until_up();
    std::string last_words() const;
    bool gone();

    std::filesystem::path m_directory;
    pid_t m_pid = -1;
    std::unique_ptr<client::OperatorClient> m_client;
};

}  // namespace indoubt::cli
