// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/fields.h"

#include "wire/codec.h"
#include "wire/inspect.h"

namespace indoubt::console::log {

Recorded recorded(const events::Event& event) {
    Recorded out;
    const std::string bytes = wire::encode_event(event);
    out.bytes = QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()));
    const auto fields = wire::inspect_event(bytes);
    if (!fields) {
        out.problem = QString::fromStdString(fields.error().message);
        return out;
    }
    const auto qs = [](const std::string& text) { return QString::fromStdString(text); };
    out.fields.reserve(static_cast<qsizetype>(fields->size()));
    for (const wire::InspectedField& f : *fields)
        out.fields.append({qs(f.path), qs(f.name), qs(f.value), qs(f.kind), f.number, static_cast<int>(f.offset),
                           static_cast<int>(f.key_length), static_cast<int>(f.length), f.depth, f.parts});
    return out;
}

int recordedSize(const events::Event& event) { return static_cast<int>(wire::encode_event(event).size()); }

int Recorded::fieldAt(int byte) const {
    int found = -1;
    for (int i = 0; i < fields.size(); ++i)
        if (byte >= fields[i].from && byte < fields[i].from + fields[i].length && (found < 0 || fields[i].depth >= fields[found].depth))
            found = i;
    return found;
}

int Recorded::fieldOf(const QString& path) const {
    if (path.isEmpty()) return -1;
    for (int i = 0; i < fields.size(); ++i)
        if (fields[i].path == path) return i;
    const QString first = path + QStringLiteral("[0]");
    for (int i = 0; i < fields.size(); ++i)
        if (fields[i].path == first) return i;
    return -1;
}

}  // namespace indoubt::console::log
