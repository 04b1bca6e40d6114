// SPDX-License-Identifier: GPL-3.0-or-later
// node list|crash|restart|pause|resume|start|stop, fault add|list|clear.
#include <fmt/format.h>

#include <algorithm>

#include "json.h"
#include "render.h"

namespace indoubt::cli {

namespace {

void list_nodes(Context& context) {
    auto* client = context.client();
    if (!client) return;
    auto info = client->info();
    if (!context.take(info)) return;
    if (context.json) {
        Json nodes = Json::array();
        for (const auto& node : info->nodes) nodes.push_back(to_json(node));
        return context.print({{"cluster", info->shape.name},
                              {"environment", info->shape.environment},
                              {"identity", fmt::format("{:016x}", info->shape.identity)},
                              {"xids_begin_with", info->shape.tag() == 0 ? std::string() : fmt::format("{:08x}", info->shape.tag())},
                              {"address", info->address},
                              {"trace", info->trace},
                              {"protocol", info->shape.protocol.name},
                              {"nodes", nodes},
                              {"coverage", to_json(info->coverage)}});
    }
    fmt::print("{} ({}), {}, {}\n", info->shape.name, info->shape.environment, info->shape.protocol.name, info->address);
    Table table({{"NODE"},
                 {"NAME"},
                 {"ROLE"},
                 {"STATE"},
                 {"LIFE", Align::right},
                 {"LAST RECORD", Align::right},
                 {"FORCED", Align::right},
                 {"SYNCS", Align::right},
                 {"MESSAGES", Align::right},
                 {"IN DOUBT", Align::right},
                 {"PROBLEM"}});
    for (const auto& node : info->nodes)
        table.row({node.node.name(), node.title, node.coordinator ? "coordinator" : "participant", state_colour(node.state),
                   std::to_string(node.incarnation), count_text(node.last_lsn), count_text(node.forced_writes), count_text(node.syncs),
                   count_text(node.messages), count_text(node.in_doubt), node.problem});
    table.print();
    fmt::print("Forced writes, syncs and messages are those of this life of each node.\n");
}

void act_on_node(Context& context, const std::string& name, client::NodeAction action) {
    auto* client = context.client();
    if (!client) return;
    auto id = base::NodeId::parse(name);
    if (!context.take(id)) return;
    bool ran = false;
    if (const auto info = action == client::NodeAction::restart ? client->info() : base::Result<client::ClusterInfo>(client::ClusterInfo{}))
        for (const auto& node : info->nodes) ran = ran || (node.node == *id && node.state != "down");
    client::Coverages coverage;
    auto status = client->node(*id, action, context.actor, &coverage);
    if (!context.take(status)) return;
    if (context.json) return context.print(with_coverage(to_json(*status), coverage));
    if (ran) fmt::print("{} was running: it was crashed first, and what was only in its memory is lost\n", status->node.name());
    fmt::print("{} is {}{}{}\n", status->node.name(), state_colour(status->state),
               status->incarnation > 0 ? fmt::format(", life {}", status->incarnation) : "",
               status->problem.empty() ? "" : ": " + status->problem);
}

void add_fault(Context& context, const std::vector<std::string>& words) {
    auto* client = context.client();
    if (!client) return;
    client::Coverages coverage;
    auto fault = client->add_fault(join(words, " "), context.actor, &coverage);
    if (!context.take(fault)) return;
    if (context.json) return context.print(with_coverage(to_json(*fault), coverage));
    fmt::print("fault {}: {}\n", fault->id, fault->rule);
}

void list_faults(Context& context) {
    auto* client = context.client();
    if (!client) return;
    client::Coverages coverage;
    auto faults = client->faults(&coverage);
    if (!context.take(faults)) return;
    if (context.json) {
        Json list = Json::array();
        for (const auto& fault : *faults) list.push_back(to_json(fault));
        return context.print(with_coverage({{"faults", list}}, coverage));
    }
    if (faults->empty()) {
        fmt::print("No faults: the cluster is left alone.\n");
        return;
    }
    Table table({{"ID", Align::right}, {"RULE"}, {"STATE"}, {"HITS", Align::right}, {"HELD BACK", Align::right}});
    for (const auto& fault : *faults)
        table.row({std::to_string(fault.id), fault.rule, fault.active ? "active" : "spent", std::to_string(fault.hits),
                   std::to_string(fault.held)});
    table.print();
}

void clear_faults(Context& context, std::uint64_t id, bool all) {
    auto* client = context.client();
    if (!client) return;
    client::Coverages coverage;
    auto cleared = client->clear_faults(all ? std::nullopt : std::optional<std::uint64_t>(id), context.actor, &coverage);
    if (!context.take(cleared)) return;
    if (context.json) return context.print(with_coverage({{"cleared", *cleared}}, coverage));
    fmt::print("{} cleared; what they held back goes on\n", *cleared == 1 ? "1 fault" : fmt::format("{} faults", *cleared));
}

void add_faults_group(CLI::App& app, Context& context) {
    auto* fault = app.add_subcommand("fault", "break things on purpose, and heal them");
    fault->require_subcommand(1);
    auto* add = fault->add_subcommand("add", "add a fault rule");
    auto words = std::make_shared<std::vector<std::string>>();
    add->add_option("rule", *words, "the rule, in words")->required()->expected(1, 40)->type_name("WORD");
    add->footer(
        "Rules:\n"
        "  crash before force COMMIT at T          crash after send COMMIT 1 of 3 at T\n"
        "  crash before receive PREPARE at A       drop YES from A to T\n"
        "  delay 200ms COMMIT from T to B          hold YES from C to T\n"
        "  cut T to B                              cut A and T\n"
        "  ... for XID, ... times 3, ... always    crash, drop and hold strike once unless told otherwise");
    add->callback([&context, words] { add_fault(context, *words); });
    fault->add_subcommand("list", "the rules in force, how often they struck, what they hold back")->callback([&context] {
        list_faults(context);
    });
    auto* clear = fault->add_subcommand("clear", "remove one rule, or all; held messages go on");
    auto id = std::make_shared<std::uint64_t>(0);
    auto* option = clear->add_option("id", *id, "which one (default: all)");
    clear->callback([&context, id, option] { clear_faults(context, *id, option->count() == 0); });
}

}  // namespace

void add_node_commands(CLI::App& app, Context& context) {
    auto* node = app.add_subcommand("node", "the nodes of the cluster: list, crash, restart, pause, resume");
    node->require_subcommand(1);
    node->add_subcommand("list", "every node, its state and its counts")->callback([&context] { list_nodes(context); });
    const struct {
        const char* word;
        client::NodeAction action;
        const char* help;
    } actions[] = {{"crash", client::NodeAction::crash, "lose everything in memory and everything not synced, at once"},
                   {"restart", client::NodeAction::restart, "start it again from its log; one that runs is crashed first"},
                   {"pause", client::NodeAction::pause, "suspend it: it keeps its memory and does nothing"},
                   {"resume", client::NodeAction::resume, "let a suspended node go on"},
                   {"start", client::NodeAction::start, "start a node that is down"},
                   {"stop", client::NodeAction::stop, "stop it in good order"}};
    for (const auto& one : actions) {
        auto* command = node->add_subcommand(one.word, one.help);
        auto name = std::make_shared<std::string>();
        command->add_option("node", *name, "its id: T, A, B ...")->required()->type_name("NODE");
        command->callback([&context, name, action = one.action] { act_on_node(context, *name, action); });
    }
    add_faults_group(app, context);
}

}  // namespace indoubt::cli
