// SPDX-License-Identifier: GPL-3.0-or-later
// indoubtctl: the console's operations for scripts and terminals, over the same interface.
// Exit codes: 0 done, 1 the cluster's state or a check says no, 2 bad input, wrong usage or nobody there.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "base/utf8.h"
#include "context.h"
#include "examples.h"
#include "output.h"
#include "usage.h"

namespace {

// Services and cron have no USER; an order is to bear a person's name all the same.
std::string user_name() {
    if (const char* user = std::getenv("USER"); user && *user && indoubt::base::valid_utf8(user)) return user;
    const passwd* entry = ::getpwuid(::geteuid());
    return entry && entry->pw_name && *entry->pw_name ? entry->pw_name : "uid " + std::to_string(::geteuid());
}

}  // namespace

int main(int argc, char** argv) {
    using namespace indoubt::cli;
    keep_standard_streams();
    std::setlocale(LC_ALL, "");
    Context context;
    CLI::App app{
        "Operate an Indoubt cluster: pay, inspect, break, mend, simulate and measure.\n"
        "Without --connect it talks to the cluster that runs on this machine, if there is only one.",
        "indoubtctl"};
    app.fallthrough();
    app.require_subcommand(1);
    auto* address = app.add_option("--connect", context.connect, "a cluster: HOST:PORT or unix:PATH; may be given several times")
        ->type_name("ADDRESS")
        ->allow_extra_args(false);
    app.add_option("--token-file", context.token_file, "with --connect: file with the cluster's token, readable by you alone")->type_name("FILE")->needs(address);
    app.add_flag("--json", context.json, "one JSON document on stdout, messages on stderr");
    app.add_option("--as", context.actor, "the name that orders are recorded under (default: the user's)")->type_name("NAME");
    app.set_version_flag("--version", "indoubtctl 0.1.0");
    app.footer(
        "Exit codes: 0 done, 1 the state of the cluster or a check says no, 2 bad input or nobody there.\n"
        "Each command has its own --help, for example: indoubtctl tx resolve --help");
    context.actor = user_name();

    add_payment_commands(app, context);
    add_transaction_commands(app, context);
    add_node_commands(app, context);
    add_event_commands(app, context);
    add_account_commands(app, context);
    add_simulate_command(app, context);
    add_cost_command(app, context);
    add_ready_command(app, context);
    add_explore_command(app, context);
    add_bench_commands(app, context);
    add_examples(app);

    // Whatever it is for: it would end in a log, a table or a message to the cluster, and none of them takes it.
    for (int i = 1; i < argc; ++i) {
        if (indoubt::base::valid_utf8(argv[i])) continue;
        context.json = std::any_of(argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
        context.fail(indoubt::base::invalid_argument("argument " + std::to_string(i) + " is not valid UTF-8; use a terminal or a script in UTF-8"));
        return finish_output(context.exit_code);
    }
    app.failure_message([](const CLI::App* program, const CLI::Error& error) { return "indoubtctl: " + explain(*program, error) + "\n"; });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);  // prints help, version or what is wrong
        if (code == 0) return finish_output(exit_ok);
        // Parsing broke off before it may have come to --json: the words themselves are asked.
        if (std::any_of(argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; }))
            context.print({{"error", {{"code", "INVALID_ARGUMENT"}, {"message", explain(app, error)}}}});
        return finish_output(exit_bad_input);
    } catch (const std::system_error& error) {
        if (std::ferror(stdout) == 0) throw;  // not of printing
        context.exit_code = exit_bad_input;
    }
    return finish_output(context.exit_code);
}
