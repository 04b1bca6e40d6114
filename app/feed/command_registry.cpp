// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/command_registry.h"

#include <algorithm>

namespace indoubt::console::feed {

void CommandRegistry::add(QObject* owner, Command command) {
    const bool known = std::any_of(m_entries.begin(), m_entries.end(), [owner](const Entry& e) { return e.owner == owner; });
    if (!known)
        connect(owner, &QObject::destroyed, this, [this](QObject* gone) {
            std::erase_if(m_entries, [gone](const Entry& e) { return e.owner == gone; });
            emit changed();
        });
    std::erase_if(m_entries, [&command](const Entry& e) { return e.command.id == command.id; });
    m_entries.push_back({owner, std::move(command)});
    emit changed();
}

void CommandRegistry::remove(const QString& id) {
    if (std::erase_if(m_entries, [&id](const Entry& e) { return e.command.id == id; })) emit changed();
}

QList<Command> CommandRegistry::list() const {
    QList<Command> commands;
    for (const auto& entry : m_entries) commands.push_back(entry.command);
    return commands;
}

bool CommandRegistry::run(const QString& id) {
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [&id](const Entry& e) { return e.command.id == id; });
    if (entry == m_entries.end()) return false;
    const Command command = entry->command;  // a copy: running it may change the registry
    if (!command.run || (command.whyNot && !command.whyNot().isEmpty())) return false;
    command.run();
    return true;
}

}  // namespace indoubt::console::feed
