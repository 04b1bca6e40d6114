// SPDX-License-Identifier: GPL-3.0-or-later
#include "examples.h"

#include <map>
#include <string>

namespace indoubt::cli {

namespace {

// By the command they belong to, without the program's name; tests/cli/help_test.cpp holds them to the commands there are.
const std::map<std::string, std::string>& examples() {
    static const std::map<std::string, std::string> lines{
        {"account", "account list --filter Velo"},
        {"account history", "account history DE37900000010000471108"},
        {"account list", "account list --filter EUR --at 09:15"},
        {"account show", "account show DE37900000010000471108"},
        {"bench", "bench commit --clients 32 --seconds 10"},
        {"bench commit", "bench commit --clients 32 --seconds 10 --participants 3 --dir /var/tmp"},
        {"bench log", "bench log --events 1000000"},
        {"cost", "cost --protocol paxos-commit --participants 5 --faults 1"},
        {"events", "events --follow --filter 'node:T kind:decide'"},
        {"explore", "explore --protocol 2pc-pa --participants 2 --crashes 1 --restarts 1"},
        {"fault", "fault add crash after force COMMIT at T"},
        {"fault add", "fault add crash after force COMMIT at T"},
        {"fault clear", "fault clear 1"},
        {"fault list", "fault list --json"},
        {"import", "import payroll.xml --open-accounts 1000 --report status.xml"},
        {"node", "node list"},
        {"node crash", "node crash B"},
        {"node list", "node list --json"},
        {"node pause", "node pause B"},
        {"node restart", "node restart T"},
        {"node resume", "node resume B"},
        {"node start", "node start B"},
        {"node stop", "node stop B"},
        {"ready", "ready --participants 5 --ready 0.9"},
        {"simulate", "simulate --seed 17 --trace events.txt"},
        {"submit", "submit --from DE37900000010000471108 --to LU289990000000471200 --amount 120.00 --reference INV-2042"},
        {"traffic", "traffic --rate 50 --seconds 60"},
        {"tx", "tx list --filter 'state:in-doubt,blocked'"},
        {"tx abort", "tx abort INV-2042 --reason 'the customer called' --ticket CASE-7"},
        {"tx claim", "tx claim INV-2042"},
        {"tx deliver", "tx deliver INV-2042 --reason 'T stays away, A has its COMMIT'"},
        {"tx forget", "tx forget INV-2042 --branch B --reason 'compared with T'"},
        {"tx list", "tx list --filter 'state:in-doubt,blocked age>30s node:B'"},
        {"tx note", "tx note INV-2042 'called the customer back' --ticket CASE-7"},
        {"tx refuse", "tx refuse INV-2042 --branch C --reason 'nobody else can end it'"},
        {"tx resolve", "tx resolve INV-2042 --rollback --branch B --reason 'T is lost' --ticket CASE-8"},
        {"tx retry", "tx retry INV-2042"},
        {"tx show", "tx show INV-2042"},
        {"tx timeline", "tx timeline INV-2042"},
    };
    return lines;
}

void add_to(CLI::App& command, const std::string& path) {
    const auto found = examples().find(path);
    const std::string before = command.get_footer();
    if (found != examples().end()) command.footer("Example:\n  indoubtctl " + found->second + (before.empty() ? "" : "\n\n" + before));
    for (CLI::App* one : command.get_subcommands([](const CLI::App*) { return true; })) add_to(*one, path + " " + one->get_name());
}

}  // namespace

void add_examples(CLI::App& program) {
    for (CLI::App* one : program.get_subcommands([](const CLI::App*) { return true; })) add_to(*one, one->get_name());
}

}  // namespace indoubt::cli
