// SPDX-License-Identifier: GPL-3.0-or-later
// The sources as the architecture tests see them: files with their lines, and the folder graph read from the CMake files that link
// it. Rules are functions from these values to a list of violations, so that each can be shown a tree it must reject.
#pragma once
#include <QMap>
#include <QSet>
#include <QString>
#include <QStringList>
#include <QVector>

namespace indoubt::tests::architecture {

struct SourceFile {
    QString path;  // relative to the root, with slashes: "backend/commit/machine.h"
    QStringList lines;
};

// Every text file that is ours, build directories and dot folders left out.
QVector<SourceFile> read_tree(const QString& root);

struct Include {
    int line = 0;    // from 1
    QString target;  // as written
    bool angled = false;
};
QVector<Include> includes_of(const SourceFile& file);

// Folder -> folders (or messages, rpc) that it may include: what CMake links, closed over public links.
struct Graph {
    QMap<QString, QSet<QString>> declared;  // as written, public
    QMap<QString, QSet<QString>> hidden;    // PRIVATE_LIBRARIES: for this folder only
    QSet<QString> reachable(const QString& folder) const;
};
// Reads indoubt_library(...) or indoubt_console_library(...) calls. Console folders come back as "app/watch", their BACKEND as
// "backend/view".
Graph parse_backend(const QStringList& lines);
Graph parse_app(const QStringList& lines, const Graph& backend);

// "backend/commit/two_phase/machine.cpp" -> "commit"; empty when the file stands in no folder of `top`.
QString folder_of(const QString& path, const QString& top);

}  // namespace indoubt::tests::architecture
