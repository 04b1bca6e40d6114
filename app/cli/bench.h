// SPDX-License-Identifier: GPL-3.0-or-later
// The two benchmarks and what they share: percentiles and the conditions that every figure is printed with.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "context.h"

namespace indoubt::cli {

void add_bench_commit(CLI::App& bench, Context& context);
void add_bench_log(CLI::App& bench, Context& context);

struct Percentiles {
    std::int64_t p50 = 0, p99 = 0, p999 = 0, worst = 0;
};
Percentiles percentiles(std::vector<std::int64_t>& values);  // sorts them; nearest rank
Json to_json(const Percentiles& values, const char* unit);   // {p50_us, p99_us, p999_us}

struct Machine {
    unsigned cores = 0;
    std::string processor, file_system;
};
Machine machine(const std::string& directory);  // the file system that holds it

}  // namespace indoubt::cli
