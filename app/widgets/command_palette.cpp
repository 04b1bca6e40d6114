// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/command_palette.h"

#include <QAbstractListModel>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

namespace {
constexpr int paletteWidth = 640, fieldHigh = 40, mostRows = 12, mostPerProvider = 50;
}

int fuzzyScore(const QString& query, const QString& text) {
    if (query.isEmpty()) return 0;
    int score = 0, run = 0;
    qsizetype at = 0;
    for (const QChar wanted : query) {
        if (wanted.isSpace()) {
            run = 0;
            continue;
        }
        qsizetype found = -1;
        for (qsizetype i = at; i < text.size(); ++i)
            if (text[i].toCaseFolded() == wanted.toCaseFolded()) {
                // A later start of a word is worth more than the first chance inside one, unless a run is going on.
                const bool start = i == 0 || !text[i - 1].isLetterOrNumber();
                if (found < 0) found = i;
                if (start || i == at) {
                    if (i == at && run > 0)
                        found = i;
                    else if (start && run == 0)
                        found = i;
                    break;
                }
            }
        if (found < 0) return -1;
        const bool start = found == 0 || !text[found - 1].isLetterOrNumber();
        run = found == at && at > 0 ? run + 1 : 1;
        score += 1 + (start ? 8 : 0) + (run > 1 ? 4 * run : 0) - static_cast<int>(std::min<qsizetype>(3, found - at));
        at = found + 1;
    }
    // The whole word beats the same letters in a longer one.
    return std::max(0, score * 4 - static_cast<int>(std::min<qsizetype>(40, text.size() - query.size())) / 4);
}

class PaletteModel : public QAbstractListModel {
  public:
    struct Row {
        PaletteProvider* provider;  // nullptr: nothing
        PaletteItem item;
        bool heading;
    };
    using QAbstractListModel::QAbstractListModel;
    QList<Row> rows;
    void set(QList<Row> next) {
        beginResetModel();
        rows = std::move(next);
        endResetModel();
    }
    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(rows.size()); }
    QVariant data(const QModelIndex& index, int role) const override {
        const Row& row = rows[index.row()];
        if (role == Qt::DisplayRole) return row.item.text;
        if (role == Qt::AccessibleTextRole)
            return QStringList{row.item.text, row.item.enabled ? row.item.detail : row.item.why, row.item.key}.join(QStringLiteral(", "));
        return {};
    }
    Qt::ItemFlags flags(const QModelIndex& index) const override {
        const Row& row = rows[index.row()];
        if (row.heading) return Qt::ItemNeverHasChildren;
        return Qt::ItemIsSelectable | Qt::ItemNeverHasChildren | (row.item.enabled ? Qt::ItemIsEnabled : Qt::NoItemFlags);
    }
};

namespace {

class PaletteDelegate : public QStyledItemDelegate {
  public:
    PaletteDelegate(PaletteModel* model, QObject* parent) : QStyledItemDelegate(parent), m_model(model) {}
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, grid::popupRow}; }
    void paint(QPainter* p, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const theme::Tokens& t = theme::tokensOf(option.widget);
        const PaletteModel::Row& row = m_model->rows[index.row()];
        const QRect box = option.rect;
        if (row.heading) {
            p->fillRect(box, t.surface);
            p->setFont(theme::font(TextRole::Caps));
            p->setPen(t.muted);
            p->drawText(box.adjusted(12, 4, -12, 0), Qt::AlignVCenter | Qt::AlignLeft, row.item.text.toUpper());
            return;
        }
        const bool chosen = (option.state & QStyle::State_Selected) != 0;
        p->fillRect(box, chosen ? t.selection : t.surface);
        if (chosen) p->fillRect(QRect(box.left(), box.top(), 2, box.height()), t.accent);
        QColor ink = row.item.enabled ? QColor() : t.onDisabled;
        if (row.item.glyph != theme::Glyph::None)
            theme::paintGlyph(*p, row.item.glyph, QRectF(box.left() + 12, box.top() + 5, 16, 16), t, ink);
        QRect words = box.adjusted(36, 0, -12, 0);
        if (!row.item.key.isEmpty()) {
            const QSizeF size = KeyHint::size(row.item.key);
            KeyHint::paint(*p, QRectF(words.right() - size.width(), box.center().y() - size.height() / 2 + 1, size.width(), size.height()),
                           row.item.key, t);
            words.setRight(words.right() - static_cast<int>(size.width()) - 8);
        }
        p->setFont(theme::font(TextRole::Reference));
        p->setPen(row.item.enabled ? t.text : t.onDisabled);
        const QString text = QFontMetricsF(p->font()).elidedText(row.item.text, Qt::ElideRight, words.width());
        theme::drawTabular(*p, words, Qt::AlignVCenter | Qt::AlignLeft, text);
        words.setLeft(words.left() + static_cast<int>(theme::tabularWidth(p->font(), text)) + 12);
        p->setFont(theme::font(TextRole::Small));
        p->setPen(t.muted);
        const QString detail = row.item.enabled ? row.item.detail : row.item.why;
        if (words.width() > 20)
            theme::drawTabular(*p, words, Qt::AlignVCenter | Qt::AlignLeft,
                               QFontMetricsF(p->font()).elidedText(detail, Qt::ElideRight, words.width()));
    }

  private:
    PaletteModel* m_model;
};

}  // namespace

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window), m_query(new QLineEdit(this)), m_list(new QListView(this)), m_model(new PaletteModel(this)) {
    setObjectName(QStringLiteral("palette"));
    setAccessibleName(tr("Search and commands"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    m_query->setObjectName(QStringLiteral("palette.query"));
    m_query->setAccessibleName(tr("Search and commands"));
    m_query->setPlaceholderText(tr("reference, IBAN tail, amount, xid, command"));
    m_query->setFrame(false);
    m_query->setFixedHeight(fieldHigh);
    m_query->setTextMargins(36, 0, 12, 0);
    m_query->installEventFilter(this);
    m_list->setObjectName(QStringLiteral("palette.list"));
    m_list->setAccessibleName(tr("Matches"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(m_model, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(m_query);
    layout->addSpacing(1);
    layout->addWidget(m_list);
    connect(m_query, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) {
        m_list->setCurrentIndex(index);
        take();
    });
    window->installEventFilter(this);
    hide();
}

void CommandPalette::addProvider(PaletteProvider* provider) { m_providers << provider; }

int CommandPalette::rows() const {
    return static_cast<int>(
        std::count_if(m_model->rows.begin(), m_model->rows.end(), [](const auto& row) { return !row.heading && row.provider != nullptr; }));
}

void CommandPalette::open(const QString& query) {
    if (!isVisible()) m_returnFocus = QApplication::focusWidget();
    {
        const QSignalBlocker quiet(m_query);
        m_query->setText(query);
    }
    search(query);
    show();
    raise();
    m_query->setFocus(Qt::OtherFocusReason);
    m_query->end(false);
}

void CommandPalette::refresh() {
    if (isVisible()) list(m_query->text(), true);
}

void CommandPalette::search(const QString& query) { list(query, false); }

void CommandPalette::list(const QString& query, bool keep) {
    const QString wanted = query.trimmed();
    QString before;
    if (m_list->currentIndex().isValid()) before = m_model->rows[m_list->currentIndex().row()].item.id;
    QList<PaletteModel::Row> rows, first;
    for (PaletteProvider* provider : m_providers) {
        QList<PaletteItem> items = provider->search(wanted);
        bool called = false;
        if (!provider->ranked() && !wanted.isEmpty()) {
            QList<std::pair<int, PaletteItem>> scored;
            for (PaletteItem& item : items) {
                called = called || (wanted.size() >= 3 && item.text.contains(wanted, Qt::CaseInsensitive));
                // What a thing is called counts twice what is said about it.
                const int name = fuzzyScore(wanted, item.text), detail = fuzzyScore(wanted, item.detail);
                const int score = std::max(name < 0 ? -1 : name * 2 + 1, detail);
                if (score >= 0) scored.append({score, std::move(item)});
            }
            std::stable_sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
            items.clear();
            for (auto& [score, item] : scored) items << std::move(item);
        }
        if (items.isEmpty()) continue;
        // An action that is called so stands before payments in which the word merely occurs somewhere.
        auto& into = called ? first : rows;
        into.append({provider, {.id = {}, .text = provider->heading(), .detail = {}, .key = {}, .why = {}}, true});
        const qsizetype shown = std::min<qsizetype>(items.size(), mostPerProvider);
        for (qsizetype i = 0; i < shown; ++i) into.append({provider, items[i], false});
        if (shown < items.size())
            into.append({nullptr,
                         {.id = {},
                          .text = tr("%1 more; type on to narrow them").arg(items.size() - shown),
                          .detail = {},
                          .key = {},
                          .enabled = false,
                          .why = {}},
                         false});
    }
    rows = first + rows;
    if (rows.isEmpty())
        rows.append(
            {nullptr, {.id = {}, .text = tr("Nothing is called that"), .detail = {}, .key = {}, .enabled = false, .why = {}}, false});
    m_model->set(rows);
    int choice = -1;
    for (int i = 0; i < rows.size(); ++i) {
        if (rows[i].heading || !rows[i].item.enabled) continue;
        if (choice < 0) choice = i;
        if (!before.isEmpty() && rows[i].item.id == before && (wanted.isEmpty() || keep)) choice = i;
    }
    m_list->setCurrentIndex(choice < 0 ? QModelIndex() : m_model->index(choice));
    if (choice == 1) m_list->scrollToTop();
    place();
}

void CommandPalette::take() {
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid()) return;
    const PaletteModel::Row row = m_model->rows[index.row()];
    if (row.heading || !row.item.enabled || row.provider == nullptr) return;
    dismiss();
    row.provider->choose(row.item.id);
}

void CommandPalette::dismiss() {
    if (!isVisible()) return;
    // Hiding takes the focus away, which would look like a click elsewhere: take the way back first.
    const QPointer<QWidget> back = m_returnFocus;
    m_returnFocus = nullptr;
    hide();
    if (back != nullptr) back->setFocus(Qt::OtherFocusReason);
    emit closed();
}

void CommandPalette::place() {
    QWidget* window = parentWidget();
    const int width = std::min(paletteWidth, window->width() - 24);
    const int shown = std::min<int>(mostRows, m_model->rowCount());
    const int height = std::min(fieldHigh + shown * grid::popupRow + 9, window->height() - grid::band - 8);
    setGeometry((window->width() - width) / 2, grid::band - 4, width, height);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget()) {
        if (event->type() == QEvent::Resize && isVisible()) place();
        return false;
    }
    if (watched != m_query) return false;
    if (event->type() == QEvent::FocusOut && static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason) {
        // A click elsewhere closes it and keeps the focus that it chose.
        m_returnFocus = nullptr;
        dismiss();
        return false;
    }
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    if (event->type() != QEvent::KeyPress) return false;
    auto* key = static_cast<QKeyEvent*>(event);
    const auto move = [this](int by) {
        int row = m_list->currentIndex().row();
        for (int left = std::abs(by); left > 0; --left) {
            int next = row + (by > 0 ? 1 : -1);
            while (next >= 0 && next < m_model->rowCount() && (m_model->flags(m_model->index(next)) & Qt::ItemIsEnabled) == 0)
                next += by > 0 ? 1 : -1;
            if (next < 0 || next >= m_model->rowCount()) break;
            row = next;
        }
        if (row >= 0) m_list->setCurrentIndex(m_model->index(row));
    };
    switch (key->key()) {
        case Qt::Key_Down:
            move(1);
            return true;
        case Qt::Key_Up:
            move(-1);
            return true;
        case Qt::Key_PageDown:
            move(mostRows - 2);
            return true;
        case Qt::Key_PageUp:
            move(-(mostRows - 2));
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            take();
            return true;
        case Qt::Key_Tab:
        case Qt::Key_Backtab:
            return true;
        case Qt::Key_Escape:
            dismiss();
            return true;
        default:
            return false;
    }
}

void CommandPalette::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.surface);
    p.setPen(QPen(t.accent, 1));
    p.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    p.fillRect(QRect(1, fieldHigh + 1, width() - 2, 1), t.divider);
    theme::paintGlyph(p, theme::Glyph::Search, QRectF(13, 13, 16, 16), t);
}

}  // namespace indoubt::console::widgets
