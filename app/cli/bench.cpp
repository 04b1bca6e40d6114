// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench.h"

#include <algorithm>
#include <fstream>
#include <thread>

namespace indoubt::cli {

Percentiles percentiles(std::vector<std::int64_t>& values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto rank = [&](double share) {
        const auto n = static_cast<std::size_t>(share * static_cast<double>(values.size()) + 0.9999999);
        return values[std::clamp<std::size_t>(n, 1, values.size()) - 1];
    };
    return {rank(0.5), rank(0.99), rank(0.999), values.back()};
}

Json to_json(const Percentiles& values, const char* unit) {
    const std::string suffix = std::string("_") + unit;
    return {{"p50" + suffix, values.p50}, {"p99" + suffix, values.p99}, {"p999" + suffix, values.p999}, {"worst" + suffix, values.worst}};
}

Machine machine(const std::string& directory) {
    Machine out;
    out.cores = std::thread::hardware_concurrency();
    std::ifstream processors("/proc/cpuinfo");
    for (std::string line; std::getline(processors, line);)
        if (line.starts_with("model name")) {
            out.processor = line.substr(std::min(line.size(), line.find(':') + 2));
            break;
        }
    // The longest mount point that begins the path.
    std::ifstream mounts("/proc/self/mounts");
    std::string device, point, type, rest, best;
    while (mounts >> device >> point >> type && std::getline(mounts, rest))
        if (directory.starts_with(point) && point.size() >= best.size()) best = point, out.file_system = type;
    return out;
}

void add_bench_commands(CLI::App& app, Context& context) {
    auto* bench = app.add_subcommand("bench", "measure: payments through a live cluster, or the event store");
    bench->require_subcommand(1);
    add_bench_commit(*bench, context);
    add_bench_log(*bench, context);
}

}  // namespace indoubt::cli
