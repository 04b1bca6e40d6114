// SPDX-License-Identifier: GPL-3.0-or-later
// What a protocol does, in a few plain sentences; what blocks it; what breaks it.
#pragma once
#include <QString>
#include <QStringList>

namespace indoubt::console::lab {

struct ProtocolWords {
    QStringList rules;
    QString blocks, breaks;
};
ProtocolWords protocolWords(const QString& name);

}  // namespace indoubt::console::lab
