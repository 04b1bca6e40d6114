// SPDX-License-Identifier: GPL-3.0-or-later
// What one can do with a line of the log: filter by it, copy it, go on to the next trouble or along its payment.
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QKeyEvent>
#include <QMenu>
#include <QSettings>

#include "feed/wording.h"
#include "log/event_inspector.h"
#include "log/log_model.h"
#include "log/log_pane.h"
#include "widgets/chip.h"
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
        case EventKind::refuse:
            return true;
        case EventKind::vote:
            return row.vote == static_cast<std::uint8_t>(events::Vote::no);
        case EventKind::decide:
            return row.outcome == static_cast<std::uint8_t>(events::Outcome::abort);
        default:
            return false;
    }
}

constexpr int pinsShown = 4;
const auto pinsKey = QStringLiteral("log/pins");

}  // namespace

void LogPane::registerCommands() {
    feed::CommandRegistry& commands = *context().commands;
    const auto add = [&](const char* id, const QString& text, const QString& key, std::function<void()> run) {
        feed::Command command;
        command.id = QStringLiteral("log.") + QLatin1String(id);
        command.text = text;
        command.detail = tr("Log");
        command.key = key;
        command.glyph = theme::Glyph::Log;
        command.run = [this, run = std::move(run)] {
            context().navigator->open(this->id());
            run();
        };
        commands.add(this, std::move(command));
    };
    add("follow", tr("Follow the newest event"), {}, [this] { setMode(LogMode::Follow); });
    add("causal", tr("Stand still, in causal order"), {}, [this] { setMode(LogMode::Causal); });
    add("payment", tr("Only the chosen payment's events"), {}, [this] { setMode(LogMode::OnePayment); });
    add("trouble", tr("Next trouble in the log"), QStringLiteral("e"), [this] { nextTrouble(1); });
    add("trouble.back", tr("Previous trouble in the log"), QStringLiteral("E"), [this] { nextTrouble(-1); });
    add("copy", tr("Copy this event with its detail"), QStringLiteral("Ctrl+C"), [this] { copyRows(false); });
    add("clear", tr("Clear the log's filter"), {}, [this] { setFilter({}); });
}

void LogPane::pinFilter() {
    const QString filter = m_text.trimmed();
    if (filter.isEmpty()) return;
    bool ok = false;
    const QString name =
        QInputDialog::getText(this, tr("Name and pin"), tr("Name for \"%1\"").arg(filter), QLineEdit::Normal, filter.left(24), &ok)
            .trimmed();
    if (ok && !name.isEmpty()) keepFilter(name, filter);
}

void LogPane::keepFilter(const QString& name, const QString& filter) {
    QSettings settings;
    QVariantMap pins = settings.value(pinsKey).toMap();
    if (filter.isEmpty())
        pins.remove(name);
    else
        pins.insert(name, filter);
    settings.setValue(pinsKey, pins);
    showPins();
}

void LogPane::showPins() {
    while (QLayoutItem* item = m_pins->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    const QVariantMap pins = QSettings().value(pinsKey).toMap();
    int shown = 0;
    for (auto pin = pins.begin(); pin != pins.end() && shown < pinsShown; ++pin, ++shown) {
        const QString name = pin.key(), filter = pin.value().toString();
        auto* chip = new widgets::Chip(name, theme::Glyph::Pin, this);
        chip->setPressable(true);
        chip->setToolTip(filter);
        chip->setAccessibleName(tr("Pinned filter %1: %2").arg(name, filter));
        chip->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(chip, &QAbstractButton::clicked, this, [this, filter] { setFilter(filter); });
        connect(chip, &QWidget::customContextMenuRequested, this, [this, chip, name](QPoint at) {
            QMenu menu(this);
            menu.addAction(tr("Unpin %1").arg(name), this, [this, name] { keepFilter(name, {}); });
            menu.exec(chip->mapToGlobal(at));
        });
        m_pins->addWidget(chip);
    }
}

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
    if (watched == m_table && event->type() == QEvent::Resize) {
        // In a small window the words keep their room; the detail below has both of these.
        const bool small = m_table->width() < 1060;
        m_table->setColumnHidden(LogModel::Transaction, small);
        m_table->setColumnHidden(LogModel::Bytes, small);
    }
    if (watched == m_table && event->type() == QEvent::FocusIn && !m_table->currentIndex().isValid() && m_model->rowCount() > 0) {
        // A table without a current row would take its first one, scroll there and so end following. None is chosen by looking.
        m_quiet = true;
        const int row = m_mode == LogMode::Follow ? m_model->rowCount() - 1 : std::max(0, m_table->rowAt(1));
        m_table->selectionModel()->setCurrentIndex(m_model->index(row, 0), QItemSelectionModel::NoUpdate);
        m_quiet = false;
    }
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool letters =
            context().session->singleKeys() && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
        if (letters) {
            switch (key->key()) {
                case Qt::Key_E:
                    nextTrouble(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
                    return true;
                case Qt::Key_Comma:
                    nextOfPayment(-1);
                    return true;
                case Qt::Key_Period:
                    nextOfPayment(1);
                    return true;
                default:
                    break;
            }
        }
        // Going up from the end means to read, not to follow.
        if (m_mode == LogMode::Follow && (key->key() == Qt::Key_Up || key->key() == Qt::Key_PageUp || key->key() == Qt::Key_Home ||
                                          (letters && key->key() == Qt::Key_K)))
            setMode(LogMode::Causal);
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
        menu.addAction(tr("Show the payment's timeline"), this,
                       [this, xid] { context().navigator->openPayment(QStringLiteral("timeline"), xid); });
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
    if (!cell.isEmpty())
        menu.addAction(tr("Copy \"%1\"").arg(cell.size() > 40 ? cell.left(40) + QStringLiteral("...") : cell), this,
                       [cell] { QGuiApplication::clipboard()->setText(cell); });
    menu.exec(at);
}

void LogPane::copyRows(bool all) {
    if (all) {
        constexpr int most = 10000;
        QGuiApplication::clipboard()->setText(m_table->asCsv(most));
        const int count = m_model->rowCount();
        context().navigator->say(count > most ? tr("Copied the first %1 of %2 events as CSV")
                                                    .arg(feed::countText(most), feed::countText(static_cast<std::uint64_t>(count)))
                                              : tr("Copied %1 events as CSV").arg(count));
        return;
    }
    if (!m_table->currentIndex().isValid()) return;
    QGuiApplication::clipboard()->setText(m_table->rowText(m_table->currentIndex().row()) + QLatin1Char('\n') +
                                          m_inspector->facts()->asText());
    context().navigator->say(tr("Event copied"));
}

}  // namespace indoubt::console::log
