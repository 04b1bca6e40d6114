// SPDX-License-Identifier: GPL-3.0-or-later
// What one can do with a line of the log: filter by it, copy it, go on to the next trouble or along its payment.
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>

#include "feed/wording.h"
#include "log/event_inspector.h"
#include "log/log_model.h"
#include "log/log_pane.h"
#include "widgets/data_table.h"

namespace indoubt::console::log {
namespace {

// What an engineer looks for first: something failed, waited, or was done by force.
bool isTrouble(const view::EventRow& row) {
    using events::EventKind;
    switch (row.kind) {
        case EventKind::drop:
        case EventKind::crash:
        case EventKind::wait:
        case EventKind::fault_on:
        case EventKind::heuristic:
        case EventKind::damage:
        case EventKind::suspend:
        case EventKind::hold:
        case EventKind::gap:
        case EventKind::ask:
        case EventKind::refuse: return true;
        case EventKind::vote: return row.vote == static_cast<std::uint8_t>(events::Vote::no);
        case EventKind::decide: return row.outcome == static_cast<std::uint8_t>(events::Outcome::abort);
        default: return false;
    }
}

}  // namespace

bool LogPane::nextTrouble(int direction) {
    const int count = m_model->rowCount();
    const int from = m_table->currentIndex().isValid() ? m_table->currentIndex().row() + direction : direction > 0 ? 0 : count - 1;
    for (int row = from; row >= 0 && row < count; row += direction)
        if (isTrouble(m_model->rows().row(m_model->idAt(row)))) {
            if (m_mode == LogMode::Follow) setMode(LogMode::Causal);
            selectRow(row);
            return true;
        }
    context().navigator->say(direction > 0 ? tr("No trouble further on.") : tr("No trouble before this."));
    return false;
}

bool LogPane::nextOfPayment(int direction) {
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid()) return false;
    const view::EventRow& here = m_model->rows().row(m_model->idAt(current.row()));
    if (here.xid == view::no_xid) return false;
    const std::vector<view::RowId> all = m_model->rows().rows_of(m_model->rows().xid(here.xid));
    const auto at = std::find(all.begin(), all.end(), m_model->idAt(current.row()));
    if (at == all.end()) return false;
    for (auto step = (at - all.begin()) + direction; step >= 0 && step < static_cast<std::ptrdiff_t>(all.size()); step += direction) {
        const int row = m_model->rowOf(all[static_cast<std::size_t>(step)]);
        if (row < 0) continue;  // hidden by the filter
        if (m_mode == LogMode::Follow) setMode(LogMode::Causal);
        selectRow(row);
        return true;
    }
    return false;
}

bool LogPane::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool letters = context().session->singleKeys() && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
        if (letters) {
            switch (key->key()) {
                case Qt::Key_E: nextTrouble(key->modifiers() & Qt::ShiftModifier ? -1 : 1); return true;
                case Qt::Key_Comma: nextOfPayment(-1); return true;
                case Qt::Key_Period: nextOfPayment(1); return true;
                default: break;
            }
        }
        // Going up from the end means to read, not to follow.
        if (m_mode == LogMode::Follow && (key->key() == Qt::Key_Up || key->key() == Qt::Key_PageUp || key->key() == Qt::Key_Home || (letters && key->key() == Qt::Key_K))) setMode(LogMode::Causal);
    }
    return Place::eventFilter(watched, event);
}

void LogPane::cellMenu(const QModelIndex& index, QPoint at) {
    QMenu menu(this);
    const QString term = m_model->filterTerm(index);
    if (!term.isEmpty()) {
        menu.addAction(tr("Apply as filter: %1").arg(term), this, [this, term] { applyAsFilter(term); });
        menu.addAction(tr("Leave out: not %1").arg(term), this, [this, term] { applyAsFilter(term, true); });
        menu.addSeparator();
    }
    const events::Event e = m_model->eventAt(index.row());
    if (!e.xid.empty()) {
        const base::Xid xid = e.xid;
        menu.addAction(tr("Show the payment's timeline"), this, [this, xid] { context().navigator->openPayment(QStringLiteral("timeline"), xid); });
        menu.addAction(tr("Only this payment"), this, [this, xid] {
            selection().selectPayment(xid);
            setMode(LogMode::OnePayment);
        });
    }
    const events::EventRef ref = e.ref();
    menu.addAction(tr("Set the time bar to just after this event"), this, [this, ref] { feed().scrubToEvent(ref); });
    menu.addSeparator();
    menu.addAction(tr("Copy this event"), this, [this] { copyRows(false); });
    const QString cell = index.data().toString();
    if (!cell.isEmpty()) menu.addAction(tr("Copy \"%1\"").arg(cell.size() > 40 ? cell.left(40) + QStringLiteral("...") : cell), this, [cell] { QGuiApplication::clipboard()->setText(cell); });
    menu.exec(at);
}

void LogPane::copyRows(bool all) {
    if (all) {
        constexpr int most = 10000;
        QGuiApplication::clipboard()->setText(m_table->asCsv(most));
        const int count = m_model->rowCount();
        context().navigator->say(count > most ? tr("Copied the first %1 of %2 events as CSV").arg(feed::countText(most), feed::countText(static_cast<std::uint64_t>(count))) : tr("Copied %1 events as CSV").arg(count));
        return;
    }
    if (!m_table->currentIndex().isValid()) return;
    QGuiApplication::clipboard()->setText(m_table->rowText(m_table->currentIndex().row()) + QLatin1Char('\n') + m_inspector->facts()->asText());
    context().navigator->say(tr("Event copied"));
}

}  // namespace indoubt::console::log
