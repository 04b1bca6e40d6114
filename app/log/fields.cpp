// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/fields.h"

namespace indoubt::console::log {

int Recorded::fieldAt(int byte) const {
    int found = -1;
    for (int i = 0; i < fields.size(); ++i)
        if (byte >= fields[i].from && byte < fields[i].from + fields[i].length && (found < 0 || fields[i].depth >= fields[found].depth)) found = i;
    return found;
}

int Recorded::fieldOf(const QString& path) const {
    if (path.isEmpty()) return -1;
    for (int i = 0; i < fields.size(); ++i)
        if (fields[i].path == path) return i;
    return -1;
}

}  // namespace indoubt::console::log
