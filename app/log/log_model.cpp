// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_model.h"

#include <algorithm>

#include "feed/feed.h"
#include "feed/wording.h"
#include "log/facts.h"
#include "log/fields.h"
#include "widgets/roles.h"

namespace indoubt::console::log {

using events::EventKind;
using feed::countText;
using feed::qs;

LogModel::LogModel(const feed::Context& context, QObject* parent) : QAbstractTableModel(parent), m_context(context) {}

void LogModel::showAll(const view::EventRows& rows, std::size_t count, bool reset) {
    count = std::min(count, rows.size());
    if (reset || m_filtered || count < m_count) {
        beginResetModel();
        m_rows = rows;
        m_count = count;
        m_filtered = false;
        m_matches.clear();
        m_matches.shrink_to_fit();
        m_lines.clear();
        endResetModel();
        return;
    }
    if (count == m_count) {
        m_rows = rows;
        return;
    }
    beginInsertRows({}, static_cast<int>(m_count), static_cast<int>(count) - 1);
    m_rows = rows;
    m_count = count;
    endInsertRows();
}

void LogModel::showMatches(const view::EventRows& rows, std::vector<view::RowId> matches) {
    beginResetModel();
    m_rows = rows;
    m_filtered = true;
    m_matches = std::move(matches);
    m_count = m_matches.size();
    m_lines.clear();
    endResetModel();
}

void LogModel::appendMatches(const view::EventRows& rows, const std::vector<view::RowId>& matches) {
    if (matches.empty()) {
        m_rows = rows;
        return;
    }
    beginInsertRows({}, static_cast<int>(m_count), static_cast<int>(m_count + matches.size()) - 1);
    m_rows = rows;
    m_matches.insert(m_matches.end(), matches.begin(), matches.end());
    m_count = m_matches.size();
    endInsertRows();
}

void LogModel::refreshTexts() {
    m_lines.clear();
    if (m_count > 0) emit dataChanged(index(0, 0), index(static_cast<int>(m_count) - 1, ColumnCount - 1));
}

int LogModel::rowNear(view::RowId id) const {
    if (m_count == 0 || id == view::no_row) return -1;
    if (!m_filtered) return static_cast<int>(std::min(m_rows.position_of(id), m_count - 1));
    // Matches stand in causal order, so positions grow along them.
    const events::Position wanted = m_rows.position(m_rows.row(id));
    const auto at = std::lower_bound(m_matches.begin(), m_matches.end(), wanted,
                                     [&](view::RowId other, const events::Position& p) { return m_rows.position(m_rows.row(other)) < p; });
    return static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(at - m_matches.begin()), m_matches.size() - 1));
}

int LogModel::rowOf(view::RowId id) const {
    const int row = rowNear(id);
    return row >= 0 && idAt(row) == id ? row : -1;
}

int LogModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_count); }
int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

const LogModel::Line& LogModel::line(view::RowId id) const {
    if (const Line* known = m_lines.object(id)) return *known;
    auto* made = new Line;
    const view::EventRow& row = m_rows.row(id);
    const events::Event e = m_rows.event(id);
    made->node = qs(e.node.name());
    made->glyph = eventGlyph(e);
    made->text[Number] = countText(m_rows.position_of(id) + 1);
    made->text[Time] = hybridText(row.hlc, m_context.session->zone());
    made->text[Node] = made->node;
    made->text[Title] = kindText(e);
    made->text[OnDisk] = onDiskText(e);
    if (e.kind == EventKind::durable && !e.causes.empty())
        if (const view::RowId append = m_rows.find(e.causes.front()); append != view::no_row)
            made->text[OnDisk] = tr("forced, %1").arg(feed::ageText(row.hlc - m_rows.row(append).hlc));
    if (!e.xid.empty()) {
        made->text[Transaction] = qs(e.xid.short_text());
        if (const auto tx = m_context.feed->view().find(e.xid); tx && tx->payment)
            made->text[Reference] = qs(events::best_reference(*tx->payment));
    }
    made->text[Detail] = detailText(e, m_context.session);
    made->text[Bytes] = countText(static_cast<std::uint64_t>(recordedSize(e)));
    m_lines.insert(id, made);
    return *made;
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || static_cast<std::size_t>(index.row()) >= m_count || index.column() >= ColumnCount) return {};
    switch (role) {
        case Qt::DisplayRole:
            return line(idAt(index.row())).text[index.column()];
        case Qt::TextAlignmentRole:
            return static_cast<int>((index.column() == Number || index.column() == Bytes ? Qt::AlignRight : Qt::AlignLeft) |
                                    Qt::AlignVCenter);
        case widgets::ToneRole:
            switch (index.column()) {
                case Time:
                case Transaction:
                    return static_cast<int>(widgets::Tone::MonoMuted);
                case Node:
                case Title:
                    return static_cast<int>(widgets::Tone::Text);
                case Reference:
                    return static_cast<int>(widgets::Tone::Reference);
                default:
                    return static_cast<int>(widgets::Tone::Muted);
            }
        case widgets::GlyphRole:
            return index.column() == Title ? QVariant(static_cast<int>(line(idAt(index.row())).glyph)) : QVariant();
        case widgets::PlateRole:
            return index.column() == Node ? QVariant(line(idAt(index.row())).node) : QVariant();
        case Qt::ToolTipRole: {
            const QString& text = line(idAt(index.row())).text[index.column()];
            return index.column() == Detail && text.size() > 40 ? QVariant(text) : QVariant();
        }
        default:
            return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section == Number || section == Bytes ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole && section == Node) return tr("node");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Number:
            return QStringLiteral("#");
        case Time:
            return tr("hybrid time");
        case Title:
            return tr("event");
        case OnDisk:
            return tr("on disk");
        case Reference:
            return tr("reference");
        case Transaction:
            return tr("xid");
        case Detail:
            return tr("detail");
        case Bytes:
            return tr("bytes");
        default:
            return {};
    }
}

QString LogModel::filterTerm(const QModelIndex& index) const {
    if (!index.isValid() || static_cast<std::size_t>(index.row()) >= m_count) return {};
    const view::RowId id = idAt(index.row());
    const view::EventRow& row = m_rows.row(id);
    const Line& text = line(id);
    switch (index.column()) {
        case Node:
            return QStringLiteral("node:") + text.node;
        case Title:
        case OnDisk:
            return QStringLiteral("kind:") + qs(events::word(row.kind));
        case Reference:
            return text.text[Reference].isEmpty()
                       ? QString()
                       : QStringLiteral("ref:%1").arg(text.text[Reference].contains(QLatin1Char(' '))
                                                          ? QLatin1Char('"') + text.text[Reference] + QLatin1Char('"')
                                                          : text.text[Reference]);
        case Transaction:
            return text.text[Transaction].isEmpty() ? QString() : QStringLiteral("xid:%1").arg(qs(m_rows.xid(row.xid).text()));
        default:
            return {};
    }
}

}  // namespace indoubt::console::log
