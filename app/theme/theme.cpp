// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QEvent>
#include <QFocusEvent>
#include <QFocusFrame>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolTip>

#include "theme/fonts.h"
#include "theme/style.h"

namespace indoubt::console::theme {
namespace {

constexpr const char* themeProperty = "indoubtTheme";
constexpr const char* pinProperty = "indoubtDark";

bool looksDark(const QPalette& palette) { return palette.color(QPalette::Window).lightness() < 128; }

// Item views mark the current row, text fields their own edge; the ring is for what a key would press.
bool wantsRing(const QWidget* widget) {
    if (widget->property("indoubtNoRing").toBool()) return false;
    return qobject_cast<const QAbstractButton*>(widget) != nullptr || widget->property("indoubtRing").toBool() ||
           qobject_cast<const QComboBox*>(widget) != nullptr;
}

bool byKey(Qt::FocusReason reason) {
    return reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason;
}

}  // namespace

QPalette paletteFor(const Tokens& t) {
    QPalette p;
    const auto all = [&](QPalette::ColorRole role, const QColor& on, const QColor& off) {
        p.setColor(QPalette::Active, role, on);
        p.setColor(QPalette::Inactive, role, on);
        p.setColor(QPalette::Disabled, role, off);
    };
    all(QPalette::Window, t.panel, t.panel);
    all(QPalette::WindowText, t.text, t.onDisabled);
    all(QPalette::Base, t.surface, t.surface);
    all(QPalette::AlternateBase, t.panel, t.panel);
    all(QPalette::Text, t.text, t.onDisabled);
    all(QPalette::Button, t.surface, t.disabled);
    all(QPalette::ButtonText, t.text, t.onDisabled);
    all(QPalette::BrightText, t.onAccent, t.onAccent);
    all(QPalette::Highlight, t.selection, t.selectionIdle);
    all(QPalette::HighlightedText, t.text, t.onDisabled);
    all(QPalette::Link, t.accent, t.onDisabled);
    all(QPalette::LinkVisited, t.accent, t.onDisabled);
    all(QPalette::PlaceholderText, t.muted, t.onDisabled);
    all(QPalette::ToolTipBase, t.text, t.text);
    all(QPalette::ToolTipText, t.surface, t.surface);
    all(QPalette::Light, t.surface, t.surface);
    all(QPalette::Midlight, t.divider, t.divider);
    all(QPalette::Mid, t.border, t.border);
    all(QPalette::Dark, t.fieldEdge, t.fieldEdge);
    all(QPalette::Shadow, t.border, t.border);
    return p;
}

Theme::Theme(QApplication& app) : QObject(&app), m_systemPalette(app.palette()), m_tokens(&Tokens::light()) {
    m_reducedMotion = qEnvironmentVariableIsSet("INDOUBT_REDUCED_MOTION");
}

Theme::~Theme() {
    if (m_ring != nullptr && m_ring->parent() == nullptr) delete m_ring.data();
}

Theme* Theme::install(QApplication& app, ThemeChoice choice) {
    if (Theme* present = installed()) {
        present->setChoice(choice);
        return present;
    }
    auto* theme = new Theme(app);
    app.setProperty(themeProperty, QVariant::fromValue(static_cast<QObject*>(theme)));
    app.setStyle(new IndoubtStyle);
    app.setFont(font(TextRole::Body));
    theme->m_choice = choice;
    theme->apply();
    app.installEventFilter(theme);
    return theme;
}

Theme* Theme::installed() { return qApp == nullptr ? nullptr : qobject_cast<Theme*>(qApp->property(themeProperty).value<QObject*>()); }

void Theme::setChoice(ThemeChoice choice) {
    if (m_choice == choice) return;
    m_choice = choice;
    apply();
}

void Theme::apply() {
    const bool dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && looksDark(m_systemPalette));
    m_tokens = dark ? &Tokens::darkTokens() : &Tokens::light();
    m_applying = true;
    const QPalette palette = paletteFor(*m_tokens);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
    QToolTip::setFont(font(TextRole::Small));
    m_applying = false;
    // A widget that paints from tokens but whose own palette did not change would keep the old picture.
    for (QWidget* window : QApplication::topLevelWidgets()) {
        window->update();
        for (QWidget* child : window->findChildren<QWidget*>()) child->update();
    }
    emit changed();
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
        case QEvent::FocusIn:
            if (watched->isWidgetType()) {
                auto* widget = static_cast<QWidget*>(watched);
                const bool show = byKey(static_cast<QFocusEvent*>(event)->reason()) && wantsRing(widget);
                // The frame lives in the window it frames and dies with it.
                if (show && m_ring == nullptr) m_ring = new QFocusFrame;
                if (m_ring != nullptr) m_ring->setWidget(show ? widget : nullptr);
            }
            break;
        case QEvent::KeyPress: {
            // Enter presses the focused button as Space does. A dialog decides that for itself.
            const auto* pressed = static_cast<QKeyEvent*>(event);
            auto* button = qobject_cast<QAbstractButton*>(watched);
            const bool enter = (pressed->key() == Qt::Key_Return || pressed->key() == Qt::Key_Enter) && (pressed->modifiers() & ~Qt::KeypadModifier) == 0;
            if (!enter || button == nullptr || !button->isEnabled() || !button->hasFocus() || qobject_cast<QDialog*>(button->window()) != nullptr) break;
            if (!pressed->isAutoRepeat()) button->click();
            return true;
        }
        case QEvent::MouseButtonPress:
            if (m_ring != nullptr && m_ring->widget() != nullptr && watched->isWidgetType()) m_ring->setWidget(nullptr);
            break;
        case QEvent::ApplicationPaletteChange:
            // The desktop went dark or light (our own setPalette comes by here as well).
            if (watched == qApp && !m_applying && m_choice == ThemeChoice::System) {
                const QPalette now = QGuiApplication::palette();
                if (now.color(QPalette::Window) != m_tokens->panel) {
                    m_systemPalette = now;
                    apply();
                }
            }
            break;
        default:
            break;
    }
    return QObject::eventFilter(watched, event);
}

const Tokens& tokensOf(const QWidget* widget) {
    for (const QWidget* w = widget; w != nullptr; w = w->parentWidget()) {
        const QVariant pin = w->property(pinProperty);
        if (pin.isValid()) return pin.toBool() ? Tokens::darkTokens() : Tokens::light();
    }
    const Theme* theme = Theme::installed();
    return theme != nullptr ? theme->tokens() : Tokens::light();
}

void pinTokens(QWidget* root, const Tokens& tokens) {
    root->setProperty(pinProperty, tokens.dark);
    root->setPalette(paletteFor(tokens));
}

}  // namespace indoubt::console::theme
