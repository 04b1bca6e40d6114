// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/registry.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "security/files.h"

namespace indoubt::security {
namespace {

constexpr std::string_view suffix = ".cluster";

std::string to_text(const RunningCluster& cluster) {
    std::ostringstream out;
    out << "indoubt-cluster 1\n"
        << "name=" << cluster.name << "\nenvironment=" << cluster.environment << "\naddress=" << cluster.address
        << "\ntoken_file=" << cluster.token_file << "\ndata_directory=" << cluster.data_directory << "\npid=" << cluster.pid
        << "\npid_started=" << cluster.pid_started << "\nstarted_ns=" << cluster.started_ns << "\n";
    return out.str();
}

template <class Number>
Number number(std::string_view text) {
    Number value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool from_text(const std::string& text, RunningCluster& cluster) {
    std::istringstream in(text);
    std::string line;
    if (!std::getline(in, line) || line != "indoubt-cluster 1") return false;
    while (std::getline(in, line)) {
        const auto equals = line.find('=');
        if (equals == std::string::npos) return false;
        const std::string key = line.substr(0, equals), value = line.substr(equals + 1);
        if (key == "name") cluster.name = value;
        else if (key == "environment") cluster.environment = value;
        else if (key == "address") cluster.address = value;
        else if (key == "token_file") cluster.token_file = value;
        else if (key == "data_directory") cluster.data_directory = value;
        else if (key == "pid") cluster.pid = number<std::int64_t>(value);
        else if (key == "pid_started") cluster.pid_started = number<std::uint64_t>(value);
        else if (key == "started_ns") cluster.started_ns = number<std::int64_t>(value);
    }
    return cluster.pid > 0 && !cluster.address.empty() && !cluster.token_file.empty();
}

}  // namespace

std::filesystem::path runtime_directory() {
    if (const char* runtime = std::getenv("XDG_RUNTIME_DIR"); runtime && *runtime == '/') return std::filesystem::path(runtime) / "indoubt";
    if (const char* home = std::getenv("HOME"); home && *home == '/') return std::filesystem::path(home) / ".local/state/indoubt";
    return std::filesystem::path("/tmp") / ("indoubt-" + std::to_string(::geteuid()));
}

std::uint64_t process_started(std::int64_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    if (!std::getline(file, text)) return 0;
    // The second field is the program's name in parentheses and may hold anything: count fields behind the last one.
    const auto close = text.rfind(')');
    if (close == std::string::npos) return 0;
    std::istringstream fields(text.substr(close + 1));
    std::string field;
    for (int i = 3; i <= 22 && fields >> field; ++i) {
        if (i == 3 && (field == "Z" || field == "X")) return 0;  // ended, and only not waited for
        if (i == 22) return number<std::uint64_t>(field);
    }
    return 0;
}

base::Result<Registration> Registration::enter(RunningCluster cluster) {
    static std::atomic<unsigned> count{0};  // several clusters may live in one process (tests)
    cluster.pid = ::getpid();
    cluster.pid_started = process_started(cluster.pid);
    const auto directory = runtime_directory();
    if (auto made = make_private_directory(directory); !made) return made.error();
    auto file = directory / (std::to_string(cluster.pid) + "-" + std::to_string(++count) + std::string(suffix));
    if (auto written = write_private_file(file, to_text(cluster)); !written) return written.error();
    return Registration(std::move(file));
}

Registration::Registration(Registration&& other) noexcept : m_file(std::exchange(other.m_file, {})) {}

Registration& Registration::operator=(Registration&& other) noexcept {
    std::swap(m_file, other.m_file);
    return *this;
}

Registration::~Registration() {
    std::error_code ignored;
    if (!m_file.empty()) std::filesystem::remove(m_file, ignored);
}

std::vector<RunningCluster> running_clusters() {
    std::vector<RunningCluster> found;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(runtime_directory(), code)) {
        if (entry.path().extension() != suffix) continue;
        auto text = read_private_file(entry.path(), 64 * 1024);
        RunningCluster cluster;
        if (!text || !from_text(*text, cluster)) continue;
        const std::uint64_t started = process_started(cluster.pid);
        if (started == 0 || (cluster.pid_started != 0 && started != cluster.pid_started)) {
            std::error_code ignored;
            std::filesystem::remove(entry.path(), ignored);
            continue;
        }
        found.push_back(std::move(cluster));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.started_ns > b.started_ns; });
    return found;
}

base::Result<RunningCluster> find_running_cluster() {
    auto found = running_clusters();
    if (found.empty())
        return base::not_found("no cluster of this user is running; start the console (indoubt) or indoubtd, or name one with --connect");
    if (found.size() == 1) return found.front();
    std::string text = std::to_string(found.size()) + " clusters of this user are running; name the one you mean with --connect ADDRESS:";
    for (const auto& cluster : found)
        text += "\n  " + cluster.address + "  \"" + cluster.name + "\", data in " + cluster.data_directory;
    return base::invalid_argument(text);
}

}  // namespace indoubt::security
