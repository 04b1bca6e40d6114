// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/environment_band.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/metrics.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::Environment;
using theme::TextRole;

// Looks like a field and is a door: the palette opens over it and takes what was typed.
class SearchButton : public QAbstractButton {
    Q_OBJECT
  public:
    explicit SearchButton(QWidget* parent) : QAbstractButton(parent) {
        setObjectName(QStringLiteral("band.search"));
        setText(tr("reference, IBAN tail, amount, xid, command"));
        setAccessibleName(tr("Search and commands"));
        setAccessibleDescription(text());
        setCursor(Qt::IBeamCursor);
        setFocusPolicy(Qt::StrongFocus);
    }

  signals:
    void typed(const QString& text);

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        const theme::Tokens& t = theme::tokensOf(this);
        p.setRenderHint(QPainter::Antialiasing);
        p.setBrush(t.surface);
        p.setPen(t.fieldEdge);
        p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3.5, 3.5);
        theme::paintGlyph(p, theme::Glyph::Search, QRectF(9, (height() - 16) / 2.0, 16, 16), t);
        p.setFont(theme::font(TextRole::Small));
        p.setPen(t.muted);
        const QSizeF key = KeyHint::size(tr("Ctrl K"));
        const QRectF keyBox(width() - key.width() - 4, (height() - key.height()) / 2, key.width(), key.height());
        const QRectF words(29, 0, keyBox.left() - 36, height());
        p.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                   QFontMetrics(p.font()).elidedText(text(), Qt::ElideRight, static_cast<int>(words.width())));
        KeyHint::paint(p, keyBox, tr("Ctrl K"), t);
    }
    void keyPressEvent(QKeyEvent* event) override {
        const QString text = event->text();
        const bool plain = (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == 0;
        if (plain && !text.isEmpty() && text.at(0).isPrint() && !text.at(0).isSpace()) {
            emit typed(text);
            return;
        }
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
            emit typed({});
            return;
        }
        QAbstractButton::keyPressEvent(event);
    }
};

namespace {

QFont plateFont() {
    QFont f = theme::font(TextRole::Caps);
    f.setPixelSize(12);
    f.setWeight(QFont::Bold);
    return f;
}

int platePainted(QPainter& p, const QRect& area, const QString& word, const QColor& fill, const QColor& ink) {
    p.setFont(plateFont());
    const int plate = QFontMetrics(p.font()).horizontalAdvance(word) + 26;
    p.fillRect(QRect(area.left(), area.top(), plate, area.height()), fill);
    p.setPen(ink);
    p.drawText(QRect(area.left() + 1, area.top(), plate, area.height()), Qt::AlignCenter, word);
    return plate;
}

// Name strong, role after it, chevron when there is a menu; on the band's own colours.
class PersonButton : public QPushButton {
  public:
    explicit PersonButton(EnvironmentBand* band) : QPushButton(band), m_band(band) {
        setObjectName(QStringLiteral("band.person"));
        theme::setButtonKind(this, theme::ButtonKind::Quiet);
    }
    QString name, role;
    QSize sizeHint() const override {
        const QFontMetrics strong(theme::font(TextRole::Strong)), plain(theme::font(TextRole::Body));
        return {strong.horizontalAdvance(name) + plain.horizontalAdvance(roleText()) + (menu() != nullptr ? 22 : 4) + 8, 24};
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        const theme::BandColours band = theme::tokensOf(this).band(m_band->environment());
        p.setPen(band.text);
        p.setFont(theme::font(TextRole::Strong));
        const QRect area = rect().adjusted(4, 0, -4, 0);
        p.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, name);
        const int x = QFontMetrics(p.font()).horizontalAdvance(name);
        p.setFont(theme::font(TextRole::Body));
        p.setPen(band.muted);
        p.drawText(area.adjusted(x, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, roleText());
        if (menu() != nullptr)
            theme::paintGlyph(p, theme::Glyph::ChevronDown, QRectF(width() - 20, height() / 2.0 - 7.5, 16, 16), theme::tokensOf(this),
                              band.text);
    }

  private:
    QString roleText() const { return role.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(role); }
    EnvironmentBand* m_band;
};

void stripes(QPainter& p, const QRectF& box, const QColor& colour) {
    p.save();
    p.setClipRect(box);
    p.setRenderHint(QPainter::Antialiasing);
    for (qreal x = box.left() - box.height(); x < box.right() + box.height(); x += 14) {
        QPainterPath stripe;
        stripe.addPolygon(
            QPolygonF({{x, box.bottom()}, {x + 7, box.bottom()}, {x + 7 + box.height(), box.top()}, {x + box.height(), box.top()}}));
        p.fillPath(stripe, colour);
    }
    p.restore();
}

}  // namespace

EnvironmentBand::EnvironmentBand(QWidget* parent) : QWidget(parent), m_search(new SearchButton(this)), m_person(new PersonButton(this)) {
    setFixedHeight(theme::grid::band);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(m_search, &QAbstractButton::clicked, this, [this] { emit searchRequested({}); });
    connect(m_search, &SearchButton::typed, this, &EnvironmentBand::searchRequested);
    m_person->hide();
}

QString EnvironmentBand::environmentWord(Environment environment) {
    switch (environment) {
        case Environment::Sandbox:
            return tr("SANDBOX");
        case Environment::Drill:
            return tr("DRILL");
        case Environment::Test:
            return tr("TEST");
        case Environment::Production:
            return tr("PRODUCTION");
    }
    return {};
}

void EnvironmentBand::setEnvironment(Environment environment) {
    m_environment = environment;
    m_unknown.clear();
    nameIt();
    place();
    update();
}

void EnvironmentBand::setUnknown(const QString& word) {
    m_unknown = word;
    nameIt();
    place();
    update();
}

void EnvironmentBand::setSearchVisible(bool visible) {
    m_search->setVisible(visible);
    update();
}

void EnvironmentBand::nameIt() {
    setAccessibleName(m_unknown.isEmpty() ? tr("Environment: %1 %2").arg(environmentWord(m_environment), m_cluster) : tr("Environment unknown: %1").arg(m_cluster));
}

void EnvironmentBand::setCluster(const QString& name, const QString& detail) {
    m_cluster = name;
    m_detail = detail;
    nameIt();
    update();
}

void EnvironmentBand::setNotice(const QString& text) {
    m_notice = text;
    setAccessibleDescription(text);
    update();
}

void EnvironmentBand::setPerson(const QString& name, const QString& role) {
    auto* person = static_cast<PersonButton*>(m_person);
    person->name = name;
    person->role = role;
    person->setAccessibleName(tr("Person: %1, %2").arg(name, role));
    person->setVisible(!name.isEmpty());
    place();
    update();
}

void EnvironmentBand::setPersonMenu(QMenu* menu) {
    m_person->setMenu(menu);
    m_person->setFocusPolicy(menu != nullptr ? Qt::StrongFocus : Qt::NoFocus);
    place();
}

int EnvironmentBand::paintPlate(QPainter& p, const QRect& area, Environment environment, const theme::Tokens& t) {
    const theme::BandColours band = t.band(environment);
    return platePainted(p, area, environmentWord(environment), band.plate, band.onPlate);
}

QSize EnvironmentBand::sizeHint() const { return {853, theme::grid::band}; }

// A drill keeps its striped end free of words.
int EnvironmentBand::rightInset() const { return m_environment == Environment::Drill && m_unknown.isEmpty() ? 104 : 8; }

void EnvironmentBand::place() {
    const int width = std::clamp(this->width() * 440 / 1440, 200, 560);
    const int x = (this->width() - width) / 2;
    m_search->setGeometry(x, 4, width, 24);
    const int person = m_person->sizeHint().width();
    m_person->setGeometry(this->width() - person - rightInset(), 4, person, 24);
}

void EnvironmentBand::resizeEvent(QResizeEvent*) { place(); }

void EnvironmentBand::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    theme::BandColours band = t.band(m_environment);
    if (!m_unknown.isEmpty()) band = {t.panel, t.muted, t.surface, t.text, t.muted, t.border};
    p.fillRect(rect(), band.fill);
    if (rightInset() > 8) stripes(p, QRectF(width() - 96, 0, 96, height()), band.plate);
    const int line = m_environment == Environment::Production && m_unknown.isEmpty() && t.dark ? 2 : 1;
    p.fillRect(QRect(0, height() - line, width(), line), band.line);

    const QRect edge(0, 0, width(), height() - line);
    const int plate = m_unknown.isEmpty() ? paintPlate(p, edge, m_environment, t) : platePainted(p, edge, m_unknown, band.plate, band.onPlate);

    // Words between the plate and the search field; a long name shortens, the plate never.
    QRect room(plate + 20, 0, m_search->x() - plate - 32, height() - line);
    p.setFont(theme::font(TextRole::Strong));
    p.setPen(band.text);
    const QString name = QFontMetrics(p.font()).elidedText(m_cluster, Qt::ElideRight, room.width());
    p.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, name);
    room.setLeft(room.left() + QFontMetrics(p.font()).horizontalAdvance(name) + 8);
    p.setFont(theme::font(TextRole::Body));
    p.setPen(band.muted);
    if (room.width() > 24)
        p.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, QFontMetrics(p.font()).elidedText(m_detail, Qt::ElideRight, room.width()));

    const int right = m_person->isVisibleTo(this) ? m_person->x() - 12 : width() - rightInset() - 4;
    QRect notice(m_search->geometry().right() + 12, 0, right - m_search->geometry().right() - 12, height() - line);
    p.drawText(notice, Qt::AlignVCenter | Qt::AlignRight, QFontMetrics(p.font()).elidedText(m_notice, Qt::ElideRight, notice.width()));
}

}  // namespace indoubt::console::widgets

#include "environment_band.moc"
