// SPDX-License-Identifier: GPL-3.0-or-later
#include "own_cluster.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

namespace indoubt::cli {

namespace {

namespace fs = std::filesystem;
constexpr int kStartSecondsMost = 120;  // opening 16 x 100,000 accounts takes a while on a slow disk

// The daemon that was built or installed beside this program.
std::string daemon_path() {
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    return error ? "indoubtd" : (self.parent_path() / "indoubtd").string();
}

}  // namespace

base::Result<std::unique_ptr<OwnCluster>> OwnCluster::start(const std::string& parent, const std::vector<std::string>& arguments) {
    std::error_code error;
    const fs::path base = parent.empty() ? fs::temp_directory_path(error) : fs::path(parent);
    std::string name = (base / "indoubt-bench-XXXXXX").string();
    if (!mkdtemp(name.data()))
        return base::invalid_argument("cannot make a directory in " + base.string() + ": " + std::strerror(errno) +
                                      "; choose another with --dir");
    std::unique_ptr<OwnCluster> own(new OwnCluster);
    own->m_directory = name;
    if (auto launched = own->launch(arguments); !launched) return launched.error();
    if (auto up = own->wait_until_up(); !up) return up.error();
    return own;
}

base::Result<> OwnCluster::launch(const std::vector<std::string>& arguments) {
    const std::string daemon = daemon_path(), data = (m_directory / "data").string(), socket = "unix:" + (m_directory / "s").string(),
                      log = (m_directory / "log").string();
    std::vector<std::string> words{daemon, "--data", data, "--listen", socket};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t parent = getpid();
    m_pid = fork();
    if (m_pid < 0) return base::Error{base::ErrorCode::resource_exhausted, std::string("cannot start a process: ") + std::strerror(errno)};
    if (m_pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) _exit(127);  // we were orphaned before that took effect
        const int out = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        // Not the user's running cluster: nobody shall find it.
        setenv("XDG_RUNTIME_DIR", m_directory.c_str(), 1);
        execv(argv[0], argv.data());
        execvp("indoubtd", argv.data());
        dprintf(STDERR_FILENO, "cannot start %s: %s\n", argv[0], std::strerror(errno));
        _exit(127);
    }
    return base::Ok{};
}

bool OwnCluster::gone() {
    if (m_pid > 0 && waitpid(m_pid, nullptr, WNOHANG) == m_pid) m_pid = -1;
    return m_pid < 0;
}

base::Result<> OwnCluster::wait_until_up() {
    const fs::path socket = m_directory / "s", token = m_directory / "data" / "token";
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(kStartSecondsMost);
    std::string last;
    while (std::chrono::steady_clock::now() < limit) {
        if (gone()) return base::invalid_argument("indoubtd did not start: " + last_words());
        if (fs::exists(socket) && fs::exists(token)) {
            auto connected = client::connect({{"unix:" + socket.string(), token.string()}});
            if (!connected) return connected.error();
            if (auto info = (*connected)->info()) {
                m_client = std::move(*connected);
                return base::Ok{};
            } else {
                last = info.error().message;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return base::unavailable("indoubtd did not answer in time: " + (last.empty() ? last_words() : last));
}

std::string OwnCluster::last_words() const {
    std::ifstream in(m_directory / "log");
    std::string line, last;
    while (std::getline(in, line))
        if (!line.empty()) last = line;
    constexpr std::string_view self = "indoubtd: ";
    if (last.starts_with(self)) last.erase(0, self.size());
    return last.empty() ? "it said nothing" : last;
}

OwnCluster::~OwnCluster() {
    m_client.reset();
    if (!gone()) {
        kill(m_pid, SIGTERM);
        for (int i = 0; i < 100 && !gone(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (!gone()) {
            kill(m_pid, SIGKILL);
            waitpid(m_pid, nullptr, 0);
        }
    }
    std::error_code ignored;
    fs::remove_all(m_directory, ignored);
}

}  // namespace indoubt::cli
