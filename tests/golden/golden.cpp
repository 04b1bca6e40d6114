// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden/golden.h"

#include "simulation/scenario.h"
#include "simulation/transcript.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <algorithm>

namespace indoubt::tests {
namespace {

const QString root = INDOUBT_SOURCE_DIR "/tests/golden/";

std::string text_of(const Golden& golden, const simulation::ScenarioResult& result) {
    simulation::TranscriptOptions options;
    options.housekeeping = false;
    std::string text = "# " + golden.title + "\n" + simulation::transcript(result.trace, options);
    for (const auto& transaction : result.transactions) {
        text += "= " + transaction.outcome + (transaction.reason.empty() ? "" : " (" + transaction.reason + ")");
        for (const auto& node : transaction.nodes) text += ", " + node.node.name() + " " + node.state + (node.blocked ? " blocked" : "");
        text += "\n= " + std::to_string(transaction.cost.messages) + " messages, " + std::to_string(transaction.cost.delays) + " delays, " +
                std::to_string(transaction.cost.forced_writes) + " forced writes\n";
    }
    return text;
}

// The first lines that differ, with what stands around them.
QString difference(const QStringList& golden, const QStringList& now) {
    qsizetype first = 0;
    while (first < golden.size() && first < now.size() && golden[first] == now[first]) ++first;
    QString text = "\n";
    for (qsizetype i = std::max<qsizetype>(0, first - 3); i < first; ++i) text += "    " + golden[i] + "\n";
    for (qsizetype i = first; i < std::min(golden.size(), first + 6); ++i) text += "  - " + golden[i] + "\n";
    for (qsizetype i = first; i < std::min(now.size(), first + 6); ++i) text += "  + " + now[i] + "\n";
    return text + "  (INDOUBT_UPDATE_GOLDEN=1 rewrites the files; read them first)";
}

bool struck(const simulation::ScenarioResult& result, const std::string& crash) {
    return std::any_of(result.trace.begin(), result.trace.end(),
                       [&](const auto& e) { return e.kind == events::EventKind::crash && e.note() && e.note()->text.find(crash) != std::string::npos; });
}

}  // namespace

std::string trouble_with(const Golden& golden) {
    const auto result = simulation::run_scenario(golden.scenario, golden.path);
    if (!result) return result.error().message;
    for (const auto& check : result->invariants)
        if (!check.holds) return check.name + ": " + check.why;
    if (!golden.crash.empty() && !struck(*result, golden.crash)) return "the crash that the title names never happened";
    if (golden.settles)
        for (const auto& transaction : result->transactions)
            for (const auto& node : transaction.nodes)
                if (node.blocked || node.state == "prepared") return node.node.name() + " is still " + node.state;
    const QString now = QString::fromStdString(text_of(golden, *result));
    QFile file(root + golden.path.c_str());
    if (qEnvironmentVariableIsSet("INDOUBT_UPDATE_GOLDEN")) {
        if (!QDir().mkpath(QFileInfo(file).path()) || !file.open(QIODevice::WriteOnly | QIODevice::Truncate)) return "cannot write " + file.fileName().toStdString();
        file.write(now.toUtf8());
        return {};
    }
    if (!file.open(QIODevice::ReadOnly)) return "there is no " + file.fileName().toStdString();
    const QString before = QString::fromUtf8(file.readAll());
    return before == now ? std::string() : difference(before.split('\n'), now.split('\n')).toStdString();
}

std::string file_of(const std::string& prefix, const std::string& crash) {
    std::string file = prefix + "_" + crash.substr(0, crash.rfind(" at "));
    std::transform(file.begin(), file.end(), file.begin(), [](unsigned char c) { return c == ' ' ? '_' : static_cast<char>(std::tolower(c)); });
    return file;
}

std::string strays(const std::vector<std::string>& folders, const std::vector<Golden>& list) {
    QSet<QString> wanted, there;
    for (const Golden& golden : list) wanted.insert(QString::fromStdString(golden.path));
    for (const std::string& folder : folders)
        for (const QString& name : QDir(root + folder.c_str()).entryList({"*.txt"})) there.insert(folder.empty() ? name : QString::fromStdString(folder + "/") + name);
    QStringList odd;
    for (const QString& path : there - wanted) odd << path + " has no case";
    for (const QString& path : wanted - there) odd << path + " is missing";
    return odd.join("\n").toStdString();
}

std::string fault_at(int ms, const std::string& rule) { return "steps { at_ms: " + std::to_string(ms) + " fault: \"" + rule + "\" }\n"; }
std::string crash_at(int ms, const std::string& node) { return "steps { at_ms: " + std::to_string(ms) + " crash: \"" + node + "\" }\n"; }
std::string restart_at(int ms, const std::string& node) { return "steps { at_ms: " + std::to_string(ms) + " restart: \"" + node + "\" }\n"; }

}  // namespace indoubt::tests
