// SPDX-License-Identifier: GPL-3.0-or-later
#include "architecture/source_tree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

namespace indoubt::tests::architecture {

namespace {

const QStringList kTops{"app", "backend", "proto", "resources", "tests", "packaging"};
const QStringList kTextEndings{".h",   ".cpp", ".txt",  ".cmake", ".cmake.in",  ".sh",      ".py",      ".proto", ".md",  ".xml",
                               ".qrc", ".svg", ".json", ".csv",   ".textproto", ".service", ".desktop", ".ts",    ".yml", ".map"};

bool is_text(const QString& name) {
    for (const QString& ending : kTextEndings)
        if (name.endsWith(ending)) return true;
    return !name.contains('.');
}

QStringList read_lines(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QString::fromUtf8(file.readAll()).split('\n');
}

// Calls `name(first words...)` of a CMake file, comments removed, as word lists.
QVector<QStringList> calls(const QStringList& lines, const QString& name) {
    QString text;
    for (const QString& line : lines) text += line.section('#', 0, 0) + '\n';
    const QRegularExpression call("(?:^|\\s)" + name + "\\(([^)]*)\\)");
    QVector<QStringList> found;
    auto matches = call.globalMatch(text);
    while (matches.hasNext()) found.push_back(matches.next().captured(1).split(QRegularExpression("\\s+"), Qt::SkipEmptyParts));
    return found;
}

// The words behind `keyword` up to the next keyword.
QStringList argument(const QStringList& words, const QString& keyword) {
    static const QStringList keywords{"ARROWS", "LIBRARIES", "PRIVATE_LIBRARIES", "BACKEND"};
    QStringList values;
    bool taking = false;
    for (const QString& word : words) {
        if (keywords.contains(word))
            taking = word == keyword;
        else if (taking)
            values << word;
    }
    return values;
}

}  // namespace

QVector<SourceFile> read_tree(const QString& root) {
    QVector<SourceFile> files;
    const QDir base(root);
    const auto take = [&](const QString& path) { files.push_back({base.relativeFilePath(path), read_lines(path)}); };
    for (const QString& top : kTops) {
        QDirIterator it(base.filePath(top), QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = it.next();
            if (is_text(it.fileName())) take(path);
        }
    }
    for (const QString& name : base.entryList(QDir::Files | QDir::Hidden))
        if (is_text(name) || name.startsWith(".clang")) take(base.filePath(name));
    std::sort(files.begin(), files.end(), [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return files;
}

QVector<Include> includes_of(const SourceFile& file) {
    static const QRegularExpression pattern(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
    QVector<Include> found;
    for (int i = 0; i < file.lines.size(); ++i) {
        const auto match = pattern.match(file.lines[i]);
        if (match.hasMatch()) found.push_back({i + 1, match.captured(2), match.captured(1) == "<"});
    }
    return found;
}

QSet<QString> Graph::reachable(const QString& folder) const {
    QSet<QString> seen = declared.value(folder) + hidden.value(folder);
    QStringList todo(seen.begin(), seen.end());
    while (!todo.isEmpty()) {
        const QString next = todo.takeLast();
        for (const QString& further : declared.value(next)) {
            if (seen.contains(further)) continue;
            seen.insert(further);
            todo << further;
        }
    }
    seen.insert(folder);
    return seen;
}

Graph parse_backend(const QStringList& lines) {
    Graph graph;
    for (const QStringList& words : calls(lines, "indoubt_library")) {
        const QStringList arrows = argument(words, "ARROWS");
        graph.declared[words.first()] = QSet<QString>(arrows.begin(), arrows.end());
        for (const QString& library : argument(words, "PRIVATE_LIBRARIES"))
            if (!library.contains("::")) graph.hidden[words.first()].insert(library);
    }
    return graph;
}

Graph parse_app(const QStringList& lines, const Graph& backend) {
    Graph graph;
    for (const QString& folder : backend.declared.keys())
        for (const QString& target : backend.declared[folder]) graph.declared["backend/" + folder].insert("backend/" + target);
    for (const QStringList& words : calls(lines, "indoubt_console_library")) {
        QSet<QString>& targets = graph.declared["app/" + words.first()];
        for (const QString& target : argument(words, "ARROWS")) targets.insert("app/" + target);
        for (const QString& target : argument(words, "BACKEND")) targets.insert("backend/" + target);
    }
    return graph;
}

QString folder_of(const QString& path, const QString& top) {
    const QStringList parts = path.split('/');
    return parts.size() >= 3 && parts[0] == top ? parts[1] : QString();
}

}  // namespace indoubt::tests::architecture
