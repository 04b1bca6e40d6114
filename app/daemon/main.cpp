// SPDX-License-Identifier: GPL-3.0-or-later
// indoubtd: the local cluster without a window. Prints one ready line, runs until SIGTERM or SIGINT.
// Exit codes: 0 stopped in order, 2 bad input or a cluster that cannot start (the reason is on stderr).
#include <pthread.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "cluster/cluster.h"
#include "daemon/ready_line.h"

namespace {

std::string default_directory() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data == '/') return std::string(data) + "/indoubt/daemon";
    if (const char* home = std::getenv("HOME"); home && *home == '/') return std::string(home) + "/.local/share/indoubt/daemon";
    return "indoubt-data";
}

// Blocked in every thread from the start, so that only the main thread takes them, when it waits.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    return signals;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace indoubt;
    const sigset_t signals = block_stop_signals();

    cluster::ClusterOptions options;
    std::string data = default_directory(), protocol = options.protocol.name, trace = "sampled", log_level = "info";
    int participants = 0, faults = 0;
    bool cooperative = false, json = false, no_story = false, hidden = false;
    CLI::App app{"The Indoubt cluster without a window: a coordinator and its participants, reached by indoubtctl and the console.", "indoubtd"};
    app.set_version_flag("--version", INDOUBT_VERSION);
    app.add_option("--data", data, "Directory of the cluster's databases")->capture_default_str();
    auto* given = app.add_option("--participants", participants, "Participants, 1 to 16 (default: as in the directory, else 3)");
    auto* spare = app.add_option("--faults", faults, "F, 0 to 2: 2F+1 managers, any F of which may fail, for a protocol that uses them (default: as in the directory, else 0)");
    app.add_option("--protocol", protocol, "Commit protocol")->capture_default_str();
    app.add_flag("--cooperative", cooperative, "In-doubt branches may ask each other");
    app.add_option("--listen", options.listen, "Where operators connect: unix, unix:PATH, or a loopback HOST:PORT (port 0: any free one)")->capture_default_str();
    app.add_option("--trace", trace, "off, sampled or all")->capture_default_str();
    app.add_option("--environment", options.environment, "sandbox, drill, test or production")->capture_default_str();
    app.add_option("--name", options.name, "Shown in the console's title")->capture_default_str();
    app.add_option("--prepare-timeout-ms", options.prepare_timeout_ms, "How long the coordinator collects votes")->capture_default_str();
    app.add_option("--bench-accounts", options.bench_accounts, "Further accounts at each new participant, for load");
    app.add_flag("--no-story-accounts", no_story, "Do not open the accounts of the first run");
    app.add_flag("--hidden", hidden, "Do not enter the registry of running clusters");
    app.add_flag("--json", json, "The ready line as JSON");
    app.add_option("--log-level", log_level, "trace, debug, info, warn, error or off")
        ->capture_default_str()
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
    app.failure_message([](const CLI::App*, const CLI::Error& error) { return std::string("indoubtd: ") + error.what() + "\nRun `indoubtd --help` for what there is.\n"; });
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        app.exit(error);
        return 2;
    }

    auto logger = std::make_shared<spdlog::logger>("indoubtd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_level(spdlog::level::from_str(log_level));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    const auto refuse = [&](const std::string& why) {
        std::cerr << "indoubtd: " << why << "\n";
        return 2;
    };
    auto level = cluster::parse_trace_level(trace);
    if (!level) return refuse(level.error().message);
    options.trace = *level;
    options.data_directory = data;
    options.protocol = {protocol, cooperative};
    options.story_accounts = !no_story;
    options.announce = !hidden;
    if (given->count() > 0) options.participants = participants;
    if (spare->count() > 0) options.faults = faults;
    options.log_line = [logger](const std::string& line) { logger->info(line); };

    auto started = cluster::Cluster::start(std::move(options));
    if (!started) return refuse(started.error().message);
    auto running = std::move(started).value();
    std::cout << daemon_ready_line(running->shape(), running->address(), running->token_file().string(), data, json) << std::endl;

    int signal = 0;
    sigwait(&signals, &signal);
    logger->info("stopping on {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
    running->stop();
    logger->info("stopped");
    return 0;
}
