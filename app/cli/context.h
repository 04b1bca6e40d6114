// SPDX-License-Identifier: GPL-3.0-or-later
// What every command shares: where to connect, how to print, which exit code. One thread.
#pragma once
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "client/operator_client.h"

namespace indoubt::cli {

using Json = nlohmann::ordered_json;

enum ExitCode : int { exit_ok = 0, exit_failed = 1, exit_bad_input = 2 };

class Context {
  public:
    // Set by the global options.
    std::vector<std::string> connect;
    std::string token_file, actor;
    bool json = false;

    int exit_code = exit_ok;

    // Connects at the first call. Null: told the user why, and set the exit code.
    client::OperatorClient* client();

    // Tells the user (stderr; with --json also {"error": ...} on stdout) and sets the exit code: 1 where the cluster's state forbids
    // what was asked, 2 for anything the caller has to change.
    void fail(const base::Error& error);
    void fail_expectation() { exit_code = exit_failed; }  // the answer is printed; it is not the one hoped for
    void message(const std::string& text) const;          // stderr

    // The value, or null after fail().
    template <class T>
    T* take(base::Result<T>& result) {
        if (result) return &*result;
        fail(result.error());
        return nullptr;
    }

    // With --json the one document; the human form is printed by the command itself.
    void print(const Json& document) const;

    // Unless the caller named one: unique per intent.
    static std::string new_key();

  private:
    std::unique_ptr<client::OperatorClient> m_client;
};

// The current UTC time.
std::int64_t now_ns();

// One function per group of commands; each adds its subcommands.
void add_payment_commands(CLI::App& app, Context& context);      // submit, import, traffic
void add_transaction_commands(CLI::App& app, Context& context);  // tx ...
void add_node_commands(CLI::App& app, Context& context);         // node ..., fault ...
void add_event_commands(CLI::App& app, Context& context);        // events
void add_account_commands(CLI::App& app, Context& context);      // account ...
void add_simulate_command(CLI::App& app, Context& context);      // simulate
void add_cost_command(CLI::App& app, Context& context);          // cost
void add_ready_command(CLI::App& app, Context& context);         // ready
void add_explore_command(CLI::App& app, Context& context);       // explore
void add_bench_commands(CLI::App& app, Context& context);        // bench ...

}  // namespace indoubt::cli
