// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/events_model.h"

#include <QDateTime>

#include "feed/wording.h"
#include "log/facts.h"
#include "timeline/axis.h"
#include "timeline/scene_builder.h"
#include "widgets/roles.h"

namespace indoubt::console::timeline {

using events::EventKind;
using feed::countText;
using feed::qs;

EventsModel::EventsModel(const feed::Session* session, QObject* parent)
    : QAbstractTableModel(parent), m_model(std::make_shared<view::TimelineModel>()), m_session(session) {}

void EventsModel::setModel(std::shared_ptr<const view::TimelineModel> model) {
    const auto& before = m_model->events;
    const auto& after = model->events;
    const bool grows = model->xid == m_model->xid && !before.empty() && after.size() >= before.size() &&
                       std::equal(before.begin(), before.end(), after.begin(),
                                  [](const events::Event& a, const events::Event& b) { return a.ref() == b.ref(); });
    if (!grows) {
        beginResetModel();
        m_model = std::move(model);
        endResetModel();
        return;
    }
    const int old = static_cast<int>(before.size()), now = static_cast<int>(after.size());
    if (now > old) {
        beginInsertRows({}, old, now - 1);
        m_model = std::move(model);
        endInsertRows();
    } else {
        m_model = std::move(model);
    }
    // A write that was syncing may be durable by now.
    if (old > 0) emit dataChanged(index(0, OnDisk), index(old - 1, OnDisk));
}

int EventsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_model->events.size()); }
int EventsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QString EventsModel::causes(const events::Event& event) const {
    QStringList numbers;
    int missing = 0;
    for (const events::EventRef& cause : event.causes) {
        const int at = m_model->index_of(cause);
        if (at >= 0)
            numbers << QString::number(at + 1);
        else
            ++missing;
    }
    if (numbers.isEmpty()) return missing ? tr("not traced") : QString();
    return QLatin1Char('#') + numbers.join(QLatin1Char(' '));
}

void EventsModel::setShort(bool brief) {
    m_short = brief;
    emit headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
    if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

QString EventsModel::sinceText(qint64 ns) const {
    if (ns < 1000) return QStringLiteral("0");
    if (!m_short) return tickText(ns, 1000);
    const int decimals = ns < 1'000'000'000 ? 3 : ns < 10'000'000'000 ? 1 : 0;
    const QString digits = QString::number(static_cast<double>(ns) / 1e6, 'f', decimals);
    const QString whole = digits.section(u'.', 0, 0), rest = digits.mid(whole.size());
    return u'+' + countText(whole.toULongLong()) + rest;
}

QString EventsModel::recordText(std::uint64_t lsn, const QString& word) const {
    return m_short ? tr("record %1").arg(countText(lsn)) : tr("record %1, %2").arg(countText(lsn), word);
}

QString EventsModel::onDisk(int row) const {
    const events::Event& e = m_model->events[static_cast<std::size_t>(row)];
    if (e.fault != 0 && e.kind != EventKind::append) return tr("rule %1").arg(e.fault);
    switch (e.kind) {
        case EventKind::append:
            // Read from a log it is on disk, forced or not; nobody saw it being written.
            if (!e.durable) return e.record() && e.record()->forced ? recordText(e.lsn, tr("on disk")) : tr("record %1, lazy").arg(countText(e.lsn));
            for (const view::TimelineWrite& write : m_model->writes)
                if (write.append == row && write.durable < 0 && write.lost) return tr("record %1, lost").arg(countText(e.lsn));
            return recordText(e.lsn, tr("syncing"));
        case EventKind::durable:
            return recordText(e.lsn, tr("forced"));
        case EventKind::sync:
            if (m_short) return tr("to record %1").arg(countText(e.lsn));
            return e.note() ? tr("up to record %1, %2").arg(countText(e.lsn), durationText(e.note()->duration_ns))
                            : tr("up to record %1").arg(countText(e.lsn));
        case EventKind::decide: {
            QStringList quorum;
            for (const events::EventRef& cause : e.causes)
                if (const int at = m_model->index_of(cause); at >= 0 && !m_model->events[static_cast<std::size_t>(at)].peer.empty())
                    quorum << qs(m_model->events[static_cast<std::size_t>(at)].peer.name());
            quorum.sort();
            return quorum.isEmpty() ? QString() : (m_short ? QStringLiteral("%1") : tr("quorum: %1")).arg(quorum.join(QStringLiteral(", ")));
        }
        case EventKind::restart:
            return e.note() && e.note()->count ? tr("%1 records replayed").arg(countText(e.note()->count)) : QString();
        case EventKind::lock:
        case EventKind::apply:
        case EventKind::undo:
            return e.note() && e.note()->amount.minor
                       ? feed::amountText(e.note()->amount.minor, e.note()->amount.currency, e.kind == EventKind::apply)
                       : QString();
        case EventKind::crash:
        case EventKind::timer:
        case EventKind::ask:
        case EventKind::fault_on:
        case EventKind::vote:
            return e.note() ? qs(e.note()->text) : QString();
        case EventKind::order:
            return e.note() && e.note()->order ? qs(e.note()->order->reason) : QString();
        default:
            return {};
    }
}

QString EventsModel::text(int row, int column) const {
    const events::Event& e = m_model->events[static_cast<std::size_t>(row)];
    switch (column) {
        case Number:
            return countText(static_cast<std::uint64_t>(row) + 1);
        case Node:
            return qs(e.node.name());
        case Since:
            return sinceText(e.hlc - m_model->begin_hlc);
        case Title:
            // "crash fault: crash before force COMMIT at T": the sign and the plate say half of it.
            if (const QString rule = e.kind == EventKind::crash && e.note() ? qs(e.note()->text) : QString(); rule.startsWith(QLatin1String("fault: ")))
                return rule.mid(7).section(QStringLiteral(" at "), 0, 0);
            // Which votes it rests on stands beside it.
            if (e.kind == EventKind::decide && e.note() && e.note()->outcome == events::Outcome::commit) return log::titleText(e).section(QLatin1Char(':'), 0, 0);
            return log::titleText(e);
        case OnDisk:
            return onDisk(row);
        case Bytes:
            return e.kind == EventKind::durable || std::holds_alternative<std::monostate>(e.payload)
                       ? QString()
                       : countText(static_cast<std::uint64_t>(log::recordedSize(e)));
        case CausedBy:
            return causes(e);
        default:
            return {};
    }
}

QVariant EventsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const events::Event& e = m_model->events[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return text(index.row(), index.column());
        case Qt::TextAlignmentRole:
            return static_cast<int>(
                (index.column() == Number || index.column() == Since || index.column() == Bytes ? Qt::AlignRight : Qt::AlignLeft) |
                Qt::AlignVCenter);
        case widgets::ToneRole:
            if (index.column() == Since) return static_cast<int>(widgets::Tone::Mono);
            return static_cast<int>(index.column() == Title || index.column() == Node ? widgets::Tone::Text : widgets::Tone::Muted);
        case widgets::GlyphRole:
            return index.column() == Title ? QVariant(static_cast<int>(log::eventGlyph(e))) : QVariant();
        case widgets::PlateRole:
            return index.column() == Node ? QVariant(qs(e.node.name())) : QVariant();
        case widgets::FaultRole:
            if (index.column() == OnDisk)
                for (const view::TimelineMark* mark : faultMarks(*m_model))
                    if (mark->event == index.row()) return QString(QLatin1String(""));
            return {};
        case Qt::ToolTipRole: {
            const QString detail = log::detailText(e, m_session);
            return index.column() == Title && !detail.isEmpty() ? QVariant(detail) : QVariant();
        }
        default:
            return {};
    }
}

QVariant EventsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section == Number || section == Since || section == Bytes ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole && section == Node) return tr("node");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Number:
            return QStringLiteral("#");
        case Since:
            return m_short ? tr("ms") : tr("since begin");
        case Title:
            return tr("event");
        case OnDisk:
            return tr("on disk");
        case Bytes:
            return tr("bytes");
        case CausedBy:
            return tr("caused by");
        default:
            return {};
    }
}

QString EventsModel::asCsv() const {
    const auto quoted = [](const QString& cell) { return cell.contains(u',') || cell.contains(u'"') ? u'"' + QString(cell).replace(QStringLiteral("\""), QStringLiteral("\"\"")) + u'"' : cell; };
    QStringList lines{QStringLiteral("number,node,time_utc,since_first_us,event,detail,bytes,caused_by")};
    for (int row = 0; row < rowCount(); ++row) {
        const events::Event& e = m_model->events[static_cast<std::size_t>(row)];
        const QString time = QDateTime::fromMSecsSinceEpoch(e.hlc / 1'000'000, Qt::UTC).toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss")) + QStringLiteral(".%1Z").arg(e.hlc / 1000 % 1'000'000, 6, 10, QLatin1Char('0'));
        lines << QStringList{QString::number(row + 1), qs(e.node.name()), time, QString::number((e.hlc - m_model->begin_hlc) / 1000), quoted(text(row, Title)), quoted(text(row, OnDisk)), quoted(text(row, Bytes)), text(row, CausedBy)}.join(u',');
    }
    return lines.join(u'\n') + u'\n';
}

}  // namespace indoubt::console::timeline
