// SPDX-License-Identifier: GPL-3.0-or-later
// The window's own commands, keys and the menu of the person.
#include <QActionGroup>
#include <QApplication>
#include <QMenu>
#include <QSettings>
#include <QShortcut>

#include "shell/first_run.h"
#include "shell/keys_sheet.h"
#include "shell/main_window.h"
#include "shell/place_stack.h"
#include "theme/theme.h"
#include "widgets/command_palette.h"
#include "widgets/environment_band.h"
#include "widgets/rail.h"

namespace indoubt::console::shell {

namespace {

constexpr const char* themeNames[] = {"system", "light", "dark"};

}  // namespace

void MainWindow::addCommands() {
    auto& commands = m_parts->commands;
    const auto live = [this] { return m_live ? QString() : tr("no cluster"); };
    int number = 0;
    for (const QString& id : m_rail->items())
        commands.add(this, {QStringLiteral("open.") + id, tr("Open %1").arg(m_places->place(id)->title()), {}, QStringLiteral("Ctrl+%1").arg(++number), theme::Glyph::None, [this, id] { openPlace(id); }, live});
    commands.add(this, {QStringLiteral("payment.new"), tr("New payment"), {}, QStringLiteral("Ctrl+N"), theme::Glyph::Send, [this] { newPayment(); }, [this, live] { return m_live && m_parts->feed.isPast() ? tr("this is the past, read only") : m_live && m_parts->feed.outOfTouch() ? tr("no contact with the cluster") : live(); }});
    commands.add(this, {QStringLiteral("time.pause"), tr("Pause the view, or go on"), tr("the cluster runs on"), QStringLiteral("F8"), theme::Glyph::Pause, [this] { m_parts->feed.togglePause(); }, live});
    commands.add(this, {QStringLiteral("time.live"), tr("Back to live"), {}, QStringLiteral("End"), theme::Glyph::StepLast, [this] { m_parts->feed.setLive(); }, live});
    commands.add(this, {QStringLiteral("time.back"), tr("One event back"), {}, {}, theme::Glyph::StepBack, [this] { m_parts->feed.stepEvents(-1); }, live});
    commands.add(this, {QStringLiteral("time.forward"), tr("One event on"), {}, {}, theme::Glyph::StepForward, [this] { m_parts->feed.stepEvents(1); }, live});
    commands.add(this, {QStringLiteral("copy.ticket"), tr("Copy ticket text"), tr("reference, parties, amount, state, evidence"), QStringLiteral("Ctrl+Shift+C"), theme::Glyph::Copy, [this] { copyTicket(); },
                        [this] { return m_parts->selection.xid().empty() ? tr("no payment is selected") : QString(); }});
    commands.add(this, {QStringLiteral("window.tearoff"), tr("Open this place in its own window"), {}, {}, theme::Glyph::TearOff, [this] { m_places->tearOff(m_places->current()); }, live});
    commands.add(this, {QStringLiteral("help.keys"), tr("All keys"), {}, QStringLiteral("F1"), theme::Glyph::None,
                        [this] {
                            auto* sheet = new KeysSheet(m_parts->session.singleKeys(), this);
                            sheet->setAttribute(Qt::WA_DeleteOnClose);
                            connect(sheet, &KeysSheet::singleKeysChanged, &m_parts->session, &feed::Session::setSingleKeys);
                            sheet->open();
                        }, {}});
    commands.add(this, {QStringLiteral("story.begin"), tr("Your first payment: show the story"), {}, {}, theme::Glyph::Timeline, [this] { m_firstRun->begin(); },
                        [this, live] { return m_parts->session.environment() == theme::Environment::Sandbox ? live() : tr("only in the sandbox"); }});
    for (const auto& [choice, label] : {std::pair{theme::ThemeChoice::System, tr("Colours: as the system")}, {theme::ThemeChoice::Light, tr("Colours: light")}, {theme::ThemeChoice::Dark, tr("Colours: dark")}})
        commands.add(this, {QStringLiteral("theme.") + QLatin1String(themeNames[int(choice)]), label, {}, {}, theme::Glyph::None, [this, choice = choice] {
                                m_theme->setChoice(choice);
                                QSettings().setValue(QStringLiteral("view/theme"), QLatin1String(themeNames[int(choice)]));
                            }, {}});
    commands.add(this, {QStringLiteral("zone.local"), tr("Times: local"), {}, {}, theme::Glyph::Clock, [this] { m_parts->session.setZone(feed::Zone::Local); }, {}});
    commands.add(this, {QStringLiteral("zone.utc"), tr("Times: UTC"), {}, {}, theme::Glyph::Clock, [this] { m_parts->session.setZone(feed::Zone::Utc); }, {}});
}

void MainWindow::addShortcuts() {
    const auto key = [this](const QKeySequence& sequence, auto&& does, Qt::ShortcutContext scope = Qt::WindowShortcut) {
        auto* shortcut = new QShortcut(sequence, this);
        shortcut->setContext(scope);
        connect(shortcut, &QShortcut::activated, this, does);
    };
    const auto command = [this](const char* id) { return [this, name = QLatin1String(id)] { m_parts->navigator.run(name); }; };
    for (int i = 0; i < m_rail->items().size(); ++i)
        key(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i)), [this, i] { openPlace(m_rail->items().value(i)); }, Qt::ApplicationShortcut);
    key(QKeySequence(QStringLiteral("Ctrl+K")), [this] { m_palette->open(); });
    key(QKeySequence(QStringLiteral("Ctrl+N")), command("payment.new"));
    key(QKeySequence(QStringLiteral("Ctrl+F")), [this] {
        if (auto* place = m_places->currentPlace()) place->focusFilter();
    });
    key(QKeySequence(Qt::Key_F1), command("help.keys"));
    key(QKeySequence(Qt::Key_F6), [this] { m_places->nextRegion(); });
    key(QKeySequence(Qt::Key_F8), command("time.pause"), Qt::ApplicationShortcut);
    key(QKeySequence(Qt::Key_End), command("time.live"));
    key(QKeySequence(QStringLiteral("Alt+Left")), [this] { m_parts->selection.back(); });
    key(QKeySequence(QStringLiteral("Alt+Right")), [this] { m_parts->selection.forward(); });
    key(QKeySequence(QStringLiteral("Ctrl+Shift+C")), command("copy.ticket"));
    key(QKeySequence(QStringLiteral("Ctrl+Shift+H")), command("fault.clear"));
}

// In the sandbox the owner holds every role and can be somebody else, to practise four eyes.
void MainWindow::addPersonMenu() {
    auto* menu = new QMenu(this);
    auto* people = new QActionGroup(menu);
    for (const auto& [name, role] : {std::pair{QStringLiteral("Ana Ruiz"), feed::Role::Owner}, {QStringLiteral("Ben Okafor"), feed::Role::Operator}}) {
        auto* action = menu->addAction(name, this, [this, name = name, role = role] { m_parts->session.setPerson(name, role); });
        action->setCheckable(true);
        action->setActionGroup(people);
        action->setChecked(name == m_parts->session.person());
    }
    people->setObjectName(QStringLiteral("people"));
    menu->addSeparator();  // the menu hides it where nobody stands above it
    const auto showPeople = [this, people] { people->setVisible(m_parts->session.personCanBeChosen()); };
    connect(&m_parts->session, &feed::Session::clusterChanged, people, showPeople);
    showPeople();
    for (const char* id : {"theme.system", "theme.light", "theme.dark"}) {
        for (const auto& command : m_parts->commands.list())
            if (command.id == QLatin1String(id)) menu->addAction(command.text, this, [this, name = command.id] { m_parts->commands.run(name); })->setData(command.id);
    }
    menu->addSeparator();
    for (const char* id : {"zone.local", "zone.utc", "story.begin", "help.keys"})
        for (const auto& command : m_parts->commands.list())
            if (command.id == QLatin1String(id)) menu->addAction(command.text, this, [this, name = command.id] { m_parts->navigator.run(name); })->setData(command.id);
    // What holds now is marked when it is looked at: it may have been changed by a key or the palette.
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        const QString colours = m_theme->choice() == theme::ThemeChoice::Light ? QStringLiteral("theme.light") : m_theme->choice() == theme::ThemeChoice::Dark ? QStringLiteral("theme.dark") : QStringLiteral("theme.system");
        const QString zone = m_parts->session.zone() == feed::Zone::Utc ? QStringLiteral("zone.utc") : QStringLiteral("zone.local");
        for (auto* action : menu->actions()) {
            const QString id = action->data().toString();
            if (!id.startsWith(QLatin1String("theme.")) && !id.startsWith(QLatin1String("zone."))) continue;
            action->setCheckable(true);
            action->setChecked(id == colours || id == zone);
        }
    });
    m_band->setPersonMenu(menu);
}

}  // namespace indoubt::console::shell
